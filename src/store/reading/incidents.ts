import type { Episode } from '#domain/episode.ts';
import type { Analysis } from '#domain/report.ts';
import type { IncidentDetail, IncidentFilter } from '#domain/views.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { indexed, OPEN_RANK } from '../incident-facts.ts';
import { unpackText } from '../packed-text.ts';
import { searchQuery } from '../search-words.ts';
import type { Reading } from '../store.ts';
import { idList, MATCHES_LOOKED_AT, pageLimit, type ReadContext, unindexed } from './read-context.ts';
import { INVESTIGATION_COLUMNS, type IncidentRow, type InvestigationRow, toEpisode, toIncidentSummary, toInvestigation } from './rows.ts';

/** Episodes and investigations of one incident that are read at once, at most. */
const MEMBER_LIMIT = 500;
const INVESTIGATION_LIMIT = 50;

const LIST = 'incidents';

export async function listIncidents(context: ReadContext, filter: IncidentFilter): ReturnType<Reading['incidents']> {
  const limit = pageLimit(filter.limit);
  const rows = await incidentsQuery(context, filter)
    .orderBy('rank', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const investigations = await investigationsById(
    context,
    page.map((row) => row.investigation_id),
  );
  const last = page.at(-1);
  return {
    items: page.map((row) => toIncidentSummary(row, row.investigation_id === null ? undefined : investigations.get(row.investigation_id))),
    next: rows.length > limit && last ? encodeCursor(LIST, [last.rank, last.seq]) : null,
  };
}

function incidentsQuery({ db, matching, filteredSeq }: ReadContext, filter: IncidentFilter) {
  const words = searchQuery(filter.search ?? '');
  let query = db.selectFrom('incidents').selectAll().where('merged_into', 'is', null);
  if (filter.cursor !== undefined) {
    const [rank = 0, seq = 0] = decodeCursor(LIST, 2, filter.cursor);
    query = query.where((eb) => eb(eb.refTuple('rank', 'seq'), '<', eb.tuple(rank, seq)));
  }
  if (filter.state === 'open') query = query.where('rank', '>=', OPEN_RANK);
  if (filter.state === 'closed') query = query.where('rank', '=', 0);
  if (filter.cluster !== undefined) query = query.where('cluster', '=', filter.cluster);
  if (filter.severity !== undefined) {
    query = filter.cluster === undefined ? query.where('severity', '=', filter.severity) : query.where(unindexed('severity'), '=', filter.severity);
  }
  if (filter.namespace !== undefined) {
    const newest = db
      .selectFrom('episodes')
      .select('incident_id')
      .where('namespace', '=', indexed(filter.namespace))
      .orderBy(filteredSeq, 'desc')
      .limit(MATCHES_LOOKED_AT);
    query = query.where(
      'id',
      'in',
      db.selectFrom(newest.as('newest')).select('newest.incident_id').where('newest.incident_id', 'is not', null).$castTo<{ incident_id: string }>(),
    );
  }
  if (words.length > 0) {
    const members = db
      .selectFrom('episodes')
      .select('incident_id')
      .where('seq', 'in', matching(words, MATCHES_LOOKED_AT, undefined));
    query = query.where('id', 'in', members.where('incident_id', 'is not', null).$castTo<{ incident_id: string }>());
  }
  return query;
}

/** An incident with everything that belongs to it; of a storm, the newest of its episodes. */
export async function readIncident(context: ReadContext, id: string): Promise<IncidentDetail | undefined> {
  const asked = await incidentRow(context, id);
  // One that another took in is that one.
  const row = asked?.merged_into ? await incidentRow(context, asked.merged_into) : asked;
  if (row === undefined) return undefined;
  const investigations = await context.db
    .selectFrom('investigations')
    .select(INVESTIGATION_COLUMNS)
    .where('incident_id', '=', row.id)
    .orderBy('id', 'desc')
    .limit(INVESTIGATION_LIMIT)
    .execute();
  return {
    ...toIncidentSummary(
      row,
      investigations.find((each) => each.id === row.investigation_id),
    ),
    members: await membersOf(context, row.id, MEMBER_LIMIT),
    analysis: await analysisOf(context, row.analysis_id),
    investigations: investigations.map(toInvestigation),
  };
}

export async function readInvestigation(context: ReadContext, id: string): ReturnType<Reading['investigation']> {
  const row = (await investigationsById(context, [id])).get(id);
  return row && { ...toInvestigation(row), analysis: await analysisOf(context, id) };
}

export async function incidentRow({ db }: ReadContext, id: string): Promise<IncidentRow | undefined> {
  return db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Newest startsAt first. */
export async function membersOf({ db }: ReadContext, incidentId: string, limit: number): Promise<readonly Episode[]> {
  const rows = await db
    .selectFrom('episodes')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('starts_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toEpisode);
}

export async function analysisOf({ db }: ReadContext, investigationId: string | null): Promise<Analysis | null> {
  if (investigationId === null) return null;
  const row = await db.selectFrom('analyses').select('analysis').where('investigation_id', '=', investigationId).executeTakeFirst();
  return row === undefined ? null : (JSON.parse(await unpackText(row.analysis)) as Analysis);
}

export async function incidentsById({ db }: ReadContext, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, IncidentRow>> {
  const list = idList(ids);
  if (list.length === 0) return new Map();
  const rows = await db.selectFrom('incidents').selectAll().where('id', 'in', list).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

export async function investigationsById({ db }: ReadContext, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, InvestigationRow>> {
  const list = idList(ids);
  if (list.length === 0) return new Map();
  const rows = await db.selectFrom('investigations').select(INVESTIGATION_COLUMNS).where('id', 'in', list).execute();
  return new Map(rows.map((row) => [row.id, row]));
}
