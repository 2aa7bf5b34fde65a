import type { ProgressStep } from '#domain/investigation.ts';
import { type Effects, type Listeners, noEffects } from '../effects.ts';
import type { Connection } from './connection.ts';
import type { GroupCommit } from './group-commit.ts';
import type { WordIndex } from './word-index.ts';

/** What the parts of this store share. */
export interface SqliteContext {
  readonly writer: GroupCommit;
  readonly clock: () => Date;
  readonly newId: () => string;
  readonly words: WordIndex;
  /** Told after the commit. */
  readonly queued: Listeners<void>;
  readonly owed: Listeners<void>;
  readonly progressed: Listeners<ProgressStep>;
  readonly questioned: Listeners<string>;
}

/** Runs a write and, once it is committed, tells the listeners what it did. */
export async function writeAndTell<T>(
  context: SqliteContext,
  work: (connection: Connection, effects: Effects) => T,
  how: 'write' | 'note' | 'urgent' = 'write',
): Promise<T> {
  const { result, effects } = await context.writer[how]((connection) => {
    const effects = noEffects();
    return { result: work(connection, effects), effects };
  });
  for (const step of effects.steps) context.progressed.tell(step);
  for (const id of new Set(effects.questions)) context.questioned.tell(id);
  if (effects.queued.length > 0) context.queued.tell();
  if (effects.owed.length > 0) context.owed.tell();
  return result;
}
