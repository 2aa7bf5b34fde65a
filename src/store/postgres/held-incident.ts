import { STATUS_OF } from '../effects.ts';
import type { Statements } from './database.ts';

/** Waits until the incident's row is ours until the transaction ends: see cluster-locks.ts. False: there is no such incident. */
export async function holdIncident(tx: Statements, incidentId: string): Promise<boolean> {
  return (await tx.first('SELECT 1 FROM incidents WHERE id = $1 FOR NO KEY UPDATE', incidentId)) !== undefined;
}

/** Finds the current investigation of a held incident again and lets its alerts' reports say how it stands. */
export async function refreshIncident(tx: Statements, incidentId: string): Promise<void> {
  const current = await tx.first<{ id: string; state: keyof typeof STATUS_OF }>(
    `SELECT id, state FROM investigations WHERE incident_id = $1
     ORDER BY CASE state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 WHEN 'cancelled' THEN 3 ELSE 2 END, id DESC LIMIT 1`,
    incidentId,
  );
  const status = current === undefined ? 'skipped' : STATUS_OF[current.state];
  await tx.run('UPDATE incidents SET investigation_id = $1 WHERE id = $2 AND investigation_id IS DISTINCT FROM $1', current?.id ?? null, incidentId);
  await tx.run('UPDATE episodes SET status = $1 WHERE incident_id = $2 AND status <> $1', status, incidentId);
}
