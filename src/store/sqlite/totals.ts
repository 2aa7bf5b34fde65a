import type { Connection } from './connection.ts';

/** Keeps a count of rows, in the transaction that changes them. */
export function changeTotal(connection: Connection, name: 'episodes', by: number): void {
  connection.run('UPDATE totals SET value = value + ? WHERE name = ?', by, name);
}
