import { sql } from 'kysely';
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
  const ids = await incidentsOfAlerts(context, filter);
  const rows = await incidentsQuery(context, filter, ids)
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

/** By its alerts where a namespace or words are given, and else by the index of what is given: only that may lead (see findEpisodes). */
function incidentsQuery(context: ReadContext, filter: IncidentFilter, ids: readonly string[] | undefined) {
  const { db, among, filteredSeq } = context;
  const isLed = filter.cluster !== undefined || filter.severity !== undefined;
  const [rank, seq] = ids !== undefined ? [sql<number>`rank + 0`, sql<number>`seq + 0`] : [sql<number>`rank`, isLed ? filteredSeq : sql<number>`seq`];
  let query = db.selectFrom('incidents').selectAll().where('merged_into', 'is', null).orderBy(rank, 'desc').orderBy(seq, 'desc');
  if (filter.cursor !== undefined) {
    const [lastRank = 0, lastSeq = 0] = decodeCursor(LIST, 2, filter.cursor);
    query = query.where(sql<boolean>`(${rank}, ${seq}) < (${lastRank}, ${lastSeq})`);
  }
  if (filter.state === 'open') query = query.where(rank, '>=', OPEN_RANK);
  if (filter.state === 'closed') query = query.where(rank, '=', 0);
  for (const column of ['cluster', 'severity'] as const) {
    const value = filter[column];
    if (value !== undefined) query = ids === undefined ? query.where(column, '=', value) : query.where(unindexed(column), '=', value);
  }
  return ids === undefined ? query : query.where('id', 'in', among('id', ids));
}

/** The incidents of the alerts that have the namespace and of those that have the words; undefined where neither is asked for. */
async function incidentsOfAlerts(context: ReadContext, filter: IncidentFilter): Promise<readonly string[] | undefined> {
  const words = searchQuery(filter.search ?? '');
  const { namespace } = filter;
  const found = [
    ...(namespace === undefined ? [] : [await incidentsOfNamespace(context, indexed(namespace))]),
    ...(words.length === 0 ? [] : [await incidentsOfWords(context, words)]),
  ];
  return found.length === 0 ? undefined : [...found.reduce((these, those) => these.intersection(those))];
}

/** Of its newest alerts, and of all that fire: what is open is found however old it is. */
async function incidentsOfNamespace({ db, filteredSeq }: ReadContext, namespace: string): Promise<ReadonlySet<string>> {
  const newest = sql`FROM episodes WHERE namespace = ${namespace} ORDER BY ${filteredSeq} DESC LIMIT ${MATCHES_LOOKED_AT}`;
  const firing = sql`FROM episodes WHERE firing = 1 AND ${unindexed('namespace')} = ${namespace}`;
  const found = sql<{ id: string | null }>`SELECT incident_id AS id FROM (SELECT incident_id ${newest}) AS newest UNION SELECT incident_id ${firing}`;
  return idsIn((await found.execute(db)).rows);
}

async function incidentsOfWords({ db, matching, among }: ReadContext, words: readonly string[]): Promise<ReadonlySet<string>> {
  const { seqs } = await matching(words, MATCHES_LOOKED_AT, undefined);
  if (seqs.length === 0) return new Set();
  const found = sql<{ id: string | null }>`SELECT DISTINCT incident_id AS id FROM episodes WHERE seq IN ${among('seq', seqs)}`;
  return idsIn((await found.execute(db)).rows);
}

function idsIn(rows: readonly { readonly id: string | null }[]): ReadonlySet<string> {
  return new Set(rows.flatMap(({ id }) => id ?? []));
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
