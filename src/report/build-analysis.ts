import type { Unavailable } from '#domain/evidence.ts';
import type { Exclusion, Finding, OpenQuestion, Remedy } from '#domain/finding.ts';
import type { Analysis, ReportAction, ReportCause, ReportEvidence, ReportTimelineEntry, ReportUsage } from '#domain/report.ts';
import { redact } from '#lib/redact.ts';
import { commandLine } from '#lib/shell-word.ts';
import { type EvidenceBook, openEvidenceBook, subjectOf } from './evidence-book.ts';
import { plainFields } from './plain-fields.ts';

/** What an investigation by rules came to. */
export interface Outcome {
  /** Best first; see investigate/rank.ts. */
  readonly causes: readonly Finding[];
  readonly consequences: readonly Finding[];
  readonly unrelated: readonly Finding[];
  readonly exclusions: readonly Exclusion[];
  readonly open: readonly OpenQuestion[];
  /** What nobody could answer. */
  readonly gaps: readonly Unavailable[];
  readonly broken: readonly string[];
  readonly namespaces: readonly string[];
  /** What was looked at, in words: `Namespace shop: 11 workloads, 14 Services; 4 nodes`. */
  readonly lookedAt: string;
  /** True when everything essential could be read and is as it should be. */
  readonly well: boolean;
  /** Where every object is as it should be: what could not be read and may show what the alert is about. */
  readonly unseen?: readonly ('metrics' | 'logs')[];
  /** Sentences about what does not work now. */
  readonly impact: readonly string[];
  readonly timeline: readonly Omit<ReportTimelineEntry, 'evidence'>[];
  readonly usage: ReportUsage;
  /** Evidence that no finding cites: what the alerts' own expressions say. */
  readonly extraEvidence?: readonly Omit<ReportEvidence, 'id'>[];
  /** What to look at next when no cause was found; before the general look-ups. */
  readonly nextSteps?: readonly ReportAction[];
}

/** More causes than this help nobody at night. */
const MOST_CAUSES = 5;
const MOST_RULED_OUT = 12;

/** Writes the answer of an investigation by rules; complete by itself. */
export function buildAnalysis(outcome: Outcome): Analysis {
  const book = openEvidenceBook();
  const causes = outcome.causes
    .filter(({ role }) => role !== 'consequence')
    .slice(0, MOST_CAUSES)
    .map((finding, index) => causeOf(finding, index + 1, book));
  const followers = [...outcome.consequences, ...outcome.causes.filter(({ role }) => role === 'consequence')];
  const consequences = followers.slice(0, 20).map((finding) => ({
    code: finding.code,
    title: redact(finding.title),
    subject: subjectOf(finding.subject),
    evidence: finding.citations.map((one) => book.enter(one)),
  }));
  const healthy = causes.length === 0 && consequences.length === 0 && outcome.well;
  const inconclusive = causes.length === 0 && !healthy;
  const ruledOut = healthy ? [] : ruledOutOf(outcome.exclusions, causes, book);
  const degraded = degradedOf(outcome);
  const actions = actionsOf(outcome, causes.length);
  const summary = summaryOf(causes, outcome, healthy);
  const impact = redact(outcome.impact.join(' '));
  return {
    mode: 'rules',
    degraded,
    summary,
    root_causes: causes,
    inconclusive,
    healthy,
    ruled_out: ruledOut,
    consequences,
    impact,
    timeline: timelineOf(outcome, causes),
    actions,
    evidence: [...book.entries(), ...extraOf(outcome, book.entries().length)],
    usage: outcome.usage,
    ...plainFields({ summary, causes, consequences, impact, actions, ruledOut, degraded }),
  };
}

function causeOf(finding: Finding, rank: number, book: EvidenceBook): ReportCause {
  return {
    rank,
    code: finding.code,
    title: redact(finding.title),
    subject: subjectOf(finding.subject),
    confidence: finding.confidence,
    explanation: redact(finding.explanation),
    evidence: finding.citations.map((citation) => book.enter(citation)),
    reasons: finding.citations.map(({ statement }) => redact(statement)),
    rule: finding.rule,
    since: finding.since ?? null,
    affects: finding.affects.map(subjectOf),
  };
}

/** One line per code: what was looked at and is not it. Codes that were found, or that stayed open elsewhere, are not ruled out. */
function ruledOutOf(exclusions: readonly Exclusion[], causes: readonly ReportCause[], book: EvidenceBook): Analysis['ruled_out'] {
  const found = new Set(causes.map(({ code }) => code));
  const byCode = Map.groupBy(
    exclusions.filter(({ code }) => !found.has(code)),
    ({ code }) => code,
  );
  return [...byCode].slice(0, MOST_RULED_OUT).map(([code, same]) => {
    const first = same[0] as Exclusion;
    const why = same.length === 1 ? first.why : `${first.why} (and the same for ${same.length - 1} more)`;
    return { code, why: redact(why), evidence: [...new Set(first.citations.map((citation) => book.enter(citation)))] };
  });
}

/** Numbered after the cited ones. */
function extraOf({ extraEvidence = [] }: Outcome, cited: number): readonly ReportEvidence[] {
  return extraEvidence.map((one, index) => ({ ...one, id: `E${cited + index + 1}`, query: redact(one.query), excerpt: redact(one.excerpt) }));
}

/** Gaps of one kind that are told one by one; of more, the first two and how many more. */
const GAPS_TOLD = 3;

/** What could not be read, a sentence each: a source that is missing is not lost among fifty logs that are. */
function degradedOf({ gaps, broken }: Outcome): readonly string[] {
  const alike = Map.groupBy(gaps, ({ question: { topic }, reason }) => `${topic} ${reason}`);
  const told = [...alike.values()].flatMap((group) => {
    const whys = [...new Set(group.map(({ why }) => redact(why)))];
    if (whys.length <= GAPS_TOLD) return whys;
    const { about, topic } = (group[0] as Unavailable).question;
    const what = about === 'list' ? 'lists' : topic;
    return [...whys.slice(0, 2), `${whys.length - 2} more ${what} could not be read, for reasons of the same kind.`];
  });
  return [...new Set([...told, ...broken])].slice(0, 20);
}

function actionsOf({ causes, namespaces, well, nextSteps = [] }: Outcome, shown: number): readonly ReportAction[] {
  const known = causes.filter(({ role }) => role !== 'consequence').slice(0, Math.min(shown, 3));
  if (known.length > 0)
    return known.flatMap((finding, index) =>
      inOrder(finding).map(({ kind, advice, command, risk }) => ({ kind, text: redact(advice), command, risk, cause: index + 1 })),
    );
  if (well) return [];
  const looks = namespaces.slice(0, 2).flatMap(
    (namespace) =>
      [
        {
          kind: 'immediate',
          text: `See what is not ready in ${namespace}.`,
          command: commandLine('kubectl', '-n', namespace, 'get', 'pods', '-o', 'wide'),
          risk: 'none',
          cause: null,
        },
        {
          kind: 'immediate',
          text: `See what the cluster says about ${namespace}, the newest last.`,
          command: commandLine('kubectl', '-n', namespace, 'get', 'events', '--sort-by=.lastTimestamp'),
          risk: 'none',
          cause: null,
        },
      ] as const,
  );
  return [...nextSteps, ...looks];
}

/** Where the cause is certain, what ends it comes first and looking closer after it; where it is not, the other way round, as the rule put it. */
function inOrder({ confidence, remedies }: Finding): readonly Remedy[] {
  const looks = ({ risk, command }: Remedy): number => (confidence === 'certain' && (risk === 'none' || command === '') ? 1 : 0);
  return remedies.toSorted((left, right) => looks(left) - looks(right));
}

function summaryOf(causes: readonly ReportCause[], outcome: Outcome, healthy: boolean): string {
  const [first] = causes;
  if (first) {
    const lead = first.confidence === 'certain' ? '' : first.confidence === 'likely' ? 'Most likely: ' : 'Possibly: ';
    const more = causes.length > 1 ? ` ${causes.length - 1} other possible ${causes.length === 2 ? 'cause is' : 'causes are'} listed below it.` : '';
    return `${lead}${first.title}.${more}`;
  }
  if (healthy) return `Nothing wrong was found. ${outcome.lookedAt}: everything that was looked at is as it should be.`;
  if (outcome.unseen && outcome.unseen.length > 0)
    return `The cause was not found. ${outcome.lookedAt}: every object is as it should be, but ${outcome.unseen.join(' and ')} could not be read, and what this alert is about shows only there.`;
  const follows = outcome.causes.find(({ role }) => role === 'consequence');
  const unread = new Set([...outcome.gaps.map(({ why }) => why), ...outcome.broken]).size;
  const gaps = unread > 0 ? ` ${unread === 1 ? 'One thing' : `${unread} things`} could not be read.` : '';
  return `The cause was not found.${follows ? ` What is seen: ${redact(follows.title)}.` : ''} ${outcome.lookedAt ? `${outcome.lookedAt}.` : ''}${gaps}`.trim();
}

function timelineOf({ timeline }: Outcome, causes: readonly ReportCause[]): readonly ReportTimelineEntry[] {
  const began = causes
    .slice(0, 3)
    .flatMap(({ since, title, subject, evidence }) => (since ? [{ at: since, what: `Began: ${title}`, subject, evidence: evidence[0] ?? null }] : []));
  return [...timeline.map((entry) => ({ ...entry, what: redact(entry.what), evidence: null })), ...began]
    .toSorted((left, right) => left.at.localeCompare(right.at))
    .slice(-40);
}
