import type { Statements } from './database.ts';

/** Keeps a count of rows, as the last thing in the transaction that changes them: others that change it wait from here to the commit. */
export async function changeTotal(tx: Statements, name: 'episodes', by: number): Promise<void> {
  if (by !== 0) await tx.run('UPDATE total_parts SET value = value + $1 WHERE name = $2 AND part = pg_backend_pid() % 16', by, name);
}
