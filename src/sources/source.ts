import type { Evidence } from '#domain/evidence.ts';
import type { Answer, Question, Topic } from '#domain/question.ts';

/**
 * Something that can answer questions: a live cluster, a recording, Prometheus. An answer is always a value: what cannot be
 * read is `unavailable` with the reason in one line, whatever went wrong outside.
 */
export interface Source {
  /** As named on reports: `Kubernetes API`, `recording`, `Prometheus`. */
  readonly name: string;
  /** Which topics it answers; a question about another topic must not be put to it. */
  readonly topics: ReadonlySet<Topic>;
  /** Gives up at `signal`; has a deadline of its own besides. */
  answer<Q extends Question>(question: Q, signal: AbortSignal): Promise<Evidence<Answer<Q>>>;
  /** Cheap state for /health and `oncallm doctor`; does no I/O beyond what was learnt while answering, unless `probe`. */
  check(signal: AbortSignal): Promise<SourceCheck>;
  close(): Promise<void>;
}

export type SourceCheck =
  | { readonly state: 'ok'; readonly detail: string }
  | { readonly state: 'not-configured' | 'failing'; readonly detail: string; readonly fix: string };
