import { afterEach, describe, expect, it } from 'vitest';
import { outOfMemory } from '#testing/sample-analysis.ts';
import { sampleTranscripts } from '#testing/sample-transcripts.ts';
import { createPages } from '../pages/create-pages.tsx';
import { type StartedWeb, startWeb } from '../testing/start-web.ts';

const TOKEN = 'viewer-token-of-the-team';
const WEBHOOK = 'webhook-token';
const HTML = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };
const BEARER = { authorization: `Bearer ${TOKEN}` };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const SAME = { 'sec-fetch-site': 'same-origin' };

let web: StartedWeb;
afterEach(() => web?.app.close());

type Options = NonNullable<Parameters<typeof startWeb>[0]>;

async function start(options: Options = {}, change: Parameters<typeof startWeb>[1] = {}): Promise<void> {
  web = await startWeb({ viewerTokens: [TOKEN], webhookTokens: [WEBHOOK], ...options }, change);
}
const post = (fingerprint: string, cluster = ''): Promise<{ json(): { report_urls: readonly { report_url: string }[] } }> =>
  web.app.inject({
    method: 'POST',
    url: `/webhook${cluster && `/${cluster}`}`,
    headers: { authorization: `Bearer ${WEBHOOK}` },
    payload: JSON.stringify({ alerts: [{ fingerprint, labels: { alertname: 'A', severity: 'warning' } }] }),
  });
const get = (url: string, headers: Record<string, string> = {}, remoteAddress = '192.0.2.1') => web.app.inject({ url, headers, remoteAddress });
/** Path and query of the link that the webhook answered with. */
async function linkTo(fingerprint: string, cluster = ''): Promise<string> {
  const url = new URL((await post(fingerprint, cluster)).json().report_urls[0]?.report_url ?? '');
  return `${url.pathname}${url.search}`;
}
const signIn = (token: string, next = '/', headers: Record<string, string> = {}, remoteAddress = '192.0.2.1') =>
  web.app.inject({
    method: 'POST',
    url: '/sign-in',
    headers: { ...FORM, ...SAME, ...HTML, ...headers },
    payload: String(new URLSearchParams({ token, next })),
    remoteAddress,
  });
const cookieOf = (answer: { headers: Record<string, unknown> }): string => String(answer.headers['set-cookie']).split(';')[0] ?? '';
const logged = (message: string) => web.log.filter((line) => line['msg'] === message);
const metric = async (line: string): Promise<number> => {
  const { body } = await get('/metrics');
  return Number(
    body
      .split('\n')
      .find((each) => each.startsWith(`${line} `))
      ?.split(' ')[1],
  );
};

describe('without a viewer token', () => {
  it('everything is as open as before, and there is no sign-in page', async () => {
    await start({ viewerTokens: [], webhookTokens: [] });
    expect(await linkTo('abc')).toBe('/report/abc');
    for (const url of ['/', '/reports', '/report/abc', '/api/v1/incidents', '/docs']) expect((await get(url)).statusCode, url).toBe(200);
    expect((await get('/sign-in')).statusCode).toBe(404);
    expect((await get('/report/abc')).headers['cache-control']).toBe('no-cache');
    expect(logged('audit')).toEqual([]);
    expect((await get('/metrics')).body).not.toContain('oncallm_access');
  });
});

describe('with a viewer token', () => {
  it('a program without it hears 401, a person sees the sign-in page that knows where they wanted to go', async () => {
    await start();
    await post('abc');
    const json = await get('/reports/abc');
    expect([json.statusCode, json.json(), json.headers['www-authenticate']]).toEqual([401, { detail: 'Unauthorized' }, 'Bearer realm="OnCallM"']);
    const page = await get('/report/abc?cluster=default', HTML);
    expect([page.statusCode, page.headers['content-type'], page.headers['cache-control']]).toEqual([401, 'text/html; charset=utf-8', 'no-store']);
    expect(page.body).toContain('sign-in {"next":"/report/abc?cluster=default","state":"asked","hasForm":true,"waitSeconds":0}');
    // The browser must not ask by itself, over the page.
    expect(String(page.headers['www-authenticate'])).not.toMatch(/basic/i);
    expect(logged('Access refused')).toEqual([]);
  });

  it.each([
    ['Bearer', BEARER],
    ['Basic with any user name', { authorization: `Basic ${Buffer.from(`ada:${TOKEN}`).toString('base64')}` }],
    ['a second token', { authorization: 'Bearer viewer-token-of-others' }],
  ])('it opens everything: %s', async (_how, headers) => {
    await start({ viewerTokens: [TOKEN, 'viewer-token-of-others'] });
    await post('abc');
    for (const url of ['/', '/reports', '/reports/abc', '/report/abc', '/report/abc.json', '/api/v1/incidents', '/docs', '/openapi.json'])
      expect((await get(url, headers)).statusCode, url).toBe(200);
    expect((await get('/report/abc', headers)).headers['cache-control']).toBe('private, no-cache');
  });

  it.each([
    ['a wrong one', { authorization: 'Bearer viewer-token-of-the-teaM' }],
    ['the beginning of it', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['it and more', { authorization: `Bearer ${TOKEN}x` }],
    ['that of the webhook', { authorization: `Bearer ${WEBHOOK}` }],
    ['it as the user name', { authorization: `Basic ${Buffer.from(`${TOKEN}:x`).toString('base64')}` }],
  ])('nothing else opens anything: %s', async (_how, headers) => {
    await start();
    expect((await get('/reports', headers)).statusCode).toBe(401);
    expect(logged('Access refused')).toEqual([expect.objectContaining({ reason: 'wrong-token', address: '192.0.2.1', path: '/reports' })]);
    expect(JSON.stringify(web.log)).not.toContain('viewer-token');
    expect(await metric('oncallm_access_refused_total{reason="wrong-token"}')).toBe(1);
  });

  it('probes, metrics, webhook and sign-in stay open', async () => {
    await start();
    for (const url of ['/livez', '/readyz', '/health', '/health/', '/metrics', '/sign-in']) expect((await get(url)).statusCode, url).toBe(200);
    expect((await post('abc')).json()).toMatchObject({ status: 'success' });
  });

  it('paths that do not exist say nothing, not even that', async () => {
    await start();
    expect((await get('/nowhere')).statusCode).toBe(401);
    expect((await get('/nowhere', BEARER)).statusCode).toBe(404);
    expect((await web.app.inject({ method: 'PUT', url: '/reports' })).statusCode).toBe(401);
  });

  it('an address that fails too often is not compared any more for a minute; what is signed still works', async () => {
    await start();
    const session = cookieOf(await signIn(TOKEN));
    for (let count = 0; count < 20; count++) expect((await get('/reports', { authorization: 'Bearer nonsense' })).statusCode).toBe(401);
    const refused = await get('/reports', BEARER);
    expect([refused.statusCode, refused.headers['retry-after'], refused.json().detail]).toEqual([429, '60', expect.stringContaining('Too many')]);
    const form = await signIn(TOKEN);
    expect([form.statusCode, form.headers['set-cookie'], form.body]).toEqual([429, undefined, expect.stringContaining('"state":"limited"')]);
    expect((await get('/reports', { cookie: session })).statusCode).toBe(200);
    expect((await get('/reports', BEARER, '192.0.2.2')).statusCode).toBe(200);
    web.time.now += 60_000;
    expect((await get('/reports', BEARER)).statusCode).toBe(200);
    // One line for each of the first, none for those that follow.
    expect(logged('Access refused').length).toBe(20);
  });
});

describe('the sign-in page', () => {
  it('gives a session for the token, leads back, and ends it again', async () => {
    await start();
    await post('abc');
    const answer = await signIn(TOKEN, '/report/abc?cluster=default');
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/report/abc?cluster=default']);
    const cookie = cookieOf(answer);
    expect((await get('/report/abc', { ...HTML, cookie })).statusCode).toBe(200);
    expect((await get('/sign-in', { cookie })).body).toContain('"state":"signed-in"');
    const out = await web.app.inject({ method: 'POST', url: '/sign-out', headers: { cookie, ...SAME, ...FORM }, payload: '' });
    expect([out.statusCode, out.headers.location, out.headers['set-cookie']]).toEqual([303, '/sign-in', expect.stringContaining('Max-Age=0')]);
    expect(logged('audit').map(({ who, action, object, address }) => [who, action, object, address])).toEqual([
      [expect.stringMatching(/^token:[\w-]{10}$/), 'sign-in', 'session', '192.0.2.1'],
      [expect.stringMatching(/^token:[\w-]{10}$/), 'report-view', 'report abc', '192.0.2.1'],
      [expect.stringMatching(/^token:[\w-]{10}$/), 'sign-out', 'session', '127.0.0.1'],
    ]);
  });

  it('takes no wrong token, and does not show it again', async () => {
    await start({}, { pages: createPages({ baseUrl: 'http://localhost:8001' }) });
    const answer = await signIn('a-wrong-token-entirely', '/report/abc');
    expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([401, undefined]);
    expect(answer.body).toContain('not accepted');
    expect(answer.body).toContain('name="next" value="/report/abc"');
    expect(answer.body + JSON.stringify(web.log)).not.toContain('a-wrong-token-entirely');
    expect(logged('Access refused')).toEqual([expect.objectContaining({ reason: 'wrong-token', address: '192.0.2.1' })]);
  });

  it.each(['//evil.example', 'https://evil.example/', '/\\evil.example', '/.//evil.example', '/sign-out'])('leads nowhere else: %s', async (next) => {
    await start();
    expect((await signIn(TOKEN, next)).headers.location).toBe('/');
    expect((await get(`/sign-in?next=${encodeURIComponent(next)}`)).body).toContain('"next":"/"');
    expect((await get(next.startsWith('/') ? next : '/', HTML)).body).not.toContain('"next":"//');
  });

  it('leads back below the path of the base URL', async () => {
    await start({ baseUrl: 'https://tools.example.com/oncallm' });
    const answer = await signIn(TOKEN, '/report/abc');
    expect([answer.headers.location, answer.headers['set-cookie']]).toEqual([
      '/oncallm/report/abc',
      expect.stringMatching(/Path=\/oncallm; HttpOnly; SameSite=Lax; Secure$/),
    ]);
  });

  it('does not take the form of another site', async () => {
    await start();
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
      const answer = await signIn(TOKEN, '/', headers);
      expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([403, undefined]);
      expect((await web.app.inject({ method: 'POST', url: '/sign-out', headers: { ...FORM, ...headers }, payload: '' })).statusCode).toBe(403);
    }
  });

  it('says that a session is over', async () => {
    await start({ sessionHours: 1 });
    const cookie = cookieOf(await signIn(TOKEN));
    web.time.now += 3_600_000;
    const page = await get('/', { ...HTML, cookie });
    expect([page.statusCode, page.body]).toEqual([401, expect.stringContaining('"state":"session-over"')]);
    expect(await metric('oncallm_access_refused_total{reason="session-expired"}')).toBe(1);
  });

  it('is shown for a forged session, which is logged', async () => {
    await start();
    const cookie = `${cookieOf(await signIn(TOKEN)).slice(0, -2)}xx`;
    expect((await get('/', { ...HTML, cookie })).statusCode).toBe(401);
    expect(logged('Access refused')).toEqual([expect.objectContaining({ reason: 'session-forged' })]);
  });
});

describe('a session in a browser', () => {
  it.each([
    [{ 'sec-fetch-site': 'same-origin' }, 202],
    [{ origin: 'http://localhost:8001' }, 202],
    [{}, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
  ])('acts for pages of our own only: %j', async (headers, status) => {
    await start();
    await post('abc');
    const cookie = cookieOf(await signIn(TOKEN));
    const { incident } = (await get('/reports/abc', BEARER)).json();
    const url = `/api/v1/incidents/${incident.id}/investigate`;
    expect((await web.app.inject({ method: 'POST', url, headers: { cookie, ...headers } as Record<string, string> })).statusCode).toBe(status);
    // A program with the token says nothing of where it comes from.
    expect((await web.app.inject({ method: 'POST', url, headers: BEARER })).statusCode).toBe(202);
  });

  it('writes down who acted', async () => {
    await start({}, { questions: { ask: async () => ({ id: 'q1' }), list: async () => [] } });
    await post('abc');
    web.store.complete('abc', outOfMemory);
    const report = (await get('/reports/abc', BEARER)).json();
    const act = (url: string, payload = '') => web.app.inject({ method: 'POST', url, headers: { ...BEARER, ...FORM }, payload });
    await act(`/api/v1/investigations/${report.investigation.id}/feedback`, 'verdict=right');
    await act(`/api/v1/investigations/${report.investigation.id}/questions`, 'question=Why%3F');
    await act(`/api/v1/incidents/${report.incident.id}/investigate`);
    await post('other');
    await act(`/api/v1/incidents/${report.incident.id}/split`, 'fingerprints=other');
    await act(`/api/v1/incidents/${report.incident.id}/join`);
    await act('/api/v1/incidents/none/investigate');
    await act('/api/v1/incidents/none/join');
    expect(logged('audit').map(({ action, object }) => [action, object])).toEqual([
      ['report-view', 'report abc'],
      ['feedback', `investigation ${report.investigation.id}`],
      ['ask', `investigation ${report.investigation.id}`],
      ['investigate', `incident ${report.incident.id}`],
      ['split', `incident ${report.incident.id}`],
      ['join', `incident ${report.incident.id}`],
    ]);
    expect(await metric('oncallm_audit_events_total{action="feedback"}')).toBe(1);
  });

  it('writes down who read what a model was asked and did, in either form', async () => {
    await start();
    await post('abc');
    web.store.complete('abc', outOfMemory);
    const id = String((await web.store.report('abc'))?.investigation?.id);
    web.store.transcripts.set(id, sampleTranscripts.usual);
    for (const url of [`/investigations/${id}/transcript`, `/api/v1/investigations/${id}/transcript`, '/api/v1/investigations/none/transcript'])
      await get(url, BEARER);
    await get(`/investigations/${id}/transcript`);
    const question = { id: 'q1', investigationId: id, askedAt: '', asker: '', question: '', answeredAt: '', answer: null, hasTranscript: true };
    web.store.questions.set('q1', { ...question, state: 'answered' });
    web.store.transcripts.set('q1', sampleTranscripts.usual);
    await get(`/investigations/${id}/questions/q1/transcript`, BEARER);
    expect(logged('audit').map(({ action, object }) => [action, object])).toEqual([
      ['transcript-view', `investigation ${id}`],
      ['transcript-view', `investigation ${id}`],
      ['transcript-view', `question q1 about investigation ${id}`],
    ]);
    expect(await metric('oncallm_audit_events_total{action="transcript-view"}')).toBe(3);
  });
});

describe('a signed link', () => {
  it('opens its report in every form, and its events, without a token', async () => {
    await start();
    const link = await linkTo('abc', 'eu');
    expect(link).toMatch(/^\/report\/abc\?cluster=eu&exp=\d+&sig=[\w-]{43}$/);
    const query = link.slice(link.indexOf('?'));
    for (const url of [link, `/report/abc.json${query}`, `/report/abc.md${query}`, `/reports/abc${query}`, `/api/v1/reports/abc${query}`])
      expect((await get(url, HTML)).statusCode, url).toBe(200);
    expect(logged('audit')[0]).toMatchObject({ who: 'link', action: 'report-view', object: 'report abc of cluster eu' });
    expect(JSON.stringify(web.log)).not.toContain(new URLSearchParams(query).get('sig'));
  });

  it('waits for an alert that has not come yet', async () => {
    await start();
    const link = await linkTo('abc');
    const other = await startWeb({ viewerTokens: [TOKEN] });
    const answer = await other.app.inject({ url: link, headers: HTML });
    expect([answer.statusCode, answer.body]).toEqual([404, expect.stringContaining('waiting abc by link of abc')]);
    await other.app.close();
  });

  it('opens nothing else', async () => {
    await start();
    const link = await linkTo('abc');
    const query = link.slice(link.indexOf('?'));
    await post('other');
    await post('abc', 'eu');
    const { incident, investigation } = (await get('/reports/abc', BEARER)).json();
    for (const path of [
      '/',
      '/reports',
      '/report/other',
      '/report/other.json',
      '/reports/other',
      '/api/v1/reports/other',
      '/api/v1/reports/other/events',
      '/api/v1/incidents',
    ])
      expect((await get(`${path}${query}`)).statusCode, path).toBe(401);
    for (const path of [
      `/api/v1/incidents/${incident.id}`,
      `/api/v1/investigations/${investigation.id}/events`,
      `/api/v1/investigations/${investigation.id}/questions`,
      `/investigations/${investigation.id}/transcript`,
      `/api/v1/investigations/${investigation.id}/transcript`,
      `/investigations/${investigation.id}/questions/q1/transcript`,
      `/api/v1/investigations/${investigation.id}/questions/q1/events`,
      `/api/v1/investigations/${investigation.id}/questions/q1/transcript`,
      '/docs',
    ])
      expect((await get(`${path}${query}`)).statusCode, path).toBe(401);
    for (const path of ['feedback', 'questions']
      .map((what) => `/api/v1/investigations/${investigation.id}/${what}`)
      .concat(`/api/v1/incidents/${incident.id}/investigate`))
      expect(
        (await web.app.inject({ method: 'POST', url: `${path}${query}`, headers: SAME, payload: { verdict: 'right', question: 'Why?' } })).statusCode,
        path,
      ).toBe(401);
    // The same fingerprint in another cluster is another report.
    expect((await get(`/reports/abc${query}&cluster=eu`)).statusCode).toBe(401);
    expect((await get(`/reports/abc${query}`)).json().cluster).toBe('default');
  });

  it('does not open a report whose fingerprint only looks like a form of it', async () => {
    await start();
    const [link, evil] = [await linkTo('abc'), await linkTo('victim.json')];
    await post('abc.json');
    await post('victim');
    expect((await get(`/report/abc.json${link.slice(link.indexOf('?'))}`)).json().fingerprint).toBe('abc');
    expect((await get(evil)).statusCode).toBe(401);
    web.store.break(undefined);
    const unknown = await linkTo('gone');
    await post('gone.md');
    expect((await get(`/report/gone.md${unknown.slice(unknown.indexOf('?'))}`)).body).not.toContain('gone.md');
  });

  it.each([
    ['a later end', (link: string) => link.replace(/exp=(\d+)/, (_, exp) => `exp=${Number(exp) + 1}`)],
    ['another signature', (link: string) => `${link.slice(0, -2)}xx`],
    ['no end', (link: string) => link.replace(/exp=\d+/, 'exp=')],
    ['two clusters', (link: string) => `${link}&cluster=default&cluster=eu`],
  ])('is refused with %s', async (_what, change) => {
    await start();
    const link = await linkTo('abc');
    const answer = await get(change(link), HTML);
    expect(answer.statusCode).toBe(401);
    expect((await get(link, HTML)).statusCode).toBe(200);
  });

  it('ends, and then asks for a sign-in that leads to the report', async () => {
    await start({ signedLinkDays: 1 });
    const link = await linkTo('abc');
    web.time.now += 25 * 3_600_000;
    const page = await get(link, HTML);
    expect([page.statusCode, page.body]).toEqual([401, expect.stringContaining('"state":"link-over"')]);
    expect(page.body).toContain('"next":"/report/abc?');
    expect(logged('Access refused')).toEqual([]);
  });

  it('cannot be used to make one that lasts longer', async () => {
    await start();
    const link = await linkTo('abc');
    const query = link.slice(link.indexOf('?'));
    expect((await get(`/reports/abc${query}`)).json().report_url).toBe('http://localhost:8001/report/abc');
    expect((await get(`/report/abc.md${query}`)).body).not.toContain('sig=');
    expect((await get('/reports/abc', BEARER)).json().report_url).toMatch(/\?exp=\d+&sig=/);
    expect((await get('/reports', BEARER)).json().reports[0].report_url).toMatch(/\?exp=\d+&sig=/);
    expect((await get('/api/v1/incidents', BEARER)).json().incidents[0].report_url).toMatch(/\?exp=\d+&sig=/);
  });

  it('is not given to senders who need no token: they could ask for one to any report', async () => {
    await start({ webhookTokens: [] });
    expect(await linkTo('abc')).toBe('/report/abc');
  });

  it('can be turned off', async () => {
    await start();
    const link = await linkTo('abc');
    await web.app.close();
    await start({ signedLinks: false });
    expect(await linkTo('abc')).toBe('/report/abc');
    expect((await get(link)).statusCode).toBe(401);
  });

  it('ends with the token it was signed with, or with the key of its own', async () => {
    await start({ viewerTokens: ['an-older-viewer-token'] });
    const link = await linkTo('abc');
    await web.app.close();
    await start({ viewerTokens: [TOKEN, 'an-older-viewer-token'] });
    await post('abc');
    expect((await get(link)).statusCode).toBe(200);
    await web.app.close();
    await start();
    expect((await get(link)).statusCode).toBe(401);
    await web.app.close();
    await start({ sessionKeys: ['k'.repeat(32)] });
    const own = await linkTo('abc');
    await web.app.close();
    await start({ sessionKeys: ['l'.repeat(32), 'k'.repeat(32)], viewerTokens: ['another-viewer-token'] });
    await post('abc');
    expect((await get(own)).statusCode).toBe(200);
  });

  it('is carried on by the page to what belongs to the report, and to nothing else', async () => {
    await start({}, { pages: createPages({ baseUrl: 'http://localhost:8001' }) });
    const link = await linkTo('abc', 'eu');
    const sig = new URLSearchParams(link.split('?')[1]).get('sig') ?? '';
    const running = await get(link, HTML);
    expect(running.body).toMatch(new RegExp(`data-events="/api/v1/reports/abc/events\\?cluster=eu&amp;exp=\\d+&amp;sig=${sig}"`));
    web.store.complete('abc', outOfMemory);
    const { body } = await get(link, HTML);
    for (const [, href = ''] of body.matchAll(/href="([^"]+)"/g)) expect(href.includes(sig), href).toBe(/^\/report\/abc(?:\.json|\.md)?\?/.test(href));
    expect(body).not.toContain('<form');
    expect(body).toContain('href="/sign-in?next=%2Freport%2Fabc%3Fcluster%3Deu"');
    expect((await get('/report/abc?cluster=eu', { ...HTML, ...BEARER })).body).toContain('<form');
  });
});

describe('a proxy that signs people in', () => {
  const PROXY = { viewerTokens: [], trustedUserHeader: 'x-forwarded-user', trustedUserProxies: ['10.0.0.7'] };

  it('lets in whom it names, and its name is in the audit', async () => {
    await start(PROXY);
    await post('abc');
    expect((await get('/reports/abc', { 'x-forwarded-user': 'ada@example.com' }, '10.0.0.7')).statusCode).toBe(200);
    expect(logged('audit')).toEqual([expect.objectContaining({ who: 'user:ada@example.com', action: 'report-view' })]);
    expect((await get('/sign-in?next=/reports', { 'x-forwarded-user': 'ada' }, '10.0.0.7')).headers.location).toBe('/reports');
  });

  it('is not believed from anywhere else, whatever X-Forwarded-For says', async () => {
    await start({ ...PROXY, trustProxy: true });
    const answer = await get('/reports', { 'x-forwarded-user': 'admin', 'x-forwarded-for': '10.0.0.7' }, '192.0.2.1');
    expect([answer.statusCode, answer.json()]).toEqual([401, { detail: 'Unauthorized' }]);
    expect(logged('Access refused')).toEqual([expect.objectContaining({ reason: 'untrusted-header', peer: '192.0.2.1' })]);
  });

  it('names nobody: there is no form to sign in with', async () => {
    await start(PROXY);
    expect((await get('/', HTML, '10.0.0.7')).body).toContain('"hasForm":false');
    expect((await get('/sign-in', HTML, '10.0.0.7')).body).toContain('"hasForm":false');
    expect((await web.app.inject({ method: 'POST', url: '/sign-in' })).statusCode).toBe(405);
  });

  it('has no signed links without a key, and has them with one', async () => {
    await start(PROXY);
    expect(await linkTo('abc')).toBe('/report/abc');
    await web.app.close();
    await start({ ...PROXY, sessionKeys: ['k'.repeat(32)] });
    expect((await get(await linkTo('abc'))).statusCode).toBe(200);
  });

  it('does not start half configured', async () => {
    await expect(startWeb({ trustedUserHeader: 'x-forwarded-user' })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('TRUSTED_USER_PROXIES'),
    });
    await expect(startWeb({ trustedUserProxies: ['10.0.0.7'] })).rejects.toMatchObject({ code: 'config-invalid' });
  });

  it.each([
    ['a client without a provider', { oidcClientId: 'oncallm' }, 'OIDC_ISSUER'],
    ['groups without a provider', { oidcOperatorGroups: ['sre'] }, 'OIDC_ISSUER'],
    ['a provider without a client', { oidcIssuer: 'https://idp.example.com' }, 'OIDC_CLIENT_ID'],
    ['nothing to sign sessions with', { oidcIssuer: 'https://idp.example.com', oidcClientId: 'oncallm' }, 'ONCALLM_SESSION_KEY'],
  ])('nor with half a provider: %s', async (_what, options, named) => {
    const refused = await startWeb(options).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: 'config-invalid' });
    expect(`${(refused as Error).message} ${(refused as { fix?: string }).fix}`).toContain(named);
  });
});

describe('/metrics', () => {
  const METRICS = 'metrics-token-of-prometheus';

  it('asks for its own token when it has one, pages or not', async () => {
    await start({ metricsTokens: [METRICS], viewerTokens: [] });
    expect((await get('/metrics')).statusCode).toBe(401);
    expect((await get('/metrics', { authorization: 'Bearer nonsense' })).statusCode).toBe(401);
    expect((await get('/metrics', { authorization: `Bearer ${METRICS}` })).statusCode).toBe(200);
    expect((await get('/reports')).statusCode).toBe(200);
  });

  it('does not take that of viewers, nor do viewers get in with its', async () => {
    await start({ metricsTokens: [METRICS] });
    expect((await get('/metrics', BEARER)).statusCode).toBe(401);
    expect((await get('/reports', { authorization: `Bearer ${METRICS}` })).statusCode).toBe(401);
  });
});
