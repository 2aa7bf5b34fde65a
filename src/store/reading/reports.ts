import { sql } from 'kysely';
import type { ReportFilter, ReportRecord, ReportSummary } from '#domain/views.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { searchQuery } from '../search-words.ts';
import type { Reading } from '../store.ts';
import { findEpisodes } from './find-episodes.ts';
import { analysisOf, incidentRow, incidentsById, investigationsById, membersOf } from './incidents.ts';
import { MATCHES_LOOKED_AT, pageLimit, type ReadContext } from './read-context.ts';
import { type EpisodeRow, toCause, toEpisode, toIncident, toInvestigation } from './rows.ts';

/** Episodes of one fingerprint and members of one incident that a report names, at most. */
const HISTORY_LIMIT = 50;
const MEMBER_LIMIT = 200;

const LIST = 'reports';

export async function listReports(context: ReadContext, filter: ReportFilter): ReturnType<Reading['reports']> {
  const limit = pageLimit(filter.limit);
  const before = filter.cursor === undefined ? undefined : decodeCursor(LIST, 1, filter.cursor)[0];
  const words = searchQuery(filter.search ?? '');
  const matches = words.length === 0 ? undefined : await context.matching(words, MATCHES_LOOKED_AT, before);
  const rows = await context.db
    .selectFrom('episodes')
    .selectAll()
    .where('seq', 'in', sql<number>`(${findEpisodes(context, filter, { before, limit: limit + 1, matches })})`)
    .orderBy('seq', 'desc')
    .execute();

  const page = rows.slice(0, limit);
  // A search goes on behind the matches that were looked at, though few of them or none pass the filter.
  const last = rows.length > limit ? page.at(-1)?.seq : matches?.more && matches.seqs.at(-1);
  return { items: await summaries(context, page), next: last ? encodeCursor(LIST, [last]) : null };
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
  return row ? { id: row.id, title: row.title, state: row.state, fingerprint: row.lead_fingerprint } : null;
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
    // In the words of the index of what is active.
    .where(sql<boolean>`state IN ('queued', 'running') AND state = 'queued'`)
    .where((eb) => eb.or([eb('priority', '>', investigation.priority), eb.and([eb('priority', '=', investigation.priority), eb('id', '<', investigation.id)])]))
    .executeTakeFirstOrThrow();
  return ahead;
}
