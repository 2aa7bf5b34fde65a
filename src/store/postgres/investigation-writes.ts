import type { Effects } from '../effects.ts';
import type { Statements } from './database.ts';
import { addSteps } from './progress-steps.ts';

export interface Moment {
  readonly now: string;
  readonly newId: () => string;
}

/** Ends whatever waits or runs for a held incident that is none any more, whoever asked for it: who runs it finds that it is no longer theirs. */
export async function cancelAll(
  tx: Statements,
  effects: Effects,
  incidentId: string,
  { now, why }: { readonly now: string; readonly why: string },
): Promise<void> {
  const cancelled = await tx.rows<{ id: string }>(
    `UPDATE investigations SET state = 'cancelled', fence = fence + 1, completed_at = $1, problem = $2, lease_until = NULL, worker = NULL
     WHERE incident_id = $3 AND state IN ('queued', 'running') RETURNING id`,
    now,
    why,
    incidentId,
  );
  await tellEnds(tx, effects, cancelled, { now, why });
}

/** Cancels the investigation of a held incident that is over or taken in by another, unless it has begun or a person asked for it. */
export async function cancelQueued(
  tx: Statements,
  effects: Effects,
  incidentId: string,
  { now, why }: { readonly now: string; readonly why: string },
): Promise<void> {
  const cancelled = await tx.rows<{ id: string }>(
    `UPDATE investigations SET state = 'cancelled', completed_at = $1, problem = $2
     WHERE incident_id = $3 AND state = 'queued' AND attempts = 0 AND origin = 'alert' RETURNING id`,
    now,
    why,
    incidentId,
  );
  await tellEnds(tx, effects, cancelled, { now, why });
}

async function tellEnds(
  tx: Statements,
  effects: Effects,
  cancelled: readonly { readonly id: string }[],
  { now, why }: { readonly now: string; readonly why: string },
): Promise<void> {
  const ends = cancelled.map(({ id }) => ({ investigationId: id, at: now, what: why, kind: 'end' as const }));
  if (ends.length > 0) effects.steps.push(...(await addSteps(tx, ends)));
  effects.cancelled.push(...cancelled.map(({ id }) => id));
}

/** Sees to it that one investigation of a held incident waits: the queued one, made more urgent if need be, or a new one. */
export async function ensureQueued(
  tx: Statements,
  effects: Effects,
  { id: incidentId, cluster }: { readonly id: string; readonly cluster: string },
  priority: number,
  { now, newId }: Moment,
): Promise<void> {
  const raised = await tx.run(`UPDATE investigations SET priority = greatest(priority, $1) WHERE incident_id = $2 AND state = 'queued'`, priority, incidentId);
  if (raised > 0) return;
  const id = newId();
  await tx.run(
    `INSERT INTO investigations (id, incident_id, cluster, state, priority, origin, run_at, created_at) VALUES ($1, $2, $3, 'queued', $4, 'alert', $5, $5)`,
    id,
    incidentId,
    cluster,
    priority,
    now,
  );
  effects.queued.push(id);
}
