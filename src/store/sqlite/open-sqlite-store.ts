import { Kysely, sql } from 'kysely';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { createListeners } from '../effects.ts';
import { createQueries } from '../reading/create-queries.ts';
import type { ReadContext } from '../reading/read-context.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables.ts';
import { openConnection } from './connection.ts';
import { createConversations } from './conversations.ts';
import { createCorrections } from './corrections.ts';
import { createGroupCommit } from './group-commit.ts';
import { createIntake } from './intake.ts';
import { createSqliteDialect } from './kysely-dialect.ts';
import { createNotes } from './notes.ts';
import { createOutbox } from './outbox.ts';
import { createQueue } from './queue.ts';
import { createSearch } from './search.ts';
import { createSpending } from './spending.ts';
import type { SqliteContext } from './sqlite-context.ts';
import { createUpkeep } from './upkeep.ts';
import { createWordIndex } from './word-index.ts';

export interface SqliteStoreOptions {
  /** Created, with its directory, when missing. */
  readonly file: string;
  readonly clock?: () => Date;
  /** Ids that sort by creation. */
  readonly newId?: () => string;
  /** How long a write waits for a lock of another process; everything stands still meanwhile. */
  readonly busyTimeoutMs?: number;
  /** The file may not grow beyond this; what would make it is refused as `store-full`. No limit when missing. */
  readonly limitBytes?: number;
}

/** A store that can also say how many transactions it has committed. */
export type SqliteStore = Store & { readonly transactions: () => number };

/**
 * Opens the store in one SQLite file; migrate() before the first use. Two connections: one writes, through the group commit; one reads, and so never sees what
 * is not committed. Rejects with OncallmError `store-unavailable` when the file cannot be opened.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { file, busyTimeoutMs = 1_000, clock = () => new Date() } = options;
  const writing = openConnection({ file, readOnly: false, busyTimeoutMs, limitBytes: options.limitBytes });
  const reading = openConnection({ file, readOnly: true, busyTimeoutMs });
  const db = new Kysely<Tables>({ dialect: createSqliteDialect(reading) });
  const writer = createGroupCommit(writing);
  const context: SqliteContext = {
    writer,
    words: createWordIndex(writer),
    clock,
    newId: options.newId ?? createUuidV7({ clock }),
    queued: createListeners(),
    owed: createListeners(),
    progressed: createListeners(),
    questioned: createListeners(),
  };
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    context.words.close();
    await context.writer.close();
    await db.destroy();
    if (reading.database.isOpen) reading.close();
    writing.close();
  };
  return {
    ...createIntake(context),
    ...createQueue(context),
    ...createCorrections(context),
    ...createOutbox(context),
    ...createNotes(context),
    ...createConversations(context),
    ...createSpending(context),
    ...createQueries({ db, ...createSearch(reading, db), among, forEach, filteredSeq: sql.ref<number>('seq') }),
    ...createUpkeep(context, writing),
    transactions: context.writer.transactions,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

const among: ReadContext['among'] = (_what: 'seq' | 'id', values: readonly (number | string)[]) =>
  sql<never>`(SELECT value FROM json_each(${JSON.stringify(values)}))`;

/** SQLite has no LATERAL, but a function of a table may depend on the row beside it. So none of the rows is looked up before the newest of all are known. */
const forEach: ReadContext['forEach'] = (values, newest) =>
  sql<number>`(SELECT found.value AS seq FROM (${values}) AS named CROSS JOIN json_each((SELECT json_group_array(seq) FROM (${newest(sql.ref('named.value'))}))) AS found)`;
