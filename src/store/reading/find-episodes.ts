import { type RawBuilder, sql } from 'kysely';
import type { ReportFilter } from '#domain/views.ts';
import { indexed } from '../incident-facts.ts';
import { type Matches, type ReadContext, unindexed } from './read-context.ts';

/**
 * The `seq` of the newest episodes that a filter leaves, by one index that is chosen here: a database that takes the one that matches nearly everything reads it to
 * its end before it knows that nothing is left. With `p` the number of filters by place (namespace, alert name, cluster):
 *
 *     words ──▶ the newest matches, as many as are looked at
 *     not completed ──▶ episodes_status        firing ──▶ episodes_firing        both hold every other filter
 *     p ≥ 2 ──▶ episodes_place, for each value of the place that is not given
 *     p = 1 ──▶ the index of that place
 *     else ──▶ from the newest on: most of them match
 */
export function findEpisodes(context: ReadContext, filter: ReportFilter, { before = NEWEST, limit, matches }: Wanted): RawBuilder<unknown> {
  const { filteredSeq } = context;
  if (matches !== undefined) return newest(sql`seq`, [sql`seq IN ${context.among('seq', matches.seqs)}`, ...rest(filter)], limit);
  const older = olderThan(filteredSeq, before);
  if (filter.status !== undefined && filter.status !== 'completed')
    return newest(filteredSeq, [sql`status <> 'completed'`, sql`status = ${filter.status}`, older, ...rest(filter, 'status')], limit);
  if (filter.alertStatus === 'firing') return newest(filteredSeq, [sql`firing = 1`, older, ...rest(filter, 'firing')], limit);
  const given = Object.entries(placesOf(filter));
  if (given.length >= 2) return byPlace(context, filter, { before, limit });
  const [place] = given;
  if (place) return newest(filteredSeq, [sql`${sql.ref(place[0])} = ${place[1]}`, older, ...rest(filter, place[0])], limit);
  return newest(sql`seq`, [olderThan(sql`seq`, before), ...rest(filter)], limit);
}

/** More than any `seq`: every list has a place where it begins, so that there is one statement for the first page and the next. */
const NEWEST = Number.MAX_SAFE_INTEGER;

interface Wanted {
  /** Only older ones. */
  readonly before?: number | undefined;
  readonly limit: number;
  /** Those of them that have the words that are looked for. */
  readonly matches?: Matches | undefined;
}

const PLACES = ['namespace', 'alert_name', 'cluster'] as const;
type Place = (typeof PLACES)[number];
type Condition = RawBuilder<unknown>;

function placesOf({ namespace, alertName, cluster }: ReportFilter): Partial<Record<Place, string>> {
  return {
    ...(namespace !== undefined && { namespace: indexed(namespace) }),
    ...(alertName !== undefined && { alert_name: indexed(alertName) }),
    ...(cluster !== undefined && { cluster }),
  };
}

/**
 * Two or three places: each place that the index has. The third is every value there is, found by going from one to the next. A few of the newest of each, as many as
 * make a page together, say how far back the page can reach; no value is read further, whatever many there are.
 */
function byPlace({ filteredSeq, forEach }: ReadContext, filter: ReportFilter, { before = NEWEST, limit }: Wanted): RawBuilder<unknown> {
  const places = placesOf(filter);
  const free = PLACES.find((place) => places[place] === undefined);
  const more = [olderThan(filteredSeq, before), ...rest({ ...filter, namespace: undefined, alertName: undefined, cluster: undefined })];
  const given = Object.entries(places).map(([place, value]) => sql`${sql.ref(place)} = ${value}`);
  if (free === undefined) return newest(filteredSeq, [...given, ...more], limit);
  // Only what comes before it in the index leads to its values.
  const leading = PLACES.slice(0, PLACES.indexOf(free)).map((place) => sql`${sql.ref(place)} = ${places[place]}`);
  const next = (conditions: readonly Condition[]) => sql`(SELECT min(${sql.ref(free)}) FROM episodes WHERE ${and([...leading, ...conditions])})`;
  const each = (conditions: readonly Condition[], most: number | RawBuilder<unknown>) =>
    forEach(sql`SELECT value FROM places`, (value) => newest(filteredSeq, [...given, sql`${sql.ref(free)} = ${value}`, ...more, ...conditions], most));
  const some = each([], sql`(SELECT CAST(${limit} / CASE count(*) WHEN 0 THEN 1 ELSE count(*) END + 1 AS integer) FROM places)`);
  return sql`WITH RECURSIVE one (value) AS (
    SELECT ${next([])} UNION ALL SELECT ${next([sql`${sql.ref(free)} > one.value`])} FROM one WHERE one.value IS NOT NULL
  ), places (value) AS MATERIALIZED (SELECT value FROM one WHERE value IS NOT NULL),
  page (seq) AS MATERIALIZED (SELECT seq FROM ${some} AS some_of_each ORDER BY seq DESC LIMIT ${limit}),
  reach (seq) AS MATERIALIZED (SELECT CASE count(*) WHEN ${limit} THEN min(seq) ELSE 0 END FROM page)
  SELECT seq FROM ${each([sql`${filteredSeq} >= (SELECT seq FROM reach)`], limit)} AS all_of_them ORDER BY seq DESC LIMIT ${limit}`;
}

/** What the index that leads does not see to. Nearly all are completed and over, so these have no index to choose, and are said so that a database knows how many they are. */
function rest(filter: ReportFilter, leads?: string): readonly Condition[] {
  const { status, alertStatus } = filter;
  const few = { firing: alertStatus === 'firing' ? '1' : undefined, status: status === 'completed' ? undefined : status, ...placesOf(filter) };
  return [
    ...Object.entries(few).flatMap(([column, value]) => (value === undefined || column === leads ? [] : [sql`${unindexed(column)} = ${value}`])),
    ...(alertStatus === 'resolved' ? [sql`firing <> 1`] : []),
    ...(status === 'completed' ? [sql`status = 'completed'`] : []),
  ];
}

function newest(seq: RawBuilder<unknown>, conditions: readonly Condition[], limit: number | RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`SELECT seq FROM episodes WHERE ${and(conditions)} ORDER BY ${seq} DESC LIMIT ${limit}`;
}

function olderThan(seq: RawBuilder<unknown>, before: number): Condition {
  return sql`${seq} < ${before}`;
}

function and(conditions: readonly Condition[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` AND `);
}
