import type { ProgressStep } from '#domain/investigation.ts';
import { LINE_LENGTH, STEP_LIMIT } from '../limits.ts';
import type { Statements } from './database.ts';

export type NewStep = Omit<ProgressStep, 'seq'>;

/** Adds the next steps of investigations; those as they are now, in the order given. Nothing happens for an investigation that is not there. */
export async function addSteps(tx: Statements, steps: readonly NewStep[]): Promise<readonly ProgressStep[]> {
  if (steps.length === 0) return [];
  const rows = await tx.rows<{ nth: number; seq: number }>(
    `WITH new AS (
       SELECT given.*, row_number() OVER (PARTITION BY investigation_id ORDER BY nth) + last AS seq
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS given (investigation_id, at, what, kind, nth)
       CROSS JOIN LATERAL (SELECT coalesce(max(seq), 0) AS last FROM progress WHERE progress.investigation_id = given.investigation_id) AS before
       WHERE EXISTS (SELECT 1 FROM investigations WHERE id = given.investigation_id)),
     added AS (
       INSERT INTO progress (investigation_id, seq, at, what, kind)
       SELECT investigation_id, seq, at, what, kind FROM new WHERE seq <= ${STEP_LIMIT} OR kind = 'end' ORDER BY nth
       RETURNING investigation_id, seq)
     SELECT new.nth, added.seq FROM added JOIN new USING (investigation_id, seq) ORDER BY new.nth`,
    steps.map(({ investigationId }) => investigationId),
    steps.map(({ at }) => at),
    steps.map(({ what }) => what.slice(0, LINE_LENGTH)),
    steps.map(({ kind }) => kind),
  );
  return rows.flatMap(({ nth, seq }) => {
    const step = steps[nth - 1];
    return step === undefined ? [] : [{ ...step, what: step.what.slice(0, LINE_LENGTH), seq }];
  });
}
