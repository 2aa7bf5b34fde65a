import type { Ask, Evidence, Fact, Unavailable } from '#domain/evidence.ts';
import type { Citation, Confidence, Remedy, Role } from '#domain/finding.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import type { Answer, Question, Topic } from '#domain/question.ts';
import type { Subject, SubjectKind, SubjectOf } from '#domain/subject.ts';
import type { Symptom } from '#domain/symptom.ts';

/** The door to the world, open for the topics that the rule named in `needs` only. */
export type AskFor<T extends Topic> = <Q extends Question & { readonly topic: T }>(question: Q) => Promise<Evidence<Answer<Q>>>;

/** What a rule may know besides its subject. Times are UTC RFC 3339. */
export interface Circumstances {
  /** The time of looking; for a recording, when it was taken. */
  readonly now: string;
  /** When the trouble began at the latest, as far as the alert tells: startsAt minus the rule's `for` and window. */
  readonly onset: string;
}

/** A rule as its author writes it: about one kind of subject, asking for the topics it names only. */
export interface RuleSpec<K extends SubjectKind, T extends Topic> {
  /** Folder and file name too. Never renamed: reports link to it. */
  readonly id: string;
  /** The root-cause code on reports: PascalCase, `OOMKilled`. */
  readonly code: string;
  /** What is wrong when this rule finds something, without names: completes "The cause is that ...". */
  readonly summary: string;
  readonly about: K;
  readonly role: Role;
  readonly symptoms: readonly Symptom[];
  readonly needs: readonly T[];
  /** Where the facts come from that the judgement rests on. */
  readonly references: readonly { readonly title: string; readonly url: string }[];
  judge(subject: SubjectOf<K>, ask: AskFor<T>, circumstances: Circumstances): Promise<Verdict | readonly Verdict[]>;
}

export type Verdict = Found | RuledOut | Undecided;

export interface Found {
  readonly verdict: 'found';
  readonly confidence: Confidence;
  readonly citations: readonly Citation[];
  readonly claim: Claim;
}

export interface Claim {
  /** One sentence with names and values. */
  readonly title: string;
  readonly explanation: string;
  /** The object to change, when it is not the subject itself. */
  readonly subject?: ObjectRef;
  readonly remedies: readonly Remedy[];
  readonly since?: string | undefined;
  readonly affects?: readonly ObjectRef[];
}

export interface RuledOut {
  readonly verdict: 'ruled-out';
  readonly why: string;
  readonly citations: readonly Citation[];
}
export interface Undecided {
  readonly verdict: 'undecided';
  readonly why: string;
  readonly gap?: Unavailable | undefined;
}

/** A rule as everybody else sees it. It must be given subjects of the kind it is `about`. */
export interface Rule extends Omit<RuleSpec<SubjectKind, Topic>, 'judge'> {
  judge(subject: Subject, ask: Ask, circumstances: Circumstances): Promise<Verdict | readonly Verdict[]>;
}

/** Declares a rule. Rules are pure: what they know, they asked for; asking for a topic not named in `needs` does not compile. */
export function defineRule<K extends SubjectKind, const T extends Topic>(spec: RuleSpec<K, T>): Rule {
  // Narrower in what it accepts, as its `about` and `needs` say; investigate/judge.ts keeps to them.
  return spec as unknown as Rule;
}

export function found(confidence: Confidence, citations: readonly Citation[], claim: Claim): Found {
  return { verdict: 'found', confidence, citations, claim };
}

/** Not the cause, and why: shown on the report under "ruled out" when the rule explains one of the symptoms. */
export function ruledOut(fact: Fact, why: string): RuledOut {
  return { verdict: 'ruled-out', why, citations: [{ fact, statement: why }] };
}

/** Neither: the evidence is missing (`unavailable`) or does not tell. */
export function undecided(reason: Unavailable | string): Undecided {
  return typeof reason === 'string' ? { verdict: 'undecided', why: reason } : { verdict: 'undecided', why: reason.why, gap: reason };
}

/** Nothing of the kind here, and not worth a line on the report: the subject does not have what the rule is about. */
export const notApplicable: readonly Verdict[] = [];

/** A reason: the fact, what it shows, and (for one object or some lines out of a larger answer) which part. */
export function cite(fact: Fact, statement: string, part: { readonly about?: ObjectRef; readonly excerpt?: string } = {}): Citation {
  return { fact, statement, ...part };
}
