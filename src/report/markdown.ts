import type { Analysis, Report, ReportSubject } from '#domain/report.ts';

/** A report as Markdown, for chat, tickets and post-mortems. Text from outside is escaped: it cannot make links, images or headings. */
export function reportMarkdown(report: Report): string {
  const { analysis } = report;
  const head = [
    `# ${text(report.alert_name)} in ${text(report.namespace)}`,
    '',
    `${stateLine(report)} Report ${report.status}${report.status_reason ? `: ${text(report.status_reason)}` : ''}. <${report.report_url}>`,
  ];
  const flapping = report.flapping
    ? ['', `Flapping: fired ${report.flapping.times} times between ${text(report.flapping.since)} and ${text(report.flapping.last)}.`]
    : [];
  return `${[...head, ...flapping, ...(analysis ? answer(analysis) : []), ...labels(report)].join('\n')}\n`;
}

function stateLine({ alert }: Report): string {
  if (alert.status === 'stale')
    return `Alert fired at ${text(alert.startsAt)}; taken to be over, not resolved: Alertmanager mentioned it last at ${text(alert.last_seen_at)}.`;
  return `Alert ${text(alert.status)} since ${text(alert.startsAt)}${alert.endsAt ? `, ended ${text(alert.endsAt)}` : ''}.`;
}

function answer(analysis: Analysis): readonly string[] {
  return [
    '',
    `**${text(analysis.summary)}**`,
    ...(analysis.impact ? ['', text(analysis.impact)] : []),
    ...section(
      'Causes',
      analysis.root_causes.map(
        ({ rank, title, confidence, subject, explanation, evidence }) =>
          `${rank}. ${text(title)} (${confidence}; ${where(subject)}) [${evidence.join(', ')}]  \n   ${text(explanation)}`,
      ),
    ),
    ...section(
      'Actions',
      analysis.actions.map(({ kind, text: advice, command, risk }) => `- ${kind}: ${text(advice)} (risk: ${risk})${command ? `\n\n${code(command)}\n` : ''}`),
    ),
    ...section(
      'Follows from it',
      analysis.consequences.map(({ title, subject }) => `- ${text(title)} (${where(subject)})`),
    ),
    ...section(
      'Evidence',
      analysis.evidence.map(({ id, title, query, excerpt }) => `- ${id}: ${text(title)}\n\n${code(excerpt ? `$ ${query}\n${excerpt}` : `$ ${query}`)}\n`),
    ),
    ...section(
      'Timeline',
      analysis.timeline.map(({ at, what }) => `- ${text(at)} ${text(what)}`),
    ),
    ...section(
      'Ruled out',
      analysis.ruled_out.map(({ why }) => `- ${text(why)}`),
    ),
    ...section(
      'Could not be read',
      analysis.degraded.map((line) => `- ${text(line)}`),
    ),
  ];
}

function labels({ alert }: Report): readonly string[] {
  return section(
    'Labels',
    Object.entries(alert.labels).map(([name, value]) => `- ${text(name)}: ${text(value)}`),
  );
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
}

function where({ kind, namespace, name }: ReportSubject): string {
  return text(`${kind} ${namespace ? `${namespace}/` : ''}${name}`);
}

/** One line, with everything that Markdown or HTML could act on made inert. */
function text(value: string): string {
  return value
    .slice(0, 2000)
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replaceAll(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');
}

/** An indented block: nothing in it can end it. */
function code(value: string): string {
  return value
    .replaceAll(/[^\P{Cc}\n\t]|\p{Cf}/gu, ' ')
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
