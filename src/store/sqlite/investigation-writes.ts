import { type Effects, STATUS_OF } from '../effects.ts';
import { CANCELLED } from '../limits.ts';
import type { Connection } from './connection.ts';
import { addStep } from './progress-steps.ts';

/** What the work of one transaction on investigations needs. */
export interface Writing {
  readonly connection: Connection;
  readonly effects: Effects;
  readonly now: string;
  readonly newId: () => string;
}

/** Sees to it that one investigation of the incident waits: the queued one, made more urgent if need be, or a new one. */
export function ensureQueued(
  { connection, effects, now, newId }: Writing,
  incident: { readonly id: string; readonly cluster: string },
  priority: number,
  runAt: string,
): void {
  const raised = connection.run(`UPDATE investigations SET priority = max(priority, ?) WHERE incident_id = ? AND state = 'queued'`, priority, incident.id);
  if (raised > 0) return;
  const id = newId();
  insertInvestigation({ connection, now }, id, incident, priority, 'alert', runAt);
  effects.queued.push(id);
}

/** Queues an investigation. */
export function insertInvestigation(
  { connection, now }: Pick<Writing, 'connection' | 'now'>,
  id: string,
  incident: { readonly id: string; readonly cluster: string },
  priority: number,
  origin: 'alert' | 'person',
  runAt = now,
): void {
  connection.run(
    `INSERT INTO investigations (id, incident_id, cluster, state, priority, origin, run_at, created_at) VALUES (?, ?, ?, 'queued', ?, ?, ?, ?)`,
    id,
    incident.id,
    incident.cluster,
    priority,
    origin,
    runAt,
    now,
  );
}

/** Cancels the investigation of an incident that is over or taken in by another, unless it has begun or a person asked for it. */
export function cancelQueued({ connection, effects, now }: Writing, incidentId: string, why = CANCELLED): void {
  const cancelled = connection.all<{ id: string }>(
    `UPDATE investigations SET state = 'cancelled', completed_at = ?, problem = ?
     WHERE incident_id = ? AND state = 'queued' AND attempts = 0 AND origin = 'alert' RETURNING id`,
    now,
    why,
    incidentId,
  );
  tellEnds({ connection, effects, now }, cancelled, why);
}

/** Ends whatever waits or runs for an incident that is none any more, whoever asked for it: who runs it finds that it is no longer theirs. */
export function cancelAll({ connection, effects, now }: Writing, incidentId: string, why: string): void {
  const cancelled = connection.all<{ id: string }>(
    `UPDATE investigations SET state = 'cancelled', fence = fence + 1, completed_at = ?, problem = ?, lease_until = NULL, worker = NULL
     WHERE incident_id = ? AND state IN ('queued', 'running') RETURNING id`,
    now,
    why,
    incidentId,
  );
  tellEnds({ connection, effects, now }, cancelled, why);
}

function tellEnds(
  { connection, effects, now }: Pick<Writing, 'connection' | 'effects' | 'now'>,
  cancelled: readonly { readonly id: string }[],
  why: string,
): void {
  for (const { id } of cancelled) {
    effects.cancelled.push(id);
    addStep(connection, effects, { investigationId: id, at: now, what: why, kind: 'end' });
  }
}

/** Finds the current investigation of an incident again and lets its alerts' reports say how it stands. */
export function refreshIncident(connection: Connection, incidentId: string): void {
  const current = connection.get<{ id: string; state: keyof typeof STATUS_OF }>(
    `SELECT id, state FROM investigations WHERE incident_id = ?
     ORDER BY CASE state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 WHEN 'cancelled' THEN 3 ELSE 2 END, id DESC LIMIT 1`,
    incidentId,
  );
  const status = current === undefined ? 'skipped' : STATUS_OF[current.state];
  connection.run('UPDATE incidents SET investigation_id = ?1 WHERE id = ?2 AND investigation_id IS NOT ?1', current?.id ?? null, incidentId);
  connection.run('UPDATE episodes SET status = ?1 WHERE incident_id = ?2 AND status <> ?1', status, incidentId);
}
