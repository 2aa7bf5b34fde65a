import type { PostgresPool } from 'kysely';
import pg from 'pg';
import { OncallmError } from '#domain/error.ts';
import { isGzip } from '../packed-text.ts';
import { serverName } from './server-name.ts';
import { storable } from './storable.ts';
import { closedError, connectionSurvives, isConflict, isCrowded, isPassing, storeError } from './store-error.ts';

/** What runs statements: a transaction, or the database with one transaction for each. Values are named $1, $2, … in the statement. */
export interface Statements {
  /** The caller states the shape of the rows: the statement is beside it. */
  rows<Row>(sql: string, ...values: readonly unknown[]): Promise<readonly Row[]>;
  first<Row>(sql: string, ...values: readonly unknown[]): Promise<Row | undefined>;
  /** How many rows it changed. */
  run(sql: string, ...values: readonly unknown[]): Promise<number>;
  /** Several statements without values. They may take their time. */
  script(sql: string): Promise<void>;
}

export interface Database extends Omit<Statements, 'script'> {
  /** How it is called in messages. */
  readonly server: string;
  /**
   * Runs the work in a transaction (READ COMMITTED); resolves after the commit is on disk. Runs it again, from the start, when another transaction was in its way.
   */
  transaction<T>(work: (tx: Statements) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** For the queries that only read: connections of their own, so that pages cannot hold up deliveries. */
  readonly reading: PostgresPool;
  close(): Promise<void>;
}

export interface TransactionOptions {
  /** Statements without values that are run with BEGIN, in one round trip. */
  readonly opening?: string;
  /** The opening may take many minutes. */
  readonly patient?: boolean;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections, at most: some write, some read. At least 2. */
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** A transaction that was in the way of another is run so often, at most. */
const ATTEMPTS = 6;
/** Connections are kept open so long without work. */
const IDLE_MS = 60_000;
const CROWDED_WAIT_MS = 50;

/** Prepares the pools; the first connection is made when it is needed. */
export function openDatabase(options: DatabaseOptions): Database {
  const server = serverName(options.url);
  const writers = Math.max(1, Math.min(4, Math.floor(options.poolSize / 2)));
  const writing = createPool(options, writers);
  const reading = createPool(options, Math.max(1, options.poolSize - writers));
  let closed = false;

  /** When the server has no more connections to give, one of those the pool has is waited for. */
  const acquire = async (pool: pg.Pool): Promise<pg.PoolClient> => {
    const until = performance.now() + options.connectTimeoutMs;
    for (;;) {
      if (closed) throw closedError(server);
      try {
        const client = await pool.connect();
        // Its pool listens only while it is idle; a failure while it is used is told by the statement.
        client.on('error', ignore);
        return client;
      } catch (thrown) {
        if (!isCrowded(thrown) || pool.totalCount === 0 || performance.now() > until) throw storeError(thrown, server);
        await new Promise((resolve) => setTimeout(resolve, CROWDED_WAIT_MS));
      }
    }
  };
  const release = (client: pg.PoolClient, broken: boolean): void => {
    client.off('error', ignore);
    client.release(broken);
  };

  /** A connection that has begun: a connection that died while it was idle is noticed here, where nothing is lost by taking another. */
  const begin = async (opening: string, patient: boolean): Promise<pg.PoolClient> => {
    for (let attempt = 1; ; attempt++) {
      const client = await acquire(writing);
      try {
        await client.query({ text: `BEGIN; ${opening}`, ...(patient && { query_timeout: PATIENCE_MS }) } as pg.QueryConfig);
        return client;
      } catch (thrown) {
        release(client, true);
        if (attempt > writers || connectionSurvives(thrown)) throw thrown;
      }
    }
  };

  async function attempt<T>(work: (tx: Statements) => Promise<T>, { opening = '', patient = false }: TransactionOptions): Promise<T> {
    const client = await begin(opening, patient);
    try {
      const result = await work(statementsOf(client));
      const { command } = await client.query('COMMIT');
      if (command === 'ROLLBACK') throw new Error('The transaction was given up: a statement in it had failed.');
      release(client, false);
      return result;
    } catch (thrown) {
      release(client, !(await rollBack(client, thrown)));
      throw thrown;
    }
  }

  return {
    server,
    async transaction(work, how = {}) {
      for (let nth = 1; ; nth++) {
        try {
          return await attempt(work, how);
        } catch (thrown) {
          if (nth >= ATTEMPTS || !isConflict(thrown)) throw storeError(thrown, server);
        }
      }
    },
    rows(sql, ...values) {
      return this.transaction((tx) => tx.rows(sql, ...values));
    },
    first(sql, ...values) {
      return this.transaction((tx) => tx.first(sql, ...values));
    },
    run(sql, ...values) {
      return this.transaction((tx) => tx.run(sql, ...values));
    },
    reading: readingPool(reading, acquire, release, server),
    async close() {
      closed = true;
      await Promise.all([writing.end(), reading.end()]);
    },
  };
}

export interface Patience {
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onWaiting?: ((why: OncallmError) => void) | undefined;
}

/** Waits until the server can be used, at most `waitMs`; what does not pass by itself (a wrong password) is thrown at once. */
export async function awaitDatabase(database: Database, { waitMs = 0, signal, onWaiting }: Patience): Promise<void> {
  const until = performance.now() + waitMs;
  let told = false;
  for (;;) {
    try {
      const row = await database.first<{ encoding: string }>(`SELECT current_setting('server_encoding') AS encoding`);
      // From now on there is a connection to read by, too, however crowded the server gets.
      (await database.reading.connect()).release();
      if (row?.encoding !== 'UTF8') throw encodingError(database.server, row?.encoding ?? '');
      return;
    } catch (thrown) {
      if (!(thrown instanceof OncallmError) || !isPassing(thrown) || performance.now() > until) throw thrown;
      if (signal?.aborted) throw thrown;
      if (!told) onWaiting?.(thrown);
      told = true;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

const RETRY_MS = 500;
/** For what is known to take long. */
const PATIENCE_MS = 15 * 60_000;

function encodingError(server: string, encoding: string): OncallmError {
  return new OncallmError(
    'store-unavailable',
    `The database ${server} has the encoding ${encoding}, which cannot keep every text.`,
    "Create one with ENCODING 'UTF8' TEMPLATE template0.",
  );
}

/** How every connection is made; also for one outside the pools. */
export function connectionConfig({ url, connectTimeoutMs, statementTimeoutMs }: Omit<DatabaseOptions, 'poolSize'>): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'oncallm',
    connectionTimeoutMillis: connectTimeoutMs,
    // The server gives up first, if it can.
    query_timeout: statementTimeoutMs + 2_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  };
}

function createPool(options: DatabaseOptions, max: number): pg.Pool {
  const pool = new pg.Pool({
    ...connectionConfig(options),
    max,
    min: 1,
    idleTimeoutMillis: IDLE_MS,
    onConnect: (client) => prepareSession(client, options.statementTimeoutMs),
  });
  // An idle connection failed; the pool has dropped it, and the next statement makes another.
  pool.on('error', ignore);
  return pool;
}

/** A setting of the server may say that commits need not reach the disk; ours must. A process that hangs inside a transaction must not hold its locks for long. */
async function prepareSession(client: pg.ClientBase, statementTimeoutMs: number): Promise<void> {
  await client.query(
    `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
     SET statement_timeout = ${statementTimeoutMs}; SET lock_timeout = ${Math.ceil(statementTimeoutMs / 2)};
     SET idle_in_transaction_session_timeout = ${statementTimeoutMs}; SET TIME ZONE 'UTC'`,
  );
}

function statementsOf(client: pg.ClientBase): Statements {
  const query = (sql: string, values: readonly unknown[]) => client.query(sql, values.map(storable));
  return {
    rows: async (sql, ...values) => (await query(sql, values)).rows,
    first: async (sql, ...values) => (await query(sql, values)).rows[0],
    run: async (sql, ...values) => (await query(sql, values)).rowCount ?? 0,
    async script(sql) {
      await client.query({ text: sql, query_timeout: PATIENCE_MS } as pg.QueryConfig);
    },
  };
}

async function rollBack(client: pg.ClientBase, why: unknown): Promise<boolean> {
  if (!connectionSurvives(why)) return false;
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

/** The part of a pool that Kysely uses. */
function readingPool(
  pool: pg.Pool,
  acquire: (pool: pg.Pool) => Promise<pg.PoolClient>,
  release: (client: pg.PoolClient, broken: boolean) => void,
  server: string,
): PostgresPool {
  return {
    options: {},
    end: async () => {},
    async connect() {
      const client = await acquire(pool);
      let broken = false;
      const query = async (sql: string, parameters: readonly unknown[]) => {
        try {
          return await client.query(sql, parameters.map(storable));
        } catch (thrown) {
          broken ||= !connectionSurvives(thrown);
          throw storeError(thrown, server);
        }
      };
      // Kysely also knows cursors, which no query here uses.
      return { query: query as never, release: () => release(client, broken) };
    },
  };
}

const INT8 = 20;
const BYTEA = 17;

/** Counts fit into a number; bytes are packed text (see ../packed-text.ts). */
function parserOf(type: number, format?: 'text' | 'binary'): unknown {
  if (type === INT8) return Number;
  const standard = pg.types.getTypeParser(type, format as 'text');
  if (type !== BYTEA) return standard;
  return (text: string) => {
    const bytes = standard(text) as unknown as Buffer;
    return isGzip(bytes) ? bytes : bytes.toString('utf8');
  };
}

function ignore(): void {}
