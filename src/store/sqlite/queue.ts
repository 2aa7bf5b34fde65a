import type { Claim } from '#domain/investigation.ts';
import type { Analysis } from '#domain/report.ts';
import type { Severity } from '#domain/severity.ts';
import { urgency } from '#domain/severity.ts';
import type { Effects } from '../effects.ts';
import { ANSWERED, endOf, LONGEST_WAIT_MS, PROBLEM_LENGTH, SHORT_LEASE_MS } from '../limits.ts';
import { packText } from '../packed-text.ts';
import type { Outcome, Queue } from '../store.ts';
import type { PackedText } from '../tables.ts';
import type { Connection } from './connection.ts';
import { insertInvestigation, refreshIncident } from './investigation-writes.ts';
import { mergeByCause } from './merge-incidents.ts';
import { oweNotices } from './outbox.ts';
import { addStep } from './progress-steps.ts';
import { saveCause } from './save-cause.ts';
import { type SqliteContext, writeAndTell } from './sqlite-context.ts';

/** Leases on the rows of `investigations`. Every write of a worker names its fence; a row that has moved on does not match. */
export function createQueue(context: SqliteContext): Omit<Queue, 'queueSize'> {
  const now = (): string => context.clock().toISOString();
  const later = (ms: number): string => new Date(context.clock().getTime() + ms).toISOString();

  return {
    claim: (worker, leaseMs) =>
      writeAndTell(context, (connection) =>
        claim(connection, worker, {
          now: now(),
          leaseUntil: later(leaseMs),
          noLeaseAfter: later(Math.max(2 * leaseMs, SHORT_LEASE_MS)),
          noRetryAfter: later(LONGEST_WAIT_MS),
        }),
      ),

    heartbeat: (held, leaseMs) =>
      context.writer.write((connection) => {
        const sql = `UPDATE investigations SET lease_until = ? WHERE ${OURS}`;
        return connection.run(sql, later(leaseMs), held.investigationId, held.fence) > 0;
      }),

    saveAnalysis: (held, analysis) =>
      context.writer.hold(async () => {
        const packed = await packText(JSON.stringify(analysis));
        return writeAndTell(context, (connection, effects) => saveAnalysis(connection, effects, held, analysis, packed, now()));
      }),

    settle: (held, outcome, notifiers = []) =>
      writeAndTell(context, (connection, effects) => {
        const settled = settle(connection, effects, held, outcome, now());
        const writing = { connection, effects, now: now(), newId: context.newId };
        // What another incident has taken in is told by that one.
        const taken = settled && outcome.state === 'completed' && mergeByCause(writing, held.incidentId);
        if (settled && !taken && outcome.state !== 'retry' && notifiers.length > 0) {
          oweNotices(connection, held.investigationId, notifiers, now());
          effects.owed.push(held.investigationId);
        }
        return settled;
      }),

    release: (held) =>
      writeAndTell(context, (connection, effects) => {
        const released = connection.run(
          `UPDATE investigations SET state = 'queued', attempts = attempts - 1, fence = fence + 1, run_at = ?, lease_until = NULL, worker = NULL WHERE ${OURS}`,
          now(),
          held.investigationId,
          held.fence,
        );
        if (released === 0) return;
        refreshIncident(connection, held.incidentId);
        effects.queued.push(held.investigationId);
      }),

    requeue: (incidentId) => writeAndTell(context, (connection, effects) => requeue(context, connection, effects, incidentId, now())),

    onQueued: (listener) => context.queued.add(listener),
  };
}

const OURS = `id = ? AND fence = ? AND state = 'running'`;

function isOurs(connection: Connection, held: Claim): boolean {
  return connection.get(`SELECT 1 FROM investigations WHERE ${OURS}`, held.investigationId, held.fence) !== undefined;
}

interface ClaimTimes {
  readonly now: string;
  readonly leaseUntil: string;
  /** A lease or a retry that ends later is from before the clock was set back, and would keep its investigation until then. */
  readonly noLeaseAfter: string;
  readonly noRetryAfter: string;
}

/** The states that wait or are lost, in the order of the index; never two runs of one incident at a time. */
function claim(connection: Connection, worker: string, { now, leaseUntil, noLeaseAfter, noRetryAfter }: ClaimTimes): Claim | undefined {
  const row = connection.get<{ id: string; incident_id: string; cluster: string; attempts: number; fence: number }>(
    `UPDATE investigations SET state = 'running', attempts = attempts + 1, fence = fence + 1, worker = ?1, lease_until = ?2, started_at = ?3,
       problem = CASE state WHEN 'running' THEN 'Attempt ' || attempts || ' ended without a word: its process stopped or was cut off.' ELSE problem END
     WHERE id = (
       SELECT id FROM investigations AS due
       WHERE state IN ('queued', 'running')
         AND CASE state WHEN 'queued' THEN run_at <= ?3 OR run_at > ?5 ELSE lease_until <= ?3 OR lease_until > ?4 END
         AND NOT EXISTS (
           SELECT 1 FROM investigations AS other
           WHERE other.incident_id = due.incident_id AND other.id <> due.id AND other.state = 'running'
             AND other.lease_until > ?3 AND other.lease_until <= ?4)
       ORDER BY priority DESC, id LIMIT 1)
     RETURNING id, incident_id, cluster, attempts, fence`,
    worker,
    leaseUntil,
    now,
    noLeaseAfter,
    noRetryAfter,
  );
  if (row === undefined) return undefined;
  refreshIncident(connection, row.incident_id);
  return { investigationId: row.id, incidentId: row.incident_id, cluster: row.cluster, attempt: row.attempts, fence: row.fence };
}

function saveAnalysis(connection: Connection, effects: Effects, held: Claim, analysis: Analysis, packed: PackedText, now: string): boolean {
  if (!isOurs(connection, held)) return false;
  connection.run(
    `INSERT INTO analyses (investigation_id, saved_at, analysis) VALUES (?, ?, ?)
     ON CONFLICT (investigation_id) DO UPDATE SET saved_at = excluded.saved_at, analysis = excluded.analysis`,
    held.investigationId,
    now,
    packed,
  );
  saveCause(connection, held, analysis);
  addStep(connection, effects, { investigationId: held.investigationId, at: now, what: ANSWERED, kind: 'report' });
  return true;
}

function settle(connection: Connection, effects: Effects, held: Claim, outcome: Outcome, now: string): boolean {
  const problem = 'problem' in outcome ? outcome.problem.slice(0, PROBLEM_LENGTH) : null;
  const ended = outcome.state !== 'retry';
  const settled = connection.run(
    `UPDATE investigations SET state = ?, problem = ?, run_at = coalesce(?, run_at), completed_at = ?, lease_until = NULL, worker = NULL WHERE ${OURS}`,
    ended ? outcome.state : 'queued',
    problem,
    ended ? null : new Date(outcome.retryAt).toISOString(),
    ended ? now : null,
    held.investigationId,
    held.fence,
  );
  if (settled === 0) return false;
  if (ended) addStep(connection, effects, { investigationId: held.investigationId, at: now, what: endOf(problem), kind: 'end' });
  refreshIncident(connection, held.incidentId);
  const waiting = connection.get<{ id: string }>(`SELECT id FROM investigations WHERE incident_id = ? AND state = 'queued'`, held.incidentId);
  if (waiting !== undefined) effects.queued.push(waiting.id);
  return true;
}

function requeue(context: SqliteContext, connection: Connection, effects: Effects, incidentId: string, now: string): string | undefined {
  const incident = connection.get<{ id: string; cluster: string; severity: Severity; merged_into: string | null }>(
    'SELECT id, cluster, severity, merged_into FROM incidents WHERE id = ?',
    incidentId,
  );
  if (incident === undefined) return undefined;
  if (incident.merged_into !== null) return requeue(context, connection, effects, incident.merged_into, now);
  const active = connection.get<{ id: string; state: string }>(
    `SELECT id, state FROM investigations WHERE incident_id = ? AND state IN ('queued', 'running') ORDER BY state = 'running' DESC, id LIMIT 1`,
    incidentId,
  );
  if (active?.state === 'running') return active.id;
  // Somebody waits for it now: it does not sit out its back-off, and a resolve does not cancel it.
  if (active !== undefined) connection.run(`UPDATE investigations SET run_at = min(run_at, ?), origin = 'person' WHERE id = ?`, now, active.id);
  const id = active?.id ?? context.newId();
  if (active === undefined) insertInvestigation({ connection, now }, id, incident, urgency(incident.severity), 'person');
  refreshIncident(connection, incidentId);
  effects.queued.push(id);
  return id;
}
