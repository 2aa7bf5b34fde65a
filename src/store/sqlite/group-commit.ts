import type { Connection } from './connection.ts';
import { closedError, storeError } from './store-error.ts';

/**
 * The only way to write. Writes that are asked for together share one transaction, hence one fsync; those that a sender waits for come first:
 *
 *     idle ──write──▶ waiting (setImmediate; a note: some milliseconds) ──▶ BEGIN IMMEDIATE, each work in its savepoint, COMMIT ──▶ every write answered ──▶ idle, or waiting again
 *
 * A work that throws is rolled back to its savepoint and rejects alone. If the transaction itself fails (locked, full, I/O), all its writes reject and
 * nothing of it is in the database.
 */
export interface GroupCommit {
  /** Runs the work inside a transaction; resolves with its result after the commit is on disk. */
  write<T>(work: (connection: Connection) => T): Promise<T>;
  /** As write, before everything else that waits. */
  urgent<T>(work: (connection: Connection) => T): Promise<T>;
  /** As write, for what nobody waits for: it goes with the next transaction, or has one of its own a little later. In the order in which both are asked for. */
  note<T>(work: (connection: Connection) => T): Promise<T>;
  /** Runs a task that prepares something and then writes it: close() waits for it. */
  hold<T>(task: () => Promise<T>): Promise<T>;
  /** Transactions committed so far. */
  transactions(): number;
  /** Resolves when everything asked for is answered; from then on refuses. */
  close(): Promise<void>;
}

export interface GroupCommitOptions {
  /** Writes in one transaction, at most. */
  readonly maxWrites?: number;
  /** A transaction takes no further writes once it has run so long: others wait for the event loop, and what is urgent for the next one. */
  readonly maxMs?: number;
  /** So long for those that are urgent: together they are done sooner. */
  readonly maxUrgentMs?: number;
}

/** A note waits so long for a transaction to go with: each costs an fsync, during which everything stands still. */
const NOTE_MS = 10;

interface Pending {
  readonly work: (connection: Connection) => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

type Ran = { readonly write: Pending; readonly result: unknown } | { readonly write: Pending; readonly thrown: unknown };

export function createGroupCommit(connection: Connection, { maxWrites = 500, maxMs = 10, maxUrgentMs = 50 }: GroupCommitOptions = {}): GroupCommit {
  let urgent: Pending[] = [];
  let waiting: Pending[] = [];
  let scheduled = false;
  let later: NodeJS.Timeout | undefined;
  let held = 0;
  let closed = false;
  let committed = 0;
  let whenIdle: (() => void)[] = [];

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };

  const ask = <T>(work: (connection: Connection) => T, hurry: () => void, queue = (): Pending[] => waiting): Promise<T> => {
    if (closed) return Promise.reject(closedError(connection.file));
    return new Promise<T>((resolve, reject) => {
      queue().push({ work, resolve: resolve as (result: unknown) => void, reject });
      hurry();
    });
  };
  const scheduleLater = (): void => {
    later ??= setTimeout(schedule, NOTE_MS);
  };

  const flush = (): void => {
    scheduled = false;
    clearTimeout(later);
    later = undefined;
    const first = urgent.slice(0, maxWrites);
    const others = waiting.slice(0, maxWrites);
    let ran: Ran[] = [];
    try {
      begin(connection);
      const early = runSome(connection, first, maxUrgentMs);
      const late = early.length === first.length ? runSome(connection, others, maxMs) : [];
      ran = [...early, ...late];
      connection.database.exec('COMMIT');
      committed += 1;
      urgent = urgent.slice(early.length);
      waiting = waiting.slice(late.length);
      for (const done of ran) answer(done, connection.file);
    } catch (thrown) {
      rollBack(connection);
      urgent = urgent.slice(first.length);
      waiting = waiting.slice(others.length);
      const reason = storeError(thrown, connection.file);
      for (const write of [...first, ...others]) write.reject(reason);
    }
    if (urgent.length > 0 || waiting.length > 0) schedule();
    else tellIdle();
  };

  const tellIdle = (): void => {
    if (held > 0 || urgent.length > 0 || waiting.length > 0) return;
    const told = whenIdle;
    whenIdle = [];
    for (const tell of told) tell();
  };

  return {
    write: (work) => ask(work, schedule),
    urgent: (work) => ask(work, schedule, () => urgent),
    note: (work) => ask(work, scheduleLater),
    async hold(task) {
      if (closed) throw closedError(connection.file);
      held += 1;
      try {
        return await task();
      } finally {
        held -= 1;
        tellIdle();
      }
    },
    transactions: () => committed,
    close() {
      return new Promise((resolve) => {
        whenIdle.push(() => {
          closed = true;
          resolve();
        });
        tellIdle();
      });
    },
  };
}

/** Runs writes in turn, at least one, until the time is up. */
function runSome(connection: Connection, writes: readonly Pending[], ms: number): Ran[] {
  const until = performance.now() + ms;
  const ran: Ran[] = [];
  for (const write of writes) {
    ran.push(attempt(connection, write));
    if (performance.now() > until) break;
  }
  return ran;
}

function begin(connection: Connection): void {
  connection.database.exec('BEGIN IMMEDIATE');
}

function attempt(connection: Connection, write: Pending): Ran {
  connection.prepare('SAVEPOINT work').run();
  try {
    const result = write.work(connection);
    connection.prepare('RELEASE work').run();
    return { write, result };
  } catch (thrown) {
    // Some failures (a full disk among them) end the whole transaction: https://www.sqlite.org/lang_transaction.html, "Response To Errors".
    if (!connection.database.isTransaction) throw thrown;
    connection.prepare('ROLLBACK TO work').run();
    connection.prepare('RELEASE work').run();
    return { write, thrown };
  }
}

function answer(done: Ran, file: string): void {
  if ('thrown' in done) done.write.reject(storeError(done.thrown, file));
  else done.write.resolve(done.result);
}

function rollBack(connection: Connection): void {
  if (connection.database.isTransaction) connection.database.exec('ROLLBACK');
}
