import type { Outbox, Queue, Reading } from '../store.ts';
import { type ConversationQueries, createConversationQueries } from './conversations.ts';
import { listIncidents, readIncident, readInvestigation } from './incidents.ts';
import { readCounts, readLastSigns, readNoticesWaiting, readQueueSize } from './overview.ts';
import type { ReadContext } from './read-context.ts';
import { listReports, readReport } from './reports.ts';

/** Everything that only reads: the same queries for every database. */
export type Queries = Omit<Reading, 'addProgress' | 'onProgress' | 'addFeedback'> &
  Pick<Queue, 'queueSize'> &
  Pick<Outbox, 'noticesWaiting'> &
  ConversationQueries;

export function createQueries(context: ReadContext): Queries {
  const { db } = context;
  return {
    ...createConversationQueries(context),
    incidentForWork: (id) => readIncident(context, id),
    incident: (id) => readIncident(context, id),
    incidents: (filter) => listIncidents(context, filter),
    report: (fingerprint, which) => readReport(context, fingerprint, which),
    reports: (filter) => listReports(context, filter),
    investigation: (id) => readInvestigation(context, id),
    counts: () => readCounts(context),
    lastSigns: () => readLastSigns(context),
    queueSize: () => readQueueSize(context),
    noticesWaiting: () => readNoticesWaiting(context),

    async progress(investigationId, afterSeq) {
      const rows = await db
        .selectFrom('progress')
        .selectAll()
        .where('investigation_id', '=', investigationId)
        .where('seq', '>', afterSeq)
        .orderBy('seq')
        .execute();
      return rows.map((row) => ({ investigationId: row.investigation_id, seq: row.seq, at: row.at, what: row.what, kind: row.kind }));
    },

    async feedback(investigationId) {
      const rows = await db.selectFrom('feedback').selectAll().where('investigation_id', '=', investigationId).orderBy('id').execute();
      return rows.map((row) => ({ investigationId: row.investigation_id, at: row.at, verdict: row.verdict, comment: row.comment }));
    },
  };
}
