import type { Claim } from '#domain/investigation.ts';
import type { Analysis } from '#domain/report.ts';
import { type Severity, urgency } from '#domain/severity.ts';
import type { Effects } from '../effects.ts';
import { ANSWERED, endOf, PROBLEM_LENGTH } from '../limits.ts';
import { packedBytes, packText } from '../packed-text.ts';
import type { Outcome, Queue } from '../store.ts';
import { claimNext } from './claim.ts';
import { lockClusters } from './cluster-locks.ts';
import type { Statements } from './database.ts';
import { holdIncident, refreshIncident } from './held-incident.ts';
import { hasTwins, holdTwins, mergeByCause } from './merge-incidents.ts';
import { oweNotices } from './outbox.ts';
import { type PostgresContext, writeAndTell } from './postgres-context.ts';
import { addSteps } from './progress-steps.ts';
import { saveCause } from './save-cause.ts';

/**
 * Leases on the rows of `investigations`, as in the SQLite store: every write of a worker names its fence, and a row that has moved on does not match.
 * `written`: the progress steps that were added before are in the database.
 */
export function createQueue(context: PostgresContext, written: () => Promise<void>): Omit<Queue, 'queueSize'> {
  const now = (): string => context.clock().toISOString();
  const later = (ms: number): string => new Date(context.clock().getTime() + ms).toISOString();
  /** A write to the investigation of a claim, if it is still ours. */
  const asHolder = async (held: Claim, work: (tx: Statements, effects: Effects) => Promise<boolean>): Promise<boolean> => {
    await written();
    return writeAndTell(context, async (tx, effects) => (await holdIncident(tx, held.incidentId)) && (await work(tx, effects)));
  };

  return {
    claim: (worker, leaseMs) => claimNext(context, worker, leaseMs),

    async heartbeat(held, leaseMs) {
      const sql = `UPDATE investigations SET lease_until = $3 WHERE ${OURS}`;
      return (await context.database.run(sql, held.investigationId, held.fence, later(leaseMs))) > 0;
    },

    async saveAnalysis(held, analysis) {
      const packed = packedBytes(await packText(JSON.stringify(analysis)));
      return asHolder(held, (tx, effects) => saveAnalysis(tx, effects, held, analysis, packed, now()));
    },

    async settle(held, outcome, notifiers = []) {
      await written();
      const completed = outcome.state === 'completed';
      const settleOnce = (merges: boolean): Promise<boolean | 'twins'> =>
        writeAndTell<boolean | 'twins'>(
          context,
          async (tx, effects) => {
            const twins = merges ? await holdTwins(tx, held) : [];
            if (!(await holdIncident(tx, held.incidentId))) return false;
            // Looked at while the row is held: whoever gets the same cause later waits for us, and then sees that we have ended.
            if (completed && !merges && (await hasTwins(tx, held.incidentId))) return 'twins';
            const settled = await settle(tx, effects, held, outcome, now());
            // What another incident has taken in is told by that one.
            const taken = settled && merges && (await mergeByCause(tx, effects, held, { now: now(), newId: context.newId, twins }));
            if (settled && !taken && outcome.state !== 'retry' && notifiers.length > 0) {
              await oweNotices(tx, held.investigationId, notifiers, now());
              effects.owed.push(held.investigationId);
            }
            return settled;
          },
          merges ? { opening: lockClusters([held.cluster]) } : undefined,
        );
      // The lock of the cluster comes before any row, so a transaction that finds out late that it needs it begins again.
      const settled = await settleOnce(false);
      return (settled === 'twins' ? await settleOnce(true) : settled) === true;
    },

    async release(held) {
      await asHolder(held, async (tx, effects) => {
        const released = await tx.run(
          `UPDATE investigations SET state = 'queued', attempts = attempts - 1, fence = fence + 1, run_at = $3, lease_until = NULL, worker = NULL WHERE ${OURS}`,
          held.investigationId,
          held.fence,
          now(),
        );
        if (released === 0) return false;
        await refreshIncident(tx, held.incidentId);
        effects.queued.push(held.investigationId);
        return true;
      });
    },

    async requeue(incidentId) {
      let answer: Requeued = { mergedInto: incidentId };
      while (typeof answer === 'object') {
        const mergedInto: string = answer.mergedInto;
        answer = await writeAndTell<Requeued>(context, (tx, effects) => requeue(context, tx, effects, mergedInto));
      }
      return answer;
    },

    onQueued: (listener) => context.queued.add(listener),
  };
}

const OURS = `id = $1 AND fence = $2 AND state = 'running'`;

async function saveAnalysis(tx: Statements, effects: Effects, held: Claim, analysis: Analysis, packed: Uint8Array, now: string): Promise<boolean> {
  const ours = await tx.first(`SELECT 1 FROM investigations WHERE ${OURS}`, held.investigationId, held.fence);
  if (ours === undefined) return false;
  await tx.run(
    `INSERT INTO analyses (investigation_id, saved_at, analysis) VALUES ($1, $2, $3)
     ON CONFLICT (investigation_id) DO UPDATE SET saved_at = excluded.saved_at, analysis = excluded.analysis`,
    held.investigationId,
    now,
    packed,
  );
  await saveCause(tx, held, analysis);
  effects.steps.push(...(await addSteps(tx, [{ investigationId: held.investigationId, at: now, what: ANSWERED, kind: 'report' }])));
  return true;
}

async function settle(tx: Statements, effects: Effects, held: Claim, outcome: Outcome, now: string): Promise<boolean> {
  const problem = 'problem' in outcome ? outcome.problem.slice(0, PROBLEM_LENGTH) : null;
  const ended = outcome.state !== 'retry';
  const settled = await tx.run(
    `UPDATE investigations SET state = $3, problem = $4, run_at = coalesce($5, run_at), completed_at = $6, lease_until = NULL, worker = NULL WHERE ${OURS}`,
    held.investigationId,
    held.fence,
    ended ? outcome.state : 'queued',
    problem,
    ended ? null : new Date(outcome.retryAt).toISOString(),
    ended ? now : null,
  );
  if (settled === 0) return false;
  if (ended) effects.steps.push(...(await addSteps(tx, [{ investigationId: held.investigationId, at: now, what: endOf(problem), kind: 'end' }])));
  await refreshIncident(tx, held.incidentId);
  const waiting = await tx.first<{ id: string }>(`SELECT id FROM investigations WHERE incident_id = $1 AND state = 'queued'`, held.incidentId);
  if (waiting !== undefined) effects.queued.push(waiting.id);
  return true;
}

/** The investigation; or the incident that took this one in, which is asked for in a transaction of its own: one row is held at a time. */
type Requeued = string | undefined | { readonly mergedInto: string };

async function requeue(context: PostgresContext, tx: Statements, effects: Effects, incidentId: string): Promise<Requeued> {
  const now = context.clock().toISOString();
  const incident = await tx.first<{ cluster: string; severity: Severity; merged_into: string | null }>(
    'SELECT cluster, severity, merged_into FROM incidents WHERE id = $1 FOR NO KEY UPDATE',
    incidentId,
  );
  if (incident === undefined) return undefined;
  if (incident.merged_into !== null) return { mergedInto: incident.merged_into };
  const active = await tx.first<{ id: string; state: string }>(
    `SELECT id, state FROM investigations WHERE incident_id = $1 AND state IN ('queued', 'running') ORDER BY state = 'running' DESC, id LIMIT 1`,
    incidentId,
  );
  if (active?.state === 'running') return active.id;
  const id = active?.id ?? context.newId();
  if (active === undefined) {
    await tx.run(
      `INSERT INTO investigations (id, incident_id, cluster, state, priority, origin, run_at, created_at) VALUES ($1, $2, $3, 'queued', $4, 'person', $5, $5)`,
      id,
      incidentId,
      incident.cluster,
      urgency(incident.severity),
      now,
    );
  } else {
    // Somebody waits for it now: it does not sit out its back-off, and a resolve does not cancel it.
    await tx.run(`UPDATE investigations SET run_at = least(run_at, $1), origin = 'person' WHERE id = $2`, now, id);
  }
  await refreshIncident(tx, incidentId);
  effects.queued.push(id);
  return id;
}
