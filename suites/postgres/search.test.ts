import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgresStore } from '#store/postgres/open-postgres-store.ts';
import type { Store } from '#store/store.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

/**
 * A search among so many alerts that its ways differ (see src/store/postgres/search.ts). Each alert has `team`, and of each hundred: one `teamwork`; even ones `shop`, odd
 * ones `payments`; every 20,000th `rarely`. The older half has `before`.
 */
const EPISODES = 200_000;

let server: PostgresServer;
let store: Store;
beforeAll(async () => {
  server = await startPostgres();
  const url = await server.createDatabase();
  store = await openPostgresStore({ url });
  await store.migrate();
  await server.execute(
    url,
    `INSERT INTO episodes (id, cluster, fingerprint, state, firing, starts_at, alert_name, namespace, labels, annotations, generator_url, external_url,
       truncated_alerts, first_seen_at, last_seen_at, repeats, status)
     SELECT nth, 'default', nth, 'resolved', 0, '2026-01-05T10:00:00Z', 'Full', CASE WHEN nth % 20000 = 0 THEN 'far' ELSE 'near' END, '{}', '{}', '', '', 0,
       '2026-01-05T10:00:00Z', '2026-01-05T10:00:00Z', 0, 'completed' FROM generate_series(1, ${EPISODES}) AS nth`,
  );
  await server.execute(
    url,
    `INSERT INTO episode_words (seq, words)
     SELECT seq, array_to_tsvector(array_remove(ARRAY['team', CASE WHEN seq % 2 = 0 THEN 'shop' ELSE 'payments' END, CASE WHEN seq % 100 = 0 THEN 'teamwork' END,
       CASE WHEN seq % 20000 = 0 THEN 'rarely' END, CASE WHEN seq <= ${EPISODES / 2} THEN 'before' END], NULL)) FROM episodes`,
  );
  await server.execute(url, 'ANALYZE');
}, 120_000);
afterAll(async () => {
  await store.close();
  await server.remove();
});

async function found(search: string, namespace?: string): Promise<{ readonly pages: number; readonly names: readonly string[] }> {
  const names: string[] = [];
  let cursor: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const page = await store.reports({ search, namespace, limit: 200, cursor });
    names.push(...page.items.map(({ episode }) => episode.fingerprint));
    if (page.next === null) return { pages, names };
    cursor = page.next;
  }
}

const MARKED = Array.from({ length: 10 }, (_, nth) => String(EPISODES - nth * 20_000));

test.each(['rarely', 'team rarely', 'te ra', 'shop rarely', 'rarely team shop'])('%s: finds all that few alerts have, on one page', async (search) => {
  expect(await found(search)).toEqual({ pages: 1, names: MARKED });
});

test('what nearly every alert has is found among the newest, and page after page to the oldest', async () => {
  const first = await store.reports({ search: 'team', limit: 200 });
  expect(first.items.map(({ episode }) => episode.fingerprint)).toEqual(Array.from({ length: 200 }, (_, nth) => String(EPISODES - nth)));
  const { names } = await found('team', 'far');
  expect(names).toEqual(MARKED);
});

test('words that many alerts have, but none together, are found to be nowhere at once', async () => {
  expect(await found('shop payments')).toEqual({ pages: 1, names: [] });
});

test('what was frequent, and is no more, is found', async () => {
  const { names } = await found('before rarely');
  expect(names).toEqual(MARKED.filter((name) => Number(name) <= EPISODES / 2));
  expect((await store.reports({ search: 'before', limit: 2 })).items.map(({ episode }) => episode.fingerprint)).toEqual([
    String(EPISODES / 2),
    String(EPISODES / 2 - 1),
  ]);
});
