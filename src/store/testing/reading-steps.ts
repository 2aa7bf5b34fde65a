import type { IncidentFilter, Page, ReportFilter } from '#domain/views.ts';
import { alert, delivery, POLICY, type StoreUnderTest } from './fixtures.ts';

/** What the contracts of reading and searching do with the store of the moment. */
export function readingSteps(under: () => StoreUnderTest) {
  return {
    /** Records one alert in a group of its own. */
    record: (name: string, changes: Parameters<typeof alert>[1] = {}, cluster = 'default') =>
      under().store.record(delivery([alert(name, changes)], { groupKey: name, cluster }), POLICY),
    /** The alerts of the list of reports, sorted. */
    names: async (filter: Partial<ReportFilter>): Promise<string> =>
      (await under().store.reports({ limit: 50, ...filter })).items
        .map(({ episode }) => episode.fingerprint)
        .toSorted()
        .join(' '),
    /** The leading alerts of the inbox, in its order. */
    inbox: async (filter: Partial<IncidentFilter>): Promise<string> =>
      (await under().store.incidents({ limit: 50, ...filter })).items.map(({ lead }) => lead.fingerprint).join(' '),
  };
}

export async function everyPage<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}
