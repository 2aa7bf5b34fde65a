import { StatementSync } from 'node:sqlite';
import pg from 'pg';

/** A statement as it was sent to the database. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

let heard: Statement[] | undefined;

/** Listens to what this process asks of SQLite and PostgreSQL while the work runs, without the product knowing. Call once at a time. */
export async function statementsOf(work: () => Promise<unknown>): Promise<readonly Statement[]> {
  const statements: Statement[] = [];
  heard = statements;
  try {
    await work();
  } finally {
    heard = undefined;
  }
  return statements;
}

/** Makes the drivers tell; once, before anything is opened. */
export function listenToDrivers(): void {
  const { all } = StatementSync.prototype;
  StatementSync.prototype.all = function (this: StatementSync, ...values: Parameters<typeof all>) {
    heard?.push({ sql: this.sourceSQL, values });
    return all.apply(this, values);
  } as typeof all;
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, ...given: readonly unknown[]) {
    const [first, second] = given;
    const sql = typeof first === 'string' ? first : typeof first === 'object' && first !== null && 'text' in first ? String(first.text) : '';
    // Several statements at once prepare a connection; they have no plan.
    if (/^select|^with/i.test(sql) && !sql.includes(';')) heard?.push({ sql, values: Array.isArray(second) ? second : [] });
    return (query as (...given: unknown[]) => unknown).apply(this, [...given]);
  } as typeof query;
}
