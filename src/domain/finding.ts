import type { Fact } from './evidence.ts';
import type { ObjectRef } from './object-ref.ts';

/**
 * `certain`: the object's own status names the cause and a second source agrees. `likely`: one source says so, nothing speaks against it.
 * `possible`: something does, or an alternative is open.
 */
export type Confidence = 'certain' | 'likely' | 'possible';

/** One reason for a claim: a fact, what it shows, and the part of it that shows it. */
export interface Citation {
  readonly fact: Fact;
  /** What the fact shows, as a sentence. */
  readonly statement: string;
  /** The object that the statement is about; without it, the fact's own subject or list. */
  readonly about?: ObjectRef | undefined;
  /** The lines or fields to show, verbatim. */
  readonly excerpt?: string | undefined;
}

export type Risk = 'none' | 'low' | 'medium' | 'high';

/** Something to do about it. */
export interface Remedy {
  readonly kind: 'immediate' | 'fix' | 'prevent';
  readonly advice: string;
  /** A command that a person can run as it stands; never run by OnCallM. `''` when there is none. */
  readonly command: string;
  readonly risk: Risk;
}

/** A claimed cause with its reasons. */
export interface Finding {
  /** Id of the rule that found it. */
  readonly rule: string;
  /** Root-cause code, from the documented list: `OOMKilled`. */
  readonly code: string;
  /** One sentence with names and values: what is wrong. */
  readonly title: string;
  /** Why that is so and why it causes what is seen, in a few sentences. */
  readonly explanation: string;
  /** The object whose change would fix it. */
  readonly subject: ObjectRef;
  readonly confidence: Confidence;
  readonly role: Role;
  readonly citations: readonly Citation[];
  readonly remedies: readonly Remedy[];
  /** When the fault began, as far as the evidence tells. */
  readonly since?: string | undefined;
  /** Objects whose trouble this explains: pods, the Services in front of them, claims ... */
  readonly affects: readonly ObjectRef[];
}

/**
 * Where a rule's finding stands in a chain of causes.
 * `cause`: changing the subject ends it (a wrong port, a memory limit, a dead node).
 * `mechanism`: explains the symptom, but may itself have a cause (a crash by exit code, a full disk).
 * `consequence`: follows from something else whenever anything else is found (a stuck rollout, a Service without ready endpoints).
 */
export type Role = 'cause' | 'mechanism' | 'consequence';

/** A cause that was considered and is not it. */
export interface Exclusion {
  readonly rule: string;
  readonly code: string;
  readonly subject: ObjectRef;
  readonly why: string;
  readonly citations: readonly Citation[];
}

/** A cause that could neither be claimed nor excluded. */
export interface OpenQuestion {
  readonly rule: string;
  readonly code: string;
  readonly subject: ObjectRef;
  readonly why: string;
}
