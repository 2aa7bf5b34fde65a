import type { Logger } from 'pino';
import { messageOf } from '#domain/error.ts';

export interface Chore {
  readonly name: string;
  readonly everyMs: number;
  /** Not before this long after the start. */
  readonly firstAfterMs: number;
  readonly run: () => Promise<unknown>;
}

/** Runs chores again and again, each never twice at a time; a failing one is logged and runs again next time. Returns the way to stop them, which waits for those that run. */
export function startChores(chores: readonly Chore[], log: Logger): () => Promise<void> {
  let stopped = false;
  const timers = new Map<Chore, NodeJS.Timeout>();
  const running = new Set<Promise<void>>();

  const schedule = (chore: Chore, ms: number): void => {
    timers.set(chore, setTimeout(() => start(chore), ms).unref());
  };
  const start = (chore: Chore): void => {
    const run = chore
      .run()
      .then(
        () => {},
        (thrown: unknown) => log.warn({ chore: chore.name, why: messageOf(thrown) }, 'A chore failed and will run again'),
      )
      .then(() => {
        running.delete(run);
        if (!stopped) schedule(chore, chore.everyMs);
      });
    running.add(run);
  };
  for (const chore of chores) schedule(chore, chore.firstAfterMs);
  return async () => {
    stopped = true;
    for (const timer of timers.values()) clearTimeout(timer);
    await Promise.all(running);
  };
}
