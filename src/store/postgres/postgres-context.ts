import type { ProgressStep } from '#domain/investigation.ts';
import { type Effects, type Listeners, noEffects } from '../effects.ts';
import type { Announcer } from './announcer.ts';
import type { Database, Statements, TransactionOptions } from './database.ts';

/** What the parts of this store share. */
export interface PostgresContext {
  readonly database: Database;
  readonly announcer: Announcer;
  readonly clock: () => Date;
  readonly newId: () => string;
  /** Told after the commit. */
  readonly queued: Listeners<void>;
  readonly owed: Listeners<void>;
  readonly progressed: Listeners<{ readonly step: ProgressStep; readonly addedBy: 'us' | 'another' }>;
  readonly questioned: Listeners<string>;
}

/** Runs a write and, once it is committed, tells the listeners here and those of other replicas what it did. */
export async function writeAndTell<T>(
  context: PostgresContext,
  work: (tx: Statements, effects: Effects) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  const { result, effects } = await context.database.transaction(async (tx) => {
    const effects = noEffects();
    const result = await work(tx, effects);
    await context.announcer.announce(tx, effects);
    return { result, effects };
  }, options);
  for (const step of effects.steps) context.progressed.tell({ step, addedBy: 'us' });
  for (const id of new Set(effects.questions)) context.questioned.tell(id);
  if (effects.queued.length > 0) context.queued.tell();
  if (effects.owed.length > 0) context.owed.tell();
  return result;
}
