import type { Pages } from '#web/pages.ts';
import { mutateText } from '../mutate-text.ts';
import { oddString } from '../odd-values.ts';
import type { Random } from '../random.ts';
import { type RealWeb, startRealWeb } from '../started-web.ts';
import { type Target, Violation } from '../target.ts';

const VIEWER = 'viewer-token-of-the-team';
const WEBHOOK = 'webhook-token-of-the-senders';
/** Is in every report, and so must be in no answer to somebody who may not see one. */
const SECRET = 'only-viewers-read-this';
const FINGERPRINTS = ['aaaa0001', 'aaaa0002', 'aaaa0003'] as const;

const PATHS = [
  '/',
  '/reports',
  '/api/v1/reports',
  '/reports/F',
  '/api/v1/reports/F',
  '/report/F',
  '/report/F.json',
  '/report/F.md',
  '/api/v1/incidents',
  '/docs',
] as const;
/** Ways to write a path that a server may take for the same one. */
const DISGUISES: readonly ((path: string) => string)[] = [
  (path) => path,
  (path) => `/${path}`,
  (path) => `${path}/`,
  (path) => `/assets/..${path}`,
  (path) => `/assets/%2e%2e${path}`,
  (path) => `/livez/..${path}`,
  (path) => path.toUpperCase(),
  (path) => path.replaceAll('r', '%72'),
  (path) => path.replaceAll('/', '%2f'),
  (path) => `${path};a=b`,
  (path) => `${path}?x=/livez`,
  (path) => `/webhook/..${path}`,
  (path) => `http://localhost:8001${path}`,
  (path) => path.replaceAll('/', '\\'),
];

/** What a viewer has in hand: none of it opens anything once it is changed. */
interface Keys {
  readonly cookie: string;
  /** Query of the signed link to the first report. */
  readonly link: string;
}

/** A server with tokens: nobody without a key sees what is kept, however the request is written. */
export async function createLockedDoorsTarget(pages: Pages): Promise<Target> {
  const web = await startRealWeb(pages, { viewerTokens: [VIEWER], webhookTokens: [WEBHOOK] });
  const keys = await prepare(web);
  return {
    name: 'locked-doors',
    share: 100,
    async run(random) {
      const request = createRequest(random, keys);
      const { statusCode: status, body } = await web.app.inject(request);
      if (status >= 500 && status !== 503) throw new Violation(`answered ${status}: ${web.errors.at(-1)?.slice(0, 1_000) ?? body.slice(0, 300)}`, request);
      if (body.includes(SECRET)) throw new Violation(`answered ${status} with what only viewers may read`, request);
    },
    close: () => web.close(),
  };
}

async function prepare({ app }: RealWeb): Promise<Keys> {
  const alerts = FINGERPRINTS.map((fingerprint) => ({ fingerprint, labels: { alertname: SECRET, namespace: 'shop' } }));
  const posted = await app.inject({ method: 'POST', url: '/webhook', headers: { authorization: `Bearer ${WEBHOOK}` }, payload: JSON.stringify({ alerts }) });
  const [first] = (posted.json() as { readonly report_urls: readonly { readonly report_url: string }[] }).report_urls;
  const link = new URL(first?.report_url ?? '').search;
  const signedIn = await app.inject({
    method: 'POST',
    url: '/sign-in',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    payload: String(new URLSearchParams({ token: VIEWER, next: '/' })),
  });
  const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
  // The keys fit, or the target would prove nothing.
  for (const [url, headers] of [
    ['/reports', { cookie }],
    ['/reports', { authorization: `Bearer ${VIEWER}` }],
    [`/report/${FINGERPRINTS[0]}${link}`, {}],
  ] as const) {
    const answer = await app.inject({ url, headers });
    if (!answer.body.includes(SECRET)) throw new Error(`GET ${url} does not open: ${answer.statusCode}`);
  }
  return { cookie, link };
}

function createRequest(random: Random, { cookie, link }: Keys) {
  const fingerprint = random.pick(FINGERPRINTS);
  const path = random.pick(DISGUISES)(random.pick(PATHS).replace('F', fingerprint));
  const query = random.chance(0.4) ? forged(link, fingerprint, random) : '';
  const url = (random.chance(0.1) ? `${path}?${oddString(random)}` : path + (path.includes('?') ? query.replace('?', '&') : query)).replaceAll(
    /[^\x21-\x7e]/g,
    '%20',
  );
  return {
    method: random.pick(['GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS'] as const),
    url,
    headers: {
      accept: random.pick(['text/html', 'application/json', 'text/markdown', '*/*']),
      ...(random.chance(0.5) && { cookie: header(changed(cookie, random)) }),
      ...(random.chance(0.5) && {
        authorization: header(`${random.pick(['Bearer', 'bearer', 'Basic', ''])} ${changed(random.pick([VIEWER, WEBHOOK]), random)}`),
      }),
      ...(random.chance(0.2) && { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-user': 'admin', 'x-original-url': '/livez' }),
    },
    // One address that fails too often is not even compared any more.
    remoteAddress: `10.${random.whole(0, 255)}.${random.whole(0, 255)}.${random.whole(1, 254)}`,
  };
}

/** A link that does not fit this report, or does not fit any more. What is added to one that fits, it may bear. */
function forged(link: string, fingerprint: string, random: Random): string {
  const [genuine, query] = [new URLSearchParams(link), random.chance(0.3) ? link : changed(link, random)];
  const given = new URLSearchParams(query);
  const fits = [...genuine].every(([name, value]) => given.getAll(name).includes(value));
  return fits && fingerprint === FINGERPRINTS[0] ? '' : query;
}

/** Surely another text: changed until the original is not in it. */
function changed(text: string, random: Random): string {
  for (;;) {
    const mutated = mutateText(text, random);
    if (!mutated.includes(text)) return mutated;
  }
}

function header(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\x80-\xff]/g, '?').slice(0, 4_000);
}
