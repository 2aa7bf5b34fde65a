import type { Past, PastIncident, Runbook } from '#domain/knowledge.ts';
import type { Analysis, ReportAction, ReportCause, ReportEvidence } from '#domain/report.ts';
import { displayLine } from '#lib/display-text.ts';
import { redact } from '#lib/redact.ts';
import { plainFields } from './plain-fields.ts';
import { reportUrl } from './to-report.ts';

/** What is known besides the cluster: runbooks for the alerts, incidents before, and why some of it could not be had. */
export interface Background {
  readonly runbooks: readonly Runbook[];
  readonly past: Past;
  /** Over how many days before `at` they are counted. */
  readonly days: number;
  readonly problems: readonly string[];
  /** When it was looked up. */
  readonly at: string;
  readonly cluster: string;
}

const RUNBOOK_CHARACTERS = 6_000;
const PAST_SHOWN = 5;
/** The most that are counted (Past.counts). */
const MOST_COUNTED = 1_000;
const WAYS: readonly PastIncident['alike'][] = ['cause', 'alert', 'words'];

/**
 * Puts runbooks and incidents before beside what was found, as evidence of their own. A cause that was found before says so; where no cause was found, a runbook is the next
 * thing to do. Neither makes a cause surer: what was true then need not be true now.
 */
export function addBackground(analysis: Analysis, background: Background): Analysis {
  if (background.runbooks.length === 0 && background.past.incidents.length === 0 && background.problems.length === 0) return analysis;
  const first = analysis.evidence.reduce((last, { id }) => Math.max(last, Number(/^E(\d+)$/.exec(id)?.[1] ?? 0)), 0) + 1;
  const runbooks = background.runbooks.map((runbook, index) => ({ ...runbookEvidence(runbook, background), id: `E${first + index}` }));
  const memory = background.past.incidents.length > 0 ? [{ ...pastEvidence(background), id: `E${first + runbooks.length}` }] : [];
  const causes = analysis.root_causes.map((cause) => withMemory(cause, background, memory[0]?.id));
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

function pastEvidence({ past, days, at, cluster }: Background): Omit<ReportEvidence, 'id'> {
  const shown = past.incidents.toSorted((left, right) => WAYS.indexOf(left.alike) - WAYS.indexOf(right.alike)).slice(0, PAST_SHOWN);
  return {
    source: 'memory',
    title: titleOf(past, days),
    subject: null,
    query: '',
    observed_at: at,
    excerpt: redact(shown.map(lineOf).join('\n')),
    data: {
      days,
      same_cause: past.counts.cause,
      same_alert: past.counts.alert,
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

/** `Before: the same cause 3 times and these alerts in 4 incidents in the last 30 days; the last incident like this on 2026-02-01` */
function titleOf({ incidents, counts }: Past, days: number): string {
  const last = incidents[0]?.openedAt.slice(0, 10) ?? '';
  const counted = [
    ...(counts.cause > 0 ? [`the same cause ${times(counts.cause)}`] : []),
    ...(counts.alert > 0 ? [`these alerts in ${counts.alert === 1 ? 'one incident' : `${atMost(counts.alert)} incidents`}`] : []),
  ];
  const when = counted.length > 0 ? `${counted.join(' and ')} in the last ${days} days; the last incident like this` : `${countOf(incidents)}, the last`;
  return `Before: ${when} on ${last}`;
}

function countOf(incidents: readonly PastIncident[]): string {
  const kind = incidents.some(({ alike }) => alike !== 'words') ? 'like this' : 'about the same object';
  return incidents.length === 1 ? `one incident ${kind}` : `${incidents.length} incidents ${kind}`;
}

/** `2026-03-01 12:00, over after 25 min, KubePodCrashLooping in shop: OOMKilled (certain): ... Readers: right ("limit raised")` */
function lineOf({ openedAt, closedAt, alertName, namespace, cause, feedback }: PastIncident): string {
  const over = closedAt === null ? 'still open' : `over after ${Math.max(1, Math.round((Date.parse(closedAt) - Date.parse(openedAt)) / 60_000))} min`;
  const said = feedback.map(({ verdict, comment }) => (comment === '' ? verdict : `${verdict} (${JSON.stringify(displayLine(comment, 200))})`));
  return `${openedAt.slice(0, 16).replace('T', ' ')}, ${over}, ${displayLine(alertName, 100)} in ${displayLine(namespace, 100)}: ${cause.code} (${cause.confidence}): ${displayLine(cause.title, 300)}${said.length > 0 ? `. Readers: ${said.join(', ')}` : ''}`;
}

function withMemory(cause: ReportCause, { past, days }: Background, id: string | undefined): ReportCause {
  const alike = past.incidents.filter((one) => one.cause.code === cause.code);
  // The question is about the first cause and its object; of others, and of other objects, only the code is known.
  const same = cause.rank === 1 ? alike.filter((one) => one.alike === 'cause') : [];
  const told = same.length > 0 ? same : alike;
  const [newest] = told;
  if (id === undefined || newest === undefined) return cause;
  const verdicts = told.flatMap(({ feedback }) => feedback.map(({ verdict }) => verdict));
  const wrong = verdicts.filter((verdict) => verdict === 'wrong').length;
  const right = verdicts.filter((verdict) => verdict === 'right').length;
  const judged =
    wrong > 0
      ? ` Readers called that answer wrong ${times(wrong)}${right > 0 ? ` and right ${times(right)}` : ''}.`
      : right > 0
        ? ` Readers called that answer right ${times(right)}.`
        : '';
  const often =
    same.length === 0
      ? `A cause of this kind was found ${times(alike.length)} before`
      : past.counts.cause > 0
        ? `The same cause was found ${times(past.counts.cause)} in the last ${days} days`
        : `The same cause was found ${times(same.length)} before`;
  const statement = `${often}, last on ${newest.openedAt.slice(0, 10)}.${judged}`;
  return { ...cause, explanation: `${cause.explanation} ${statement}`.trim(), evidence: [...cause.evidence, id], reasons: [...cause.reasons, statement] };
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${atMost(count)} times`;
}

function atMost(count: number): string {
  return count >= MOST_COUNTED ? `${MOST_COUNTED.toLocaleString('en')} or more` : String(count);
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
