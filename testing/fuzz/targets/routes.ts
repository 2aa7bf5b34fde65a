import type { Pages } from '#web/pages.ts';
import { payloads } from '../corpus.ts';
import { mutateBytes, mutateText } from '../mutate-text.ts';
import { MARKUP, oddString } from '../odd-values.ts';
import type { Random } from '../random.ts';
import { startRealWeb } from '../started-web.ts';
import { type Target, TooSlow, Violation } from '../target.ts';

const LIMIT_MS = 3_000;
/** Streams that wait are given up after this. */
const STREAM_MS = 15;

const PATHS = [
  '/',
  '/reports',
  '/api/v1/reports',
  '/reports/:fingerprint',
  '/api/v1/reports/:fingerprint',
  '/report/:fingerprint',
  '/report/:fingerprint.json',
  '/report/:fingerprint.md',
  '/api/v1/incidents',
  '/api/v1/incidents/:id',
  '/api/v1/incidents/:id/investigate',
  '/api/v1/investigations/:id/feedback',
  '/api/v1/investigations/:id/events',
  '/api/v1/reports/:fingerprint/events',
  '/sign-in',
  '/health',
  '/livez',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/docs',
  '/assets/base.css',
  '/webhook',
] as const;

const QUERIES = [
  'status',
  'alert_status',
  'cluster',
  'namespace',
  'alert_name',
  'search',
  'limit',
  'cursor',
  'state',
  'severity',
  'episode',
  'next',
  'link',
] as const;

/** Every route with odd paths, queries, cursors and headers, on a store that holds what real senders sent. */
export async function createRoutesTarget(pages: Pages): Promise<Target> {
  const web = await startRealWeb(pages);
  const { app, errors } = web;
  for (const payload of payloads()) await app.inject({ method: 'POST', url: '/webhook', headers: { 'content-type': 'application/json' }, payload });
  const known = await knownNames(app);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    name: 'routes',
    share: 120,
    async run(random) {
      const request = createRequest(random, known);
      const began = performance.now();
      const answer = await (request.url.includes('/events') ? stream(address, request) : app.inject(request));
      if (answer === undefined) return;
      const took = performance.now() - began;
      const { statusCode: status, body } = answer;
      if (status >= 500 && status !== 503) throw new Violation(`answered ${status}: ${body.slice(0, 300)} ${errors.at(-1)?.slice(0, 1_500) ?? ''}`, request);
      if (took > LIMIT_MS) throw new TooSlow(`took ${Math.round(took)} ms`, request);
      const type = String(answer.headers['content-type'] ?? '');
      if (type.includes('json') && body !== '') JSON.parse(body);
      if (type.includes('html') && body.includes(MARKUP)) throw new Violation('markup came through to the page', request);
    },
    close: () => web.close(),
  };
}

/** Streams need a connection that can be given up; undefined: it was. */
async function stream(address: string, { method, url, headers }: ReturnType<typeof createRequest>): Promise<Answer | undefined> {
  try {
    const answer = await fetch(`${address}${url}`, { method, headers, signal: AbortSignal.timeout(STREAM_MS) });
    return { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  } catch (thrown) {
    // Given up, or a header that fetch does not send; a server that is gone fails everything else too.
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface Known {
  readonly fingerprints: readonly string[];
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
}

async function knownNames(app: Awaited<ReturnType<typeof startRealWeb>>['app']): Promise<Known> {
  const reports = (await app.inject('/reports?limit=20')).json() as {
    readonly reports: readonly { readonly fingerprint: string }[];
    readonly next: string | null;
  };
  const incidents = (await app.inject('/api/v1/incidents?limit=5')).json() as {
    readonly incidents: readonly { readonly id: string; readonly investigation: { readonly id: string } | null }[];
    readonly next: string | null;
  };
  return {
    fingerprints: reports.reports.map(({ fingerprint }) => fingerprint),
    ids: incidents.incidents.flatMap(({ id, investigation }) => [id, investigation?.id ?? id]),
    cursors: [reports.next ?? '', incidents.next ?? ''],
  };
}

function createRequest(random: Random, { fingerprints, ids, cursors }: Known) {
  const part = (usual: readonly string[]): string =>
    random.chance(0.5)
      ? encodeURIComponent(random.pick(usual))
      : random.chance(0.7)
        ? encodeURIComponent(oddString(random).toWellFormed())
        : mutateText(random.pick(usual), random);
  const path = random
    .pick(PATHS)
    .replace(':fingerprint', () => part(fingerprints))
    .replace(':id', () => part(ids));
  const query = Array.from({ length: random.whole(0, 4) }, () => {
    const name = random.chance(0.9) ? random.pick(QUERIES) : oddString(random);
    const value =
      name === 'cursor'
        ? oddCursor(random, cursors)
        : random.chance(0.4)
          ? random.pick(['open', 'firing', '1', '200', 'default', 'critical'])
          : oddString(random);
    return random.chance(0.9) ? `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}` : `${name}=${value}`;
  }).join('&');
  const method = random.chance(0.8) ? 'GET' : random.pick(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'] as const);
  const form = random.chance(0.5);
  return {
    method,
    url: printable(`${path}${query === '' ? '' : `?${query}`}`),
    headers: {
      accept: random.pick(['text/html', 'application/json', 'text/markdown', '*/*', 'text/html;q=0', header(random)]),
      ...(random.chance(0.1) && { 'last-event-id': header(random) }),
      ...(random.chance(0.1) && { cookie: header(random) }),
      ...(random.chance(0.1) && { origin: header(random) }),
      ...(random.chance(0.1) && { 'if-none-match': header(random) }),
      ...(random.chance(0.1) && { range: header(random) }),
      ...(method === 'POST' && { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
    },
    ...(method === 'POST' && { payload: mutateBytes(Buffer.from(form ? 'verdict=right&comment=yes' : '{"verdict":"right","comment":"yes"}'), random) }),
  };
}

function oddCursor(random: Random, cursors: readonly string[]): string {
  if (random.chance(0.3)) return mutateText(random.pick(cursors), random);
  const position = Array.from({ length: random.whole(0, 3) }, () => random.pick([0, -1, 1.5, 1e300, null, '1', [], Number.MAX_SAFE_INTEGER]));
  return Buffer.from(JSON.stringify([random.pick(['reports', 'incidents', 'x', null]), ...position])).toString('base64url');
}

/** What the parser of Node would let through in the first line of a request. */
function printable(url: string): string {
  return url.replaceAll(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character.toWellFormed()));
}

function header(random: Random): string {
  return oddString(random)
    .replaceAll(/[^\x20-\x7e\x80-\xff]/g, '?')
    .slice(0, 2_000);
}
