import type { Analysis, Report, ReportCause, ReportSubject } from '#domain/report.ts';
import { displayBlock, displayLine } from '#lib/display-text.ts';
import type { Terminal } from './terminal.ts';

type Paper = Pick<Terminal, 'colour' | 'width'>;

/** The answer for a person at a terminal: causes first, then what to do, what was ruled out and what could not be read. Made of clean lines. */
export function renderReport(report: Report, paper: Paper): string {
  const { analysis, incident } = report;
  const alerts = incident === null || incident.alerts.length < 2 ? '' : ` and ${incident.alerts.length - 1} more`;
  const head = bold(`${displayLine(report.alert_name)} in ${displayLine(report.namespace)}${alerts}`, paper);
  if (analysis === null) return `${head}\n${wrap(`No answer: ${displayLine(report.status_reason ?? report.status)}`, 2, paper)}`;
  return [head, ...renderAnalysis(analysis, paper)].join('\n');
}

export function renderAnalysis(analysis: Analysis, paper: Paper): readonly string[] {
  const { root_causes, summary, impact, ruled_out, degraded } = analysis;
  return [
    ...(root_causes.length === 0 ? ['', wrap(displayLine(summary, 600), 2, paper)] : root_causes.flatMap((cause) => renderCause(cause, analysis, paper))),
    ...(impact ? ['', heading('Impact', paper), wrap(displayLine(impact, 600), 4, paper)] : []),
    ...list('Ruled out', root_causes.length > 0 ? [] : ruled_out.map(({ code, why }) => `${code}: ${why}`), paper),
    ...list('Could not be read', degraded, paper),
  ];
}

function renderCause(cause: ReportCause, analysis: Analysis, paper: Paper): readonly string[] {
  const actions = analysis.actions.filter((action) => action.cause === cause.rank).slice(0, 4);
  return [
    '',
    wrap(`${bold(displayLine(cause.title), paper)}`, 2, paper),
    `  ${cause.confidence} · ${cause.code} · ${subjectText(cause.subject)}${cause.since === null ? '' : ` · since ${displayLine(cause.since)}`}`,
    ...(cause.explanation ? ['', wrap(displayLine(cause.explanation, 800), 4, paper)] : []),
    ...list('Because', cause.reasons.slice(0, 5), paper),
    ...(actions.length === 0
      ? []
      : [
          '',
          heading('Do', paper),
          ...actions.flatMap(({ text, command }) => [
            ...(text ? [wrap(displayLine(text), 4, paper)] : []),
            ...(command
              ? displayBlock(command, 2_000)
                  .split('\n')
                  .map((line) => `      ${tint(line, '36', paper)}`)
              : []),
          ]),
        ]),
  ];
}

/** `Deployment shop/checkout`. */
export function subjectText({ kind, namespace, name }: ReportSubject): string {
  return displayLine(namespace === null ? `${kind} ${name}` : `${kind} ${namespace}/${name}`);
}

function list(title: string, items: readonly string[], paper: Paper): readonly string[] {
  return items.length === 0 ? [] : ['', heading(title, paper), ...items.map((item) => wrap(`- ${displayLine(item)}`, 4, paper, 6))];
}

function heading(text: string, paper: Paper): string {
  return `  ${tint(text, '2', paper)}`;
}
function bold(text: string, paper: Paper): string {
  return tint(text, '1', paper);
}
function tint(text: string, code: string, { colour }: Paper): string {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** Breaks at spaces; `indent` columns before the first line, `hang` before the others. */
export function wrap(text: string, indent: number, { width }: Paper, hang = indent): string {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + word.length + 1 > width) {
      lines.push(line);
      line = ' '.repeat(hang);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].join('\n');
}
