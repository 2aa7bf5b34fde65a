import type { Confidence, Risk } from '#domain/finding.ts';
import type { ReportAction, ReportSubject } from '#domain/report.ts';
import { TOPIC_FACTS } from '#domain/topic.ts';
import type { Answer } from './answer.ts';
import { type EvidenceRecord, isBackground, type RecordedEvidence } from './evidence-record.ts';
import { carriesName, namesForeignHost, offTopic, quotes, supportedSentences, unsupported } from './verification/claim.ts';
import { checkCommand } from './verification/command.ts';
import { type Ground, groundOf } from './verification/ground.ts';
import { namesFault, riskOfAdvice, unfit, wordsOfCode } from './verification/speech.ts';

/** A cause of the model that the evidence carries. Texts hold placeholders still. */
export interface VerifiedCause {
  /** Its place in the answer, from 1, for the actions. */
  readonly number: number;
  readonly code: string;
  readonly title: string;
  readonly subject: ReportSubject;
  readonly confidence: Confidence;
  readonly explanation: string;
  readonly evidence: readonly string[];
  readonly reasons: readonly string[];
  /** What of each cited evidence shows it, by id. */
  readonly shown: readonly { readonly evidence: string; readonly quote: string }[];
  /** Statements of it that were left out. */
  readonly dropped: number;
}

interface VerifiedAction extends Omit<ReportAction, 'cause'> {
  /** Number of the cause in the answer. */
  readonly cause: number;
}

export interface Verified {
  readonly causes: readonly VerifiedCause[];
  readonly actions: readonly VerifiedAction[];
  readonly ruledOut: readonly { readonly code: string; readonly why: string; readonly evidence: readonly string[]; readonly quote: string }[];
  readonly inconclusive: boolean;
  /** How many statements were made and how many the evidence carries: the verified-claim ratio. */
  readonly claims: { readonly made: number; readonly verified: number };
  /** Why things were left out, for the trace; may repeat what the model said, and is never shown as fact. */
  readonly dropped: readonly string[];
}

const MOST_REASONS = 6;

/**
 * Holds an answer against the evidence. A cause stands only if its subject exists, its title is carried by what it cites and at least one reason is, by more
 * than runbooks and earlier incidents;
 * every other sentence stands or falls by itself. The model's confidence is capped: never `certain`; `likely` only if nothing of it had to be left out and
 * something firmer than free text (logs, the alert) carries it.
 */
export function verifyAnswer(answer: Answer, record: EvidenceRecord): Verified {
  const dropped: string[] = [];
  const tally = { made: 0, verified: 0 };
  const count = (verified: boolean) => {
    tally.made += 1;
    if (verified) tally.verified += 1;
    return verified;
  };
  const causes = answer.causes.flatMap((cause, index) => verifyCause(cause, index + 1, record, count, dropped));
  const ruledOut = answer.ruled_out.flatMap(({ code, why, evidence, quote }) => {
    const entry = record.get(evidence);
    const fine =
      entry !== undefined && !entry.hearsay && quotes(entry.text, quote) && untenable(why, groundOf([entry])).length === 0 && codeOf(code) !== undefined;
    if (!count(fine)) dropped.push(`ruled out ${code.slice(0, 60)}: not carried by ${evidence.slice(0, 12)}`);
    return fine ? [{ code: codeOf(code) ?? '', why: sentence(why), evidence: [evidence], quote }] : [];
  });
  const everything = groundOf(answer.actions.length > 0 ? record.all() : []);
  const actions = answer.actions.flatMap((action) => verifyAction(action, causes, record, everything, dropped));
  return { causes, actions, ruledOut, inconclusive: answer.inconclusive, claims: tally, dropped };
}

function verifyCause(
  cause: Answer['causes'][number],
  number: number,
  record: EvidenceRecord,
  count: (verified: boolean) => boolean,
  dropped: string[],
): readonly VerifiedCause[] {
  const drop = (why: string) => {
    dropped.push(`cause ${number}: ${why}`);
    return [];
  };
  const reasons = cause.reasons.slice(0, MOST_REASONS).flatMap(({ evidence, quote, statement }) => {
    const entry = record.get(evidence);
    const problem = entry ? problemOfReason(entry, quote, statement) : `${evidence.slice(0, 12)} does not exist`;
    if (!count(problem === undefined)) dropped.push(`cause ${number}, reason: ${problem}`);
    return entry && problem === undefined ? [{ entry, quote, statement: sentence(statement) }] : [];
  });
  const code = codeOf(cause.code);
  if (code === undefined) return drop('its code is no code');
  if (reasons.length === 0) return drop('no reason is carried by evidence');
  const cited = [...new Set(reasons.map(({ entry }) => entry))];
  if (cited.every(isBackground)) return drop('runbooks and earlier incidents alone say nothing of now');
  const ground = groundOf(cited);
  const subject = subjectIn(cause.subject, record, ground);
  if (typeof subject === 'string') return drop(subject);
  const title = untenable(cause.title, ground);
  if (!count(title.length === 0 && cause.title.trim().length >= 8 && cause.title.length <= 300))
    return drop(`title: ${title.join('; ') || 'too short or too long'}`);
  // A status of Kubernetes as the code is a claim too.
  if (STATUSES.has(code.toLowerCase()) && !carriesName(code, ground.text) && !(/^oom/i.test(code) && ground.text.includes('oom')))
    return drop(`the code ${code} is not in the evidence`);
  const strange = offTopic(wordsOfCode(code), ground);
  if (strange.length > 0) return drop(`the code ${code}: ${strange.join('; ')}`);
  const explanation = supportedSentences(cause.explanation, (sentence) => untenable(sentence, ground));
  for (let left = explanation.dropped; left > 0; left -= 1) count(false);
  const leftOut = explanation.dropped + Math.min(cause.reasons.length, MOST_REASONS) - reasons.length;
  const firm = cited.some(({ hearsay }) => !hearsay);
  return [
    {
      number,
      code,
      title: sentence(cause.title).replace(/\.$/, ''),
      subject,
      confidence: cause.confidence !== 'possible' && firm && leftOut === 0 ? 'likely' : 'possible',
      explanation: explanation.kept,
      evidence: reasons.map(({ entry }) => entry.id),
      reasons: reasons.map(({ statement }) => statement),
      shown: reasons.map(({ entry, quote }) => ({ evidence: entry.id, quote })),
      dropped: leftOut,
    },
  ];
}

function problemOfReason(entry: RecordedEvidence, quote: string, statement: string): string | undefined {
  if (!quotes(entry.text, quote)) return `${entry.id} does not say ${JSON.stringify(quote.slice(0, 80))}`;
  const problems = untenable(statement, groundOf([entry]));
  return problems.length > 0 ? `${entry.id}: ${problems.join('; ')}` : statement.trim() === '' ? 'says nothing' : undefined;
}

/** Why a sentence cannot stand: for what it says, or for how. */
function untenable(text: string, ground: Ground): readonly string[] {
  return [...unsupported(text, ground), ...unfit(text, ground, 'cause')];
}

/** The subject as the record knows it; a string says why not. */
function subjectIn({ kind, namespace, name }: Answer['causes'][number]['subject'], record: EvidenceRecord, ground: Ground): ReportSubject | string {
  if (!/^[A-Za-z]{2,60}$/.test(kind) || !/^[\w.:-]{1,253}$/.test(name) || (namespace !== null && !/^[a-z0-9-]{0,63}$/.test(namespace)))
    return 'its subject is no object';
  const place = namespace === '' ? null : namespace;
  if (!record.exists({ kind, namespace: place, name })) return `${kind} ${name} is not known to exist`;
  if (!carriesName(name, ground.text)) return `nothing that it cites is about ${name}`;
  const known = Object.values(TOPIC_FACTS).find((facts) => facts.kind.toLowerCase() === kind.toLowerCase());
  return { kind: known?.kind ?? kind, namespace: place, name };
}

function verifyAction(
  action: Answer['actions'][number],
  causes: readonly VerifiedCause[],
  record: EvidenceRecord,
  everything: Ground,
  dropped: string[],
): readonly VerifiedAction[] {
  const drop = (why: string) => {
    dropped.push(`action: ${why}`);
    return [];
  };
  if (!causes.some(({ number }) => number === action.cause)) return drop('its cause does not stand');
  if (action.text.length > 500 || action.text.trim() === '') return drop('too long or empty');
  // What is to be done may hold new values, but names nothing that nobody has seen.
  const problems = unsupported(action.text, everything).filter((problem) => !/: number /.test(problem) && !problem.startsWith('nothing in the evidence'));
  if (problems.length > 0) return drop(problems.join('; '));
  if (namesForeignHost(action.text)) return drop('names a host outside the cluster');
  const text = sentence(action.text);
  const risk = riskOfAdvice(text, everything);
  if (risk === undefined) return drop('it destroys or opens something, or cannot be read');
  if (action.command.trim() === '') return [{ kind: action.kind, text, command: '', risk, cause: action.cause }];
  const checked = checkCommand(action.command, record, everything.text);
  if (!checked.ok) return drop(`command: ${checked.why}`);
  return [{ kind: action.kind, text, command: checked.command, risk: higher(checked.risk, risk), cause: action.cause }];
}

/** Reasons that Kubernetes itself gives, which as a code claim that it gave them. Source: kubelet and scheduler event and container reasons. */
const STATUSES = new Set(
  'oomkilled crashloopbackoff imagepullbackoff errimagepull errimageneverpull invalidimagename createcontainerconfigerror createcontainererror runcontainererror containercannotrun evicted preempted nodelost failedscheduling failedmount failedattachvolume deadlineexceeded backofflimitexceeded failedcreatepodsandbox networknotready'.split(
    ' ',
  ),
);

function higher(one: Risk, other: Risk): Risk {
  return RISKS.indexOf(one) > RISKS.indexOf(other) ? one : other;
}
const RISKS: readonly Risk[] = ['none', 'low', 'medium', 'high'];

function codeOf(code: string): string | undefined {
  return /^[A-Za-z][A-Za-z0-9]{1,59}$/.test(code) && namesFault(code) ? code : undefined;
}

function sentence(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s+/g, ' ').trim();
}
