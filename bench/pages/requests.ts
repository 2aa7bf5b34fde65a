import { encodeCursor } from '#store/cursor.ts';
import type { Store } from '#store/store.ts';

/** What is asked for, by kind; every address is asked for in turn. */
export interface RequestKind {
  readonly name: string;
  readonly urls: readonly string[];
  readonly accept?: string;
}

type Values = Readonly<Record<string, readonly string[]>>;

/** Frequent, rare and missing values, so that combinations match much, little and nothing. The words of bench/history/population.ts. */
const REPORT_FILTERS: Values = {
  status: ['completed', 'failed', 'skipped', 'queued'],
  alert_status: ['firing', 'resolved'],
  cluster: ['prod-eu', 'edge-16', 'nowhere'],
  namespace: ['shop', 'monitoring', 'team-297'],
  alert_name: ['KubePodCrashLooping', 'AppRule39Broken', 'Watchdog'],
  search: ['checkout', 'oomk gateway', 'team 297 ledger', 'kube prod', 'nosuchword'],
};
const INCIDENT_FILTERS: Values = {
  state: ['open', 'closed'],
  severity: ['critical', 'info', 'none'],
  cluster: ['prod-eu', 'edge-16', 'nowhere'],
  namespace: ['shop', 'monitoring', 'team-297'],
  search: ['checkout', 'oomk gateway', 'team 297 ledger', 'kube prod', 'nosuchword'],
};
/** Words that many, some, few and none of the alerts have, alone and together. */
const SEARCHES = [
  ...['te', 'no', 'ap', '1a', '10', 'team', 'node', 'kubepod', 'shop', 'waiting', 'worker', 'quota', 'apprule39', 'zz'],
  ...['ku ap', 'shop monitoring', 'shop payments', 'checkout cart', 'checkout gateway', 'gateway volume', 'node 17', 'team 29', 'client err', 'stack zz'],
  'server team stack monitoring warning checkout',
];
/** Of combinations of more than two filters one in so many is asked for. */
const ONE_IN = 5;
const SAMPLES = 40;

/** Every page and every call that reads, with everything that may be asked of it. */
export async function requestsFor(store: Store, episodes: number): Promise<readonly RequestKind[]> {
  const { fingerprints, incidents, investigations } = await samplesOf(store, episodes);
  const half = encodeURIComponent(encodeCursor('reports', [Math.floor(episodes / 2)]));
  const closed = encodeURIComponent((await store.incidents({ state: 'closed', limit: 200 })).next ?? '');
  const html = { accept: 'text/html' };
  const each = (of: readonly string[], url: (one: string) => string): readonly string[] => of.map((one) => url(encodeURIComponent(one)));
  const filtered = (path: string, values: Values, counts: (filters: number) => boolean, more = '') =>
    queriesOf(values, counts).map((query) => `${path}?limit=50&${query}${more}`);
  return [
    { name: 'inbox', urls: ['/', '/?state=open', '/?state=closed'], ...html },
    { name: 'inbox, one filter', urls: filtered('/', INCIDENT_FILTERS, (count) => count === 1), ...html },
    { name: 'inbox, more filters', urls: filtered('/', INCIDENT_FILTERS, (count) => count > 1), ...html },
    { name: 'inbox, further pages', urls: filtered('/', INCIDENT_FILTERS, (count) => count < 3, `&cursor=${closed}`), ...html },
    { name: '/api/v1/incidents', urls: filtered('/api/v1/incidents', INCIDENT_FILTERS, (count) => count < 3) },
    { name: 'inbox, searches', urls: each(SEARCHES, (words) => `/?search=${words}`), ...html },
    { name: '/reports, searches', urls: each(SEARCHES, (words) => `/reports?search=${words}`) },
    { name: 'incident', urls: each(incidents, (id) => `/api/v1/incidents/${id}`) },
    { name: 'report page', urls: each(fingerprints, (fingerprint) => `/report/${fingerprint}`), ...html },
    { name: 'report, Markdown', urls: each(fingerprints, (fingerprint) => `/report/${fingerprint}.md`) },
    { name: 'report, JSON', urls: each(fingerprints, (fingerprint) => `/reports/${fingerprint}`) },
    { name: 'report that is not there', urls: ['/report/0000000000000000', '/reports/0000000000000000'], ...html },
    { name: 'questions', urls: each(investigations, (id) => `/api/v1/investigations/${id}/questions`) },
    { name: '/reports', urls: ['/reports', '/reports?limit=1', '/reports?limit=200'] },
    { name: '/reports, one filter', urls: filtered('/reports', REPORT_FILTERS, (count) => count === 1) },
    { name: '/reports, two filters', urls: filtered('/reports', REPORT_FILTERS, (count) => count === 2) },
    { name: '/reports, more filters', urls: filtered('/reports', REPORT_FILTERS, (count) => count > 2) },
    { name: '/reports, from the middle on', urls: filtered('/reports', REPORT_FILTERS, (count) => count < 3, `&cursor=${half}`) },
    { name: '/health', urls: ['/health'] },
    { name: '/livez, /readyz', urls: ['/livez', '/readyz'] },
    { name: '/metrics', urls: ['/metrics'] },
  ];
}

function queriesOf(values: Values, counts: (filters: number) => boolean): readonly string[] {
  let queries: readonly (readonly string[])[] = [[]];
  for (const [name, each] of Object.entries(values))
    queries = queries.flatMap((query) => [query, ...each.map((value) => [...query, `${name}=${encodeURIComponent(value)}`])]);
  const wanted = queries.filter(({ length }) => counts(length));
  return wanted.filter(({ length }, index) => length < 3 || index % ONE_IN === 0).map((query) => query.join('&'));
}

/** Reports from all over the history. */
async function samplesOf(store: Store, episodes: number) {
  const pages = await Promise.all(
    Array.from({ length: SAMPLES }, (_, nth) =>
      store.reports({ limit: 1, cursor: encodeCursor('reports', [1 + Math.floor(((nth + 1) * episodes) / SAMPLES)]) }),
    ),
  );
  const found = pages.flatMap(({ items }) => items);
  return {
    fingerprints: found.map(({ episode }) => episode.fingerprint),
    incidents: found.flatMap(({ incident }) => incident?.id ?? []),
    investigations: found.flatMap(({ investigation }) => investigation?.id ?? []),
  };
}
