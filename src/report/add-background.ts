import type { PastIncident, Runbook } from '#domain/knowledge.ts';
import type { Analysis, ReportAction, ReportCause, ReportEvidence } from '#domain/report.ts';
import { displayLine } from '#lib/display-text.ts';
import { redact } from '#lib/redact.ts';
import { plainFields } from './plain-fields.ts';
import { reportUrl } from './to-report.ts';

/** What is known besides the cluster: runbooks for the alerts, incidents before, and why some of it could not be had. */
export interface Background {
  readonly runbooks: readonly Runbook[];
  readonly past: readonly PastIncident[];
  readonly problems: readonly string[];
  /** When it was looked up. */
  readonly at: string;
  readonly cluster: string;
}

const RUNBOOK_CHARACTERS = 6_000;
const PAST_SHOWN = 5;

/**
 * Puts runbooks and incidents before beside what was found, as evidence of their own. A cause that was found before says so; where no cause was found, a runbook is the next
 * thing to do. Neither makes a cause surer: what was true then need not be true now.
 */
export function addBackground(analysis: Analysis, background: Background): Analysis {
  if (background.runbooks.length === 0 && background.past.length === 0 && background.problems.length === 0) return analysis;
  const first = analysis.evidence.reduce((last, { id }) => Math.max(last, Number(/^E(\d+)$/.exec(id)?.[1] ?? 0)), 0) + 1;
  const runbooks = background.runbooks.map((runbook, index) => ({ ...runbookEvidence(runbook, background), id: `E${first + index}` }));
  const memory = background.past.length > 0 ? [{ ...pastEvidence(background), id: `E${first + runbooks.length}` }] : [];
  const causes = analysis.root_causes.map((cause) => withMemory(cause, background.past, memory[0]?.id));
  const actions = analysis.inconclusive ? [...background.runbooks.map(followRunbook), ...analysis.actions] : analysis.actions;
  const degraded = [...analysis.degraded, ...background.problems.map(redact)];
  const { summary, consequences, impact, ruled_out: ruledOut } = analysis;
  return {
    ...analysis,
    degraded,
    root_causes: causes,
    actions,
    evidence: [...analysis.evidence, ...runbooks, ...memory],
    ...plainFields({ summary, causes, consequences, impact, actions, ruledOut, degraded }),
  };
}

function runbookEvidence({ title, origin, text, why }: Runbook, { at }: Background): Omit<ReportEvidence, 'id'> {
  const cut = text.length > RUNBOOK_CHARACTERS ? `${text.slice(0, RUNBOOK_CHARACTERS)}\n... the rest is at ${origin}` : text;
  return {
    source: 'runbook',
    title: `Runbook: ${displayLine(title, 200)}, for the ${displayLine(why, 200)}`,
    subject: null,
    query: displayLine(origin, 500),
    observed_at: at,
    excerpt: redact(cut),
    data: { origin },
  };
}

function pastEvidence({ past, at, cluster }: Background): Omit<ReportEvidence, 'id'> {
  const shown = past.slice(0, PAST_SHOWN);
  const same = past.filter(({ alike }) => alike === 'alert').length;
  const title =
    same > 0 ? `${same === past.length ? 'These alerts' : 'These or similar alerts'} before: ${countOf(past)}` : `Similar alerts before: ${countOf(past)}`;
  return {
    source: 'memory',
    title,
    subject: null,
    query: '',
    observed_at: at,
    excerpt: redact(shown.map(lineOf).join('\n')),
    data: {
      incidents: shown.map((one) => ({
        incident: one.incidentId,
        report: reportUrl('', one.fingerprint, cluster),
        opened_at: one.openedAt,
        closed_at: one.closedAt,
        code: one.cause.code,
        title: one.cause.title,
        confidence: one.cause.confidence,
        alike: one.alike,
        feedback: one.feedback.map(({ verdict }) => verdict),
      })),
    },
  };
}

function countOf(past: readonly PastIncident[]): string {
  const [newest] = past;
  return `${past.length === 1 ? 'one incident' : `${past.length} incidents`}, the last on ${newest?.openedAt.slice(0, 10) ?? ''}`;
}

/** `2026-03-01 12:00, over after 25 min, KubePodCrashLooping in shop: OOMKilled (certain): ... Readers: right ("limit raised")` */
function lineOf({ openedAt, closedAt, alertName, namespace, cause, feedback }: PastIncident): string {
  const over = closedAt === null ? 'still open' : `over after ${Math.max(1, Math.round((Date.parse(closedAt) - Date.parse(openedAt)) / 60_000))} min`;
  const said = feedback.map(({ verdict, comment }) => (comment === '' ? verdict : `${verdict} (${JSON.stringify(displayLine(comment, 200))})`));
  return `${openedAt.slice(0, 16).replace('T', ' ')}, ${over}, ${displayLine(alertName, 100)} in ${displayLine(namespace, 100)}: ${cause.code} (${cause.confidence}): ${displayLine(cause.title, 300)}${said.length > 0 ? `. Readers: ${said.join(', ')}` : ''}`;
}

function withMemory(cause: ReportCause, past: readonly PastIncident[], id: string | undefined): ReportCause {
  const same = past.filter((one) => one.cause.code === cause.code);
  const [newest] = same;
  if (id === undefined || newest === undefined) return cause;
  const verdicts = same.flatMap(({ feedback }) => feedback.map(({ verdict }) => verdict));
  const wrong = verdicts.filter((verdict) => verdict === 'wrong').length;
  const right = verdicts.filter((verdict) => verdict === 'right').length;
  const judged =
    wrong > 0
      ? ` Readers called that answer wrong ${times(wrong)}${right > 0 ? ` and right ${times(right)}` : ''}.`
      : right > 0
        ? ` Readers called that answer right ${times(right)}.`
        : '';
  const statement = `The same cause was found ${times(same.length)} before, last on ${newest.openedAt.slice(0, 10)}.${judged}`;
  return { ...cause, explanation: `${cause.explanation} ${statement}`.trim(), evidence: [...cause.evidence, id], reasons: [...cause.reasons, statement] };
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

function followRunbook({ title, origin }: Runbook): ReportAction {
  return {
    kind: 'immediate',
    text: `Follow the runbook ${JSON.stringify(displayLine(title, 200))} (${displayLine(origin, 300)}).`,
    command: '',
    risk: 'none',
    cause: null,
  };
}
