import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { messageOf, OncallmError } from '#domain/error.ts';
import { storeError } from './store-error.ts';

/** One open connection with its prepared statements. Everything is synchronous: what runs between two awaits is not interleaved. */
export interface Connection {
  readonly file: string;
  readonly database: DatabaseSync;
  /** Runs a statement; how many rows it changed. */
  run(sql: string, ...values: readonly SQLInputValue[]): number;
  /** The first row. The caller states its shape: the statement is beside it. */
  get<Row>(sql: string, ...values: readonly SQLInputValue[]): Row | undefined;
  all<Row>(sql: string, ...values: readonly SQLInputValue[]): readonly Row[];
  /** The cached prepared statement. */
  prepare(sql: string): StatementSync;
  close(): void;
}

export interface ConnectionOptions {
  readonly file: string;
  readonly readOnly: boolean;
  /** How long a statement waits for a lock of another process. The event loop stands still meanwhile. */
  readonly busyTimeoutMs: number;
  readonly limitBytes?: number | undefined;
}

/** Opens a file; the writing connection creates it, and its directory, where missing. Throws OncallmError `store-unavailable`. */
export function openConnection(options: ConnectionOptions): Connection {
  const { file } = options;
  if (!options.readOnly) createDirectory(file);
  const database = openDatabase(options);
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const prepared = database.prepare(sql);
    statements.set(sql, prepared);
    return prepared;
  };
  return {
    file,
    database,
    prepare,
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    get: <Row>(sql: string, ...values: readonly SQLInputValue[]) => prepare(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: readonly SQLInputValue[]) => prepare(sql).all(...values) as unknown as readonly Row[],
    close() {
      statements.clear();
      database.close();
    },
  };
}

/** What SQLite gives new files (https://www.sqlite.org/pragma.html#pragma_page_size). */
const PAGE_BYTES = 4_096;

function openDatabase({ file, readOnly, busyTimeoutMs, limitBytes }: ConnectionOptions): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly, timeout: busyTimeoutMs });
    // WAL with FULL: a commit is on disk before it returns (https://www.sqlite.org/pragma.html#pragma_synchronous).
    if (!readOnly) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;');
    // Not temp_store = MEMORY: its savepoints make a large transaction ten times slower.
    database.exec('PRAGMA cache_size = -16384;');
    if (limitBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.ceil(limitBytes / PAGE_BYTES)}`);
    return database;
  } catch (thrown) {
    database?.close();
    throw storeError(thrown, file);
  }
}

/** Level by level: below some file systems (/proc) Node's own recursive way never returns. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  mkdirSync(directory);
}

function createDirectory(file: string): void {
  const directory = dirname(resolve(file));
  try {
    makeDirectory(directory);
  } catch (thrown) {
    throw new OncallmError(
      'store-unavailable',
      `The directory of the database ${file} cannot be created: ${messageOf(thrown)}.`,
      `Create ${directory} and give the user that runs OnCallM write permission, or set DATABASE_URL to another place.`,
      { cause: thrown },
    );
  }
}
