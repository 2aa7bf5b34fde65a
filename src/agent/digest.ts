import type { LabelSet } from '#domain/alert.ts';
import type { Analysis, ReportSubject } from '#domain/report.ts';
import type { EvidenceRecord, RecordedEvidence } from './evidence-record.ts';
import type { Fence } from './fence.ts';
import { estimateTokens } from './prices.ts';

/** What the model is told about an alert. */
export interface AlertFacts {
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly startsAt: string;
}

/** How the tokens of a digest are shared out: the alert, the judgement of the rules, and the rest for evidence. */
const ALERT_SHARE = 0.15;
const JUDGEMENT_SHARE = 0.35;
const MOST_ALERTS = 5;

/** Enters the alerts themselves into the record, so that they can be cited; what they say is hearsay. */
export function recordAlerts(alerts: readonly AlertFacts[], record: EvidenceRecord, redact: (text: string) => string): readonly RecordedEvidence[] {
  return alerts.slice(0, MOST_ALERTS).map(({ labels, annotations, startsAt }) =>
    record.add({
      origin: 'alert',
      source: 'alert',
      title: redact(`Alert ${(labels['alertname'] ?? '').slice(0, 200)}`),
      subject: null,
      query: '',
      observedAt: startsAt,
      text: redact([`startsAt: ${startsAt}`, ...pairs('label', labels), ...pairs('annotation', annotations)].join('\n')),
      objects: [],
      hearsay: true,
    }),
  );
}

/** What the model starts from, in at most `budgetTokens`: alerts, findings, what stayed open, and the evidence, most telling first. Outside text stands in fences. */
export function writeDigest(
  analysis: Analysis,
  alerts: readonly RecordedEvidence[],
  record: EvidenceRecord,
  {
    fence,
    redact,
    budgetTokens,
    now,
  }: { readonly fence: Fence; readonly redact: (text: string) => string; readonly budgetTokens: number; readonly now: string },
): string {
  const parts = [
    `It is ${now}.`,
    ...alerts.map(({ id, title, text }) => fence.around(`${id} ${title}`, cutTo(text, (budgetTokens * ALERT_SHARE) / alerts.length))),
    'What the rules found:',
    fence.around('findings of the rules', cutTo(redact(judgementOf(analysis)), budgetTokens * JUDGEMENT_SHARE)),
    'Evidence of the rules (search_evidence finds more in it):',
  ];
  let left = budgetTokens - estimateTokens(parts.join('\n\n'));
  const order = inOrderOfWeight(
    analysis,
    record.all().filter(({ origin }) => origin === 'rules'),
  );
  for (const [index, entry] of order.entries()) {
    const share = Math.max(60, left / Math.max(1, Math.min(6, order.length - index)));
    const block = fence.around(`${entry.id} ${entry.title.slice(0, 200)}`, cutTo(entry.text, share));
    const cost = estimateTokens(block) + 2;
    if (cost > left) break;
    parts.push(block);
    left -= cost;
  }
  return parts.join('\n\n');
}

/** The beginning and the end of a text: about `tokens` of it, whole lines, with a note of what is missing. */
export function cutTo(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text;
  const perCharacter = estimateTokens(text) / Math.max(1, text.length);
  const room = Math.max(80, Math.floor(tokens / perCharacter) - 80);
  const head = text.slice(0, Math.floor(room * 0.5));
  const tail = text.slice(-Math.floor(room * 0.5));
  return `${head}\n... ${text.length - head.length - tail.length} characters left out; search_evidence looks through them ...\n${tail}`;
}

function judgementOf(analysis: Analysis): string {
  const { root_causes, consequences, ruled_out, degraded, impact, timeline, summary } = analysis;
  return [
    `Summary: ${summary}`,
    ...root_causes.flatMap(({ rank, code, title, subject, confidence, explanation, evidence, reasons }) => [
      `Cause ${rank} (${confidence}) ${code}: ${title}`,
      `  subject: ${nameOf(subject)}`,
      `  why: ${explanation}`,
      ...reasons.map((reason, index) => `  ${evidence[index] ?? ''}: ${reason}`),
    ]),
    ...consequences.slice(0, 10).map(({ code, title, evidence }) => `Follows: ${code}: ${title} [${evidence.join(', ')}]`),
    impact && `Impact: ${impact}`,
    ...ruled_out.map(({ code, why, evidence }) => `Ruled out: ${code}: ${why} [${evidence.join(', ')}]`),
    ...degraded.slice(0, 10).map((line) => `Could not be read: ${line}`),
    ...timeline.slice(-15).map(({ at, what }) => `${at} ${what}`),
  ]
    .filter(Boolean)
    .join('\n');
}

function inOrderOfWeight(analysis: Analysis, entries: readonly RecordedEvidence[]): readonly RecordedEvidence[] {
  const cited = [...analysis.root_causes.flatMap(({ evidence }) => evidence), ...analysis.consequences.flatMap(({ evidence }) => evidence)];
  const weight = ({ id }: RecordedEvidence) => (cited.includes(id) ? cited.indexOf(id) : cited.length);
  return entries.toSorted((left, right) => weight(left) - weight(right));
}

function nameOf({ kind, namespace, name }: ReportSubject): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}

function pairs(word: string, set: LabelSet): readonly string[] {
  return Object.entries(set)
    .slice(0, 60)
    .map(([name, value]) => `${word} ${name.slice(0, 200)}: ${value.slice(0, 4_000)}`);
}
