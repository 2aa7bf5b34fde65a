import type { Evidence } from '#domain/evidence.ts';
import type { Question } from '#domain/question.ts';
import type { Analysis } from '#domain/report.ts';
import type { Work } from '#investigate/investigate.ts';
import type { SourceCheck } from '#sources/source.ts';
import type { Investigator } from './investigator.ts';

/** What the thread of the investigations does for the process. Each call has a number of the caller's, by which it can be cut off. */
export interface ThreadCalls {
  investigate(call: number, work: Work): Promise<Analysis>;
  /** Puts a question to the source of that name. */
  answer(call: number, source: string, question: Question): Promise<Evidence<unknown>>;
  check(call: number, source: string): Promise<SourceCheck>;
  cancel(call: number, why: string): void;
  /** Closes the connections. */
  close(): Promise<void>;
}

/** What the process hears from the thread. */
export interface ThreadNews {
  /** What an investigation does just now, in a line. */
  step(call: number, what: string): void;
  /** A line for the log. */
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Answers the calls by an investigator, in whatever thread. */
export function answerCalls({ worlds, investigate }: Investigator, step: ThreadNews['step']): ThreadCalls {
  const running = new Map<number, AbortController>();

  async function cancellable<T>(call: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    running.set(call, controller);
    try {
      return await run(controller.signal);
    } finally {
      running.delete(call);
    }
  }
  const sourceOf = (name: string) => {
    const source = worlds.sources.find((one) => one.name === name);
    if (source === undefined) throw new Error(`There is no source ${name}.`);
    return source;
  };

  return {
    investigate: (call, work) => cancellable(call, (signal) => investigate(work, signal, (what) => step(call, what))),
    answer: (call, source, question) => cancellable(call, (signal) => sourceOf(source).answer(question, signal)),
    check: (call, source) => cancellable(call, (signal) => sourceOf(source).check(signal)),
    cancel: (call, why) => running.get(call)?.abort(new Error(why)),
    close: () => worlds.close(),
  };
}
