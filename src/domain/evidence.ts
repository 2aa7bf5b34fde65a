import type { ObjectRef } from './object-ref.ts';
import type { Answer, Question } from './question.ts';

/**
 * The recorded answer to a question. Three outcomes, never confused:
 * `present`: here it is (a list may be empty: the source looked, and there are none);
 * `absent`: the source answered, there is no such thing. A fact;
 * `unavailable`: nobody could answer. A gap, never a fact, and not citable.
 */
export type Evidence<T> = Present<T> | Absent | Unavailable;

interface Asked {
  readonly question: Question;
  /** When the source answered; for a recording, when it was taken. */
  readonly observedAt: string;
  /** Set by pickOne: the object it is about. */
  readonly subject?: ObjectRef | undefined;
}

export interface Present<T> extends Asked {
  readonly outcome: 'present';
  readonly data: T;
  /** One line: what is missing of it, where a part of the answer could not be read. Both a fact and a gap. */
  readonly lacks?: string | undefined;
}

export interface Absent extends Asked {
  readonly outcome: 'absent';
}

export type UnavailableReason = 'not-configured' | 'forbidden' | 'timeout' | 'unreachable' | 'not-recorded' | 'invalid' | 'budget';

export interface Unavailable extends Asked {
  readonly outcome: 'unavailable';
  readonly reason: UnavailableReason;
  /** One line: what was tried and what came back. */
  readonly why: string;
}

/** Evidence that can be cited: a fact. */
export type Fact<T = unknown> = Present<T> | Absent;

/** The only door to the world for rules and for the agent. Never throws for what the outside does. */
export type Ask = <Q extends Question>(question: Q) => Promise<Evidence<Answer<Q>>>;

/** The object called `name` out of a list: absent when the list has none of that name. */
export function pickOne<
  T extends { readonly metadata: { readonly name: string; readonly namespace?: string | undefined; readonly uid?: string | undefined }; readonly kind: string },
>(evidence: Evidence<readonly T[]>, ref: ObjectRef): Evidence<T> {
  if (evidence.outcome !== 'present') return evidence;
  const found = evidence.data.find(
    ({ metadata }) => metadata.name === ref.name && (ref.namespace === undefined || metadata.namespace === undefined || metadata.namespace === ref.namespace),
  );
  const { question, observedAt } = evidence;
  return found
    ? { outcome: 'present', question, observedAt, subject: { ...ref, uid: found.metadata.uid }, data: found }
    : { outcome: 'absent', question, observedAt, subject: ref };
}

/** Those of a list that fit. */
export function pickSome<T>(evidence: Evidence<readonly T[]>, fits: (item: T) => boolean): Evidence<readonly T[]> {
  return evidence.outcome === 'present' ? { ...evidence, data: evidence.data.filter(fits) } : evidence;
}
