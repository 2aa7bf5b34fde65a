import type { Confidence } from '#domain/finding.ts';
import type { Analysis, ReportAction, ReportCause, ReportEvidence } from '#domain/report.ts';
import { displayBlock } from '#lib/display-text.ts';
import type { EvidenceRecord, RecordedEvidence } from './evidence-record.ts';
import type { Verified, VerifiedCause } from './verify.ts';

/** The plain-text fields of a report are rendered elsewhere (report/plain-fields.ts) from these parts. */
export type PlainFields = Pick<
  Analysis,
  'root_cause' | 'conclusion' | 'diagnosis' | 'summary_of_findings' | 'recommended_actions' | 'recommendations' | 'solution'
>;
export interface PlainParts {
  readonly summary: string;
  readonly causes: readonly ReportCause[];
  readonly consequences: Analysis['consequences'];
  readonly impact: string;
  readonly actions: readonly ReportAction[];
  readonly ruledOut: Analysis['ruled_out'];
  readonly degraded: readonly string[];
}

export interface MergeParts {
  readonly record: EvidenceRecord;
  /** Makes text fit for the report: private things back, secrets not. */
  readonly restore: (text: string) => string;
  readonly plainFields: (parts: PlainParts) => PlainFields;
}

/** As the rule of causes that a model found. */
export const MODEL_RULE = 'model';

const WEIGHT: Readonly<Record<Confidence, number>> = { certain: 3, likely: 2, possible: 1 };
const MOST_CAUSES = 5;
const EXCERPT_LINES = 12;

/**
 * Puts what was verified beside what the rules found. The same cause is one, with the reasons of both; where they differ both stay and say so. A cause of the
 * model stands above one of the rules only if it is the surer of the two.
 */
export function mergeAnalysis(rules: Analysis, verified: Verified, parts: MergeParts): Analysis {
  const { restore, plainFields } = parts;
  const agreed = new Map<ReportCause, VerifiedCause>();
  for (const cause of verified.causes) {
    const same = rules.root_causes.find((one) => !agreed.has(one) && sameCause(one, cause));
    if (same) agreed.set(same, cause);
  }
  const own = verified.causes.filter((cause) => ![...agreed.values()].includes(cause));
  const merged: readonly Numbered[] = [
    ...rules.root_causes.map((cause) => ({
      cause: withModel(cause, agreed.get(cause), own, verified, restore),
      from: agreed.get(cause)?.number,
      old: cause.rank,
    })),
    ...own.map((cause) => ({ cause: causeOfModel(cause, rules, restore), from: cause.number, old: undefined })),
  ];
  const ranked = merged
    .toSorted((left, right) => WEIGHT[right.cause.confidence] - WEIGHT[left.cause.confidence])
    .slice(0, MOST_CAUSES)
    .map((one, index) => ({ ...one, cause: { ...one.cause, rank: index + 1 } }));
  const causes = ranked.map(({ cause }) => cause);
  const ruledOut = [...rules.ruled_out, ...ruledOutByModel(rules, verified, causes, restore)];
  const actions = actionsOf(rules, verified, ranked, restore);
  const summary = causes[0] && causes[0].rule === MODEL_RULE ? summaryOf(causes[0], causes.length) : rules.summary;
  const evidence = [...rules.evidence, ...newEvidence(rules, verified, causes, ruledOut, parts)];
  const degraded = rules.degraded;
  return {
    ...rules,
    mode: 'rules+llm',
    summary,
    root_causes: causes,
    inconclusive: causes.length === 0 && !rules.healthy,
    healthy: rules.healthy && causes.length === 0,
    ruled_out: ruledOut,
    actions,
    evidence,
    ...plainFields({ summary, causes, consequences: rules.consequences, impact: rules.impact, actions, ruledOut, degraded }),
  };
}

interface Numbered {
  readonly cause: ReportCause;
  /** Number in the model's answer. */
  readonly from: number | undefined;
  /** Rank on the rules' report. */
  readonly old: number | undefined;
}

function sameCause(rule: ReportCause, { code, subject }: VerifiedCause): boolean {
  const same = [rule.subject, ...rule.affects].some(({ name, namespace }) => name === subject.name && (namespace ?? '') === (subject.namespace ?? ''));
  return same && rule.code.toLowerCase() === code.toLowerCase();
}

function withModel(
  cause: ReportCause,
  same: VerifiedCause | undefined,
  own: readonly VerifiedCause[],
  verified: Verified,
  restore: (text: string) => string,
): ReportCause {
  if (same) {
    const fresh = same.evidence.flatMap((id, index) => (cause.evidence.includes(id) ? [] : [{ id, reason: restore(same.reasons[index] ?? '') }]));
    const said = same.explanation ? ` The model agrees: ${restore(same.explanation)}` : ' The model agrees.';
    return {
      ...cause,
      explanation: `${cause.explanation}${said}`,
      evidence: [...cause.evidence, ...fresh.map(({ id }) => id)],
      reasons: [...cause.reasons, ...fresh.map(({ reason }) => reason)],
    };
  }
  const doubt = verified.ruledOut.find(({ code }) => code.toLowerCase() === cause.code.toLowerCase());
  if (doubt)
    return {
      ...cause,
      explanation: `${cause.explanation} The model doubts it: ${restore(doubt.why)} [${doubt.evidence.join(', ')}] The rules stand by it; both are shown.`,
    };
  const other = own[0];
  if (other)
    return {
      ...cause,
      explanation: `${cause.explanation} The model points to something else: ${restore(other.title)}. Both are shown, since neither excludes the other.`,
    };
  return cause;
}

function causeOfModel(cause: VerifiedCause, rules: Analysis, restore: (text: string) => string): ReportCause {
  const excluded = rules.ruled_out.find(({ code }) => code.toLowerCase() === cause.code.toLowerCase());
  const first = rules.root_causes[0];
  const notes = [
    cause.explanation && restore(cause.explanation),
    'Found by the model; every statement shown was checked against the evidence it cites.',
    cause.dropped > 0 &&
      `${cause.dropped} of its statements could not be verified and ${cause.dropped === 1 ? 'is' : 'are'} left out: take it as a hypothesis.`,
    excluded && `The rules had ruled this out: ${excluded.why}`,
    first && !excluded && `The rules point to ${first.code} (${first.confidence}): ${first.title}. Both are shown.`,
  ].filter(Boolean);
  return {
    rank: 0,
    code: cause.code,
    title: restore(cause.title),
    subject: cause.subject,
    confidence: excluded ? 'possible' : cause.confidence,
    explanation: notes.join(' '),
    evidence: cause.evidence,
    rule: MODEL_RULE,
    since: null,
    affects: [],
    reasons: cause.reasons.map(restore),
  };
}

function ruledOutByModel(rules: Analysis, verified: Verified, causes: readonly ReportCause[], restore: (text: string) => string): Analysis['ruled_out'] {
  const taken = new Set([...rules.ruled_out, ...causes].map(({ code }) => code.toLowerCase()));
  return verified.ruledOut
    .filter(({ code }) => !taken.has(code.toLowerCase()))
    .map(({ code, why, evidence }) => ({ code, why: `${restore(why)} (model)`, evidence }));
}

/** The rules' actions first for their causes; of the model's those that say something new, at their cause's new rank. */
function actionsOf(rules: Analysis, verified: Verified, ranked: readonly Numbered[], restore: (text: string) => string): readonly ReportAction[] {
  const rankOf = (fits: (one: Numbered) => boolean) => ranked.find(fits)?.cause.rank ?? null;
  const ofRules = rules.actions.map((action) => ({ ...action, cause: action.cause === null ? null : rankOf(({ old }) => old === action.cause) }));
  const commands = new Set(ofRules.map(({ command }) => command).filter(Boolean));
  const ofModel = verified.actions
    .map(({ cause, text, ...action }) => ({ ...action, text: restore(text), cause: rankOf(({ from }) => from === cause) }))
    .filter(({ cause, command }) => cause !== null && !(command && commands.has(command)));
  return [...ofRules, ...ofModel].toSorted((left, right) => (left.cause ?? 99) - (right.cause ?? 99));
}

function summaryOf({ title, confidence }: ReportCause, causes: number): string {
  const more = causes > 1 ? ` ${causes - 1} other possible ${causes === 2 ? 'cause is' : 'causes are'} listed below it.` : '';
  return `${confidence === 'likely' ? 'Most likely' : 'Possibly'}: ${title}.${more}`;
}

/** What is cited and not on the rules' report yet. */
function newEvidence(
  rules: Analysis,
  verified: Verified,
  causes: readonly ReportCause[],
  ruledOut: Analysis['ruled_out'],
  { record, restore }: MergeParts,
): readonly ReportEvidence[] {
  const known = new Set(rules.evidence.map(({ id }) => id));
  const cited = new Set([...causes, ...ruledOut].flatMap(({ evidence }) => evidence));
  const shown = [
    ...verified.causes.flatMap(({ shown: quotes }) => quotes),
    ...verified.ruledOut.flatMap(({ evidence, quote }) => evidence.map((id) => ({ evidence: id, quote }))),
  ];
  return [...cited]
    .filter((id) => !known.has(id))
    .flatMap((id) => record.get(id) ?? [])
    .map((entry) =>
      shownEvidence(
        entry,
        shown.filter(({ evidence }) => evidence === entry.id).map(({ quote }) => quote),
        restore,
      ),
    );
}

/** Evidence of a run as the report has it: what `quotes` say, else how it begins. */
export function shownEvidence(entry: RecordedEvidence, quotes: readonly string[], restore: (text: string) => string): ReportEvidence {
  return {
    id: entry.id,
    source: entry.source,
    title: restore(entry.title),
    subject: entry.subject,
    query: entry.query,
    observed_at: entry.observedAt,
    excerpt: displayBlock(restore(excerptOf(entry, quotes))),
    data: {},
  };
}

/** The lines around the quotations; of a quotation that spans lines, where it begins. */
function excerptOf({ text }: RecordedEvidence, quotations: readonly string[]): string {
  const lines = text.split('\n');
  const starts = quotations.map((quotation) => quotation.toLowerCase().trim().split(/\s+/).slice(0, 4).join(' '));
  const places = lines.flatMap((line, index) => (starts.some((start) => line.toLowerCase().replaceAll(/\s+/g, ' ').includes(start)) ? [index] : []));
  const wanted = new Set(places.slice(0, 6).flatMap((place) => [place - 1, place, place + 1]));
  const kept = wanted.size > 0 ? lines.filter((_, index) => wanted.has(index)) : lines;
  return kept
    .slice(0, EXCERPT_LINES)
    .map((line) => line.slice(0, 400))
    .join('\n');
}
