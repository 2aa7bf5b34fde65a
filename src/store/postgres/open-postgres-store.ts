import { Kysely, PostgresDialect, sql } from 'kysely';
import type { OncallmError } from '#domain/error.ts';
import type { ProgressStep } from '#domain/investigation.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { createListeners } from '../effects.ts';
import { createQueries } from '../reading/create-queries.ts';
import type { ReadContext } from '../reading/read-context.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables.ts';
import { createAnnouncer } from './announcer.ts';
import { createConversations } from './conversations.ts';
import { createCorrections } from './corrections.ts';
import { awaitDatabase, openDatabase } from './database.ts';
import { guardCalls } from './guard-calls.ts';
import { createIntake } from './intake.ts';
import { createNotes } from './notes.ts';
import { createOutbox } from './outbox.ts';
import type { PostgresContext } from './postgres-context.ts';
import { createQueue } from './queue.ts';
import { createSearch } from './search.ts';
import { createSpending } from './spending.ts';
import { createTally } from './tally.ts';
import { createUpkeep } from './upkeep.ts';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/database?sslmode=…`; what is not given is taken from the PG… variables, as psql does. */
  readonly url: string;
  readonly clock?: () => Date;
  /** Ids that sort by creation. */
  readonly newId?: () => string;
  /** Connections of this process, at most; one more listens for what other replicas do. */
  readonly poolSize?: number;
  readonly connectTimeoutMs?: number;
  /** No statement takes longer; a wait for a lock takes half as long at most. */
  readonly statementTimeoutMs?: number;
  /** How long to wait for a server that cannot be reached, starts, or is crowded. */
  readonly waitMs?: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** Told once, why it waits. */
  readonly onWaiting?: (why: OncallmError) => void;
}

/**
 * Opens the store in a PostgreSQL database that any number of replicas share; migrate() before the first use. Rejects with OncallmError `store-unavailable` when
 * the database cannot be used. Afterwards a server that goes away makes each call reject so; the store goes on by itself when it is back.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, clock = () => new Date(), connectTimeoutMs = 5_000, statementTimeoutMs = 10_000 } = options;
  const database = openDatabase({ url, poolSize: options.poolSize ?? 10, connectTimeoutMs, statementTimeoutMs });
  const newId = options.newId ?? createUuidV7({ clock });
  const queued = createListeners<void>();
  const owed = createListeners<void>();
  const progressed = createListeners<{ step: ProgressStep; addedBy: 'us' | 'another' }>();
  const questioned = createListeners<string>();
  const announcer = createAnnouncer({
    url,
    connectTimeoutMs,
    statementTimeoutMs,
    self: newId(),
    onQueued: () => queued.tell(),
    onStep: (step) => progressed.tell({ step, addedBy: 'another' }),
    onQuestion: (id) => questioned.tell(id),
  });
  const context: PostgresContext = { database, announcer, clock, newId, queued, owed, progressed, questioned };
  try {
    await awaitDatabase(database, options);
    await announcer.start();
  } catch (thrown) {
    await database.close();
    throw thrown;
  }

  const { written, onProgress, ...notes } = createNotes(context);
  const { onQueued, ...queue } = createQueue(context, written);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: database.reading }) });
  const calls = guardCalls(
    {
      ...createIntake(context),
      ...queue,
      ...createOutbox(context),
      ...notes,
      ...createCorrections(context),
      ...createConversations(context),
      ...createSpending(context),
      ...createTally(context),
      ...createQueries({ db, ...createSearch(db), among, forEach, filteredSeq: sql<number>`seq + 0` }),
      ...createUpkeep(context),
    },
    database.server,
  );
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await calls.end();
    await announcer.stop();
    await database.close();
  };
  return {
    ...calls.methods,
    onQueued,
    onProgress,
    onQuestion: (listener) => questioned.add(listener),
    onOwed: (listener) => owed.add(listener),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

const among: ReadContext['among'] = (what: 'seq' | 'id', values: readonly (number | string)[]) =>
  sql<never>`(SELECT unnest(${values}::${sql.raw(what === 'seq' ? 'bigint' : 'text')}[]))`;

const forEach: ReadContext['forEach'] = (values, newest) =>
  sql<number>`(SELECT found.seq FROM (${values}) AS named CROSS JOIN LATERAL (${newest(sql.ref('named.value'))}) AS found)`;
