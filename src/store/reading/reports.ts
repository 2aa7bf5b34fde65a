import { sql } from 'kysely';
import type { ReportFilter, ReportRecord, ReportSummary } from '#domain/views.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { indexed } from '../incident-facts.ts';
import { searchQuery } from '../search-words.ts';
import type { Reading } from '../store.ts';
import { analysisOf, incidentRow, incidentsById, investigationsById, membersOf } from './incidents.ts';
import { MATCHES_LOOKED_AT, pageLimit, type ReadContext, unindexed } from './read-context.ts';
import { type EpisodeRow, toCause, toEpisode, toIncident, toInvestigation } from './rows.ts';

/** Episodes of one fingerprint and members of one incident that a report names, at most. */
const HISTORY_LIMIT = 50;
const MEMBER_LIMIT = 200;

const LIST = 'reports';

export async function listReports(context: ReadContext, filter: ReportFilter): ReturnType<Reading['reports']> {
  const limit = pageLimit(filter.limit);
  const before = filter.cursor === undefined ? undefined : decodeCursor(LIST, 1, filter.cursor)[0];
  const words = searchQuery(filter.search ?? '');

  const conditions = conditionsOf(filter);
  const seq = conditions.length > 0 && words.length === 0 ? context.filteredSeq : sql.ref<number>('seq');
  let query = context.db.selectFrom('episodes').selectAll();
  if (before !== undefined) query = query.where(seq, '<', before);
  if (words.length > 0) query = query.where('seq', 'in', context.matching(words, MATCHES_LOOKED_AT, before));
  for (const [index, [column, value]] of conditions.entries()) {
    const leads = index === 0 && words.length === 0;
    query = leads ? query.where(column, '=', value) : query.where(unindexed(column), '=', String(value));
  }
  const rows = await query
    .orderBy(seq, 'desc')
    .limit(limit + 1)
    .execute();

  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: await summaries(context, page), next: rows.length > limit && last ? encodeCursor(LIST, [last.seq]) : null };
}

type Condition = readonly ['firing', number] | readonly ['status' | 'namespace' | 'alert_name' | 'cluster', string];

/** The conditions of a filter, those that leave few rows first: only the first one may choose the index. */
function conditionsOf(filter: ReportFilter): readonly Condition[] {
  const { alertStatus, status, alertName, namespace, cluster } = filter;
  const firing: readonly Condition[] = alertStatus === undefined ? [] : [['firing', alertStatus === 'firing' ? 1 : 0]];
  const stands: readonly Condition[] = status === undefined ? [] : [['status', status]];
  const few = status === 'queued' || status === 'investigating' || status === 'failed';
  return [
    ...(few ? stands : []),
    ...(alertStatus === 'firing' ? firing : []),
    ...(alertName === undefined ? [] : [['alert_name', indexed(alertName)] as const]),
    ...(namespace === undefined ? [] : [['namespace', indexed(namespace)] as const]),
    ...(cluster === undefined ? [] : [['cluster', cluster] as const]),
    ...(few ? [] : stands),
    ...(alertStatus === 'resolved' ? firing : []),
  ];
}

async function summaries(context: ReadContext, rows: readonly EpisodeRow[]): Promise<readonly ReportSummary[]> {
  const incidents = await incidentsById(
    context,
    rows.map((row) => row.incident_id),
  );
  const investigations = await investigationsById(
    context,
    [...incidents.values()].map((incident) => incident.investigation_id),
  );
  return rows.map((row) => {
    const incident = row.incident_id === null ? undefined : incidents.get(row.incident_id);
    const investigation = incident?.investigation_id ? investigations.get(incident.investigation_id) : undefined;
    return {
      episode: toEpisode(row),
      incident: incident ? toIncident(incident) : null,
      investigation: investigation ? toInvestigation(investigation) : null,
      cause: incident ? toCause(incident) : null,
    };
  });
}

export async function readReport(context: ReadContext, fingerprint: string, which: Parameters<Reading['report']>[1]): ReturnType<Reading['report']> {
  let query = context.db.selectFrom('episodes').selectAll().where('fingerprint', '=', fingerprint);
  if (which?.cluster !== undefined) query = query.where('cluster', '=', which.cluster);
  if (which?.episodeId !== undefined) query = query.where('id', '=', which.episodeId);
  const row = await query.orderBy('seq', 'desc').limit(1).executeTakeFirst();
  if (row === undefined) return undefined;

  const [summary] = await summaries(context, [row]);
  if (summary === undefined) return undefined;
  const incident = row.incident_id === null ? undefined : await incidentRow(context, row.incident_id);
  return {
    ...summary,
    analysis: await analysisOf(context, incident?.analysis_id ?? null),
    members: row.incident_id === null ? [] : await membersOf(context, row.incident_id, MEMBER_LIMIT),
    history: await historyOf(context, row),
    splitFrom: incident?.split_from ? await splitFrom(context, incident.split_from) : null,
    queuePosition: summary.investigation?.state === 'queued' ? await queuePosition(context, summary.investigation) : null,
  };
}

async function splitFrom(context: ReadContext, id: string): Promise<NonNullable<ReportRecord['splitFrom']> | null> {
  const row = await incidentRow(context, id);
  return row ? { id: row.id, title: row.title, fingerprint: row.lead_fingerprint } : null;
}

async function historyOf({ db }: ReadContext, row: EpisodeRow): Promise<ReportRecord['history']> {
  const rows = await db
    .selectFrom('episodes')
    .leftJoin('incidents', 'incidents.id', 'episodes.incident_id')
    .selectAll('episodes')
    .select('incidents.cause_title')
    .where('episodes.fingerprint', '=', row.fingerprint)
    .where('episodes.cluster', '=', row.cluster)
    .orderBy('episodes.seq', 'desc')
    .limit(HISTORY_LIMIT)
    .execute();
  return rows.map((each) => ({ episode: toEpisode(each), cause: each.cause_title }));
}

async function queuePosition({ db }: ReadContext, investigation: { readonly id: string; readonly priority: number }): Promise<number> {
  const { ahead } = await db
    .selectFrom('investigations')
    .select((eb) => eb.fn.countAll<number>().as('ahead'))
    .where('state', '=', 'queued')
    .where((eb) => eb.or([eb('priority', '>', investigation.priority), eb.and([eb('priority', '=', investigation.priority), eb('id', '<', investigation.id)])]))
    .executeTakeFirstOrThrow();
  return ahead;
}
