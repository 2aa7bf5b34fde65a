import type { ProgressStep } from '#domain/investigation.ts';
import type { Effects } from '../effects.ts';
import { LINE_LENGTH, STEP_LIMIT } from '../limits.ts';
import type { Connection } from './connection.ts';

/** Adds the next step of an investigation; nothing happens when there is no such investigation. */
export function addStep(connection: Connection, effects: Effects, step: Omit<ProgressStep, 'seq'>): void {
  const what = step.what.slice(0, LINE_LENGTH);
  const row = connection.get<{ seq: number }>(
    `INSERT INTO progress (investigation_id, seq, at, what, kind)
     SELECT ?1, last + 1, ?2, ?3, ?4 FROM (SELECT coalesce(max(seq), 0) AS last FROM progress WHERE investigation_id = ?1)
     WHERE EXISTS (SELECT 1 FROM investigations WHERE id = ?1) AND (last < ${STEP_LIMIT} OR ?4 = 'end')
     RETURNING seq`,
    step.investigationId,
    step.at,
    what,
    step.kind,
  );
  if (row !== undefined) effects.steps.push({ ...step, what, seq: row.seq });
}
