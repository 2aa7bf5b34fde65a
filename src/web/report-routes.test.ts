import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { healthy } from '../../testing/sample-analysis.ts';
import { analysisSchema } from './schemas/analysis.ts';
import { reportSchema } from './schemas/report.ts';
import { type StartedWeb, startWeb } from './testing/start-web.ts';

let web: StartedWeb;
beforeEach(async () => {
  web = await startWeb();
});
afterEach(() => web.app.close());

async function deliver(...alerts: readonly Record<string, unknown>[]): Promise<void> {
  const answer = await web.app.inject({ method: 'POST', url: '/webhook', payload: JSON.stringify({ alerts }) });
  expect(answer.statusCode).toBe(200);
}
const get = (url: string, accept?: string) => web.app.inject({ url, headers: accept === undefined ? {} : { accept } });
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

const A = { fingerprint: 'aaa', startsAt: '2026-01-05T03:00:00Z', labels: { alertname: 'Crash', namespace: 'shop', severity: 'critical' } };

describe('/report/{fingerprint}', () => {
  it('is HTML, JSON or Markdown, as asked for', async () => {
    await deliver(A);
    web.store.complete('aaa', healthy);
    for (const accept of [undefined, '*/*', BROWSER]) expect((await get('/report/aaa', accept)).headers['content-type']).toBe('text/html; charset=utf-8');
    for (const answer of [await get('/report/aaa', 'application/json'), await get('/report/aaa.json', BROWSER)]) {
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(answer.json()).toMatchObject({ fingerprint: 'aaa', alert_name: 'Crash', status: 'completed', analysis: { healthy: true } });
      expect(answer.headers.vary).toContain('Accept');
    }
    for (const answer of [await get('/report/aaa', 'text/markdown'), await get('/report/aaa.md')]) {
      expect(answer.headers['content-type']).toBe('text/markdown; charset=utf-8');
      expect(answer.body).toMatch(/^# Crash/);
    }
  });

  it('says that an alert flaps that fired four times within an hour, as data and as Markdown', async () => {
    for (const minute of ['00', '10', '20']) await deliver({ ...A, startsAt: `2026-01-05T03:${minute}:00Z` });
    expect((await get('/report/aaa.json')).json().flapping).toBeNull();
    await deliver({ ...A, startsAt: '2026-01-05T03:30:00Z' });
    expect((await get('/report/aaa.json')).json()).toMatchObject({
      flapping: { times: 4, since: '2026-01-05T03:00:00.000Z', last: '2026-01-05T03:30:00.000Z' },
    });
    expect((await get('/report/aaa.md')).body).toContain('Flapping: fired 4 times between');
  });

  it('gives the page what it needs', async () => {
    await deliver(A);
    await web.store.addProgress('investigation-2', 'reads pods', 'step');
    const page = await get('/report/aaa', BROWSER);
    expect(page.body).toContain('reads pods');
    expect(page.body).toContain('"now":"2026-01-05T03:10:00.000Z"');
  });

  it('point 37: is a page that waits for an unknown fingerprint, and 404 with a detail as data', async () => {
    const page = await get('/report/nobody%3Cb%3E', BROWSER);
    expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.body).toContain('waiting nobody&lt;b>');
    for (const answer of [
      await get('/report/nobody', 'application/json'),
      await get('/report/nobody.json'),
      await get('/report/nobody.md'),
      await get('/reports/nobody'),
    ]) {
      expect([answer.statusCode, answer.json()]).toEqual([404, { detail: 'Report not found' }]);
    }
  });

  it('point 37: shows all occurrences', async () => {
    await deliver(A);
    await deliver({ ...A, startsAt: '2026-01-05T03:05:00Z' });
    expect((await get('/reports/aaa')).json().history).toMatchObject([{ startsAt: '2026-01-05T03:05:00.000Z' }, { startsAt: '2026-01-05T03:00:00.000Z' }]);
  });

  it('finds a fingerprint that ends like a suffix', async () => {
    await deliver({ ...A, fingerprint: 'abc.json' });
    expect((await get('/report/abc.json', 'application/json')).json().fingerprint).toBe('abc.json');
  });

  it('takes fingerprints as long as the webhook does, in any script', async () => {
    const fingerprint = '\u{1F600}'.repeat(128);
    await deliver({ ...A, fingerprint });
    expect((await get(`/reports/${encodeURIComponent(fingerprint)}`)).json().fingerprint).toBe(fingerprint);
  });

  it('tells clusters apart', async () => {
    await web.app.inject({ method: 'POST', url: '/webhook/eu', payload: JSON.stringify({ alerts: [A] }) });
    expect((await get('/reports/aaa?cluster=eu')).json()).toMatchObject({ cluster: 'eu', report_url: 'http://localhost:8001/report/aaa?cluster=eu' });
    expect((await get('/reports/aaa?cluster=us')).statusCode).toBe(404);
  });

  it('answers HEAD', async () => {
    await deliver(A);
    const answer = await web.app.inject({ method: 'HEAD', url: '/report/aaa' });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  });
});

describe('/reports', () => {
  it('lists reports with their links', async () => {
    await deliver(A, { ...A, fingerprint: 'bbb', labels: { alertname: 'Watchdog', severity: 'none' } });
    const { reports, next } = (await get('/reports')).json();
    expect(next).toBeNull();
    expect(reports).toContainEqual({
      fingerprint: 'aaa',
      alert_name: 'Crash',
      namespace: 'shop',
      cluster: 'default',
      status: 'queued',
      status_reason: null,
      created_at: '2026-01-05T03:10:00.000Z',
      completed_at: null,
      alert_status: 'firing',
      severity: 'critical',
      startsAt: '2026-01-05T03:00:00.000Z',
      endsAt: null,
      incident_id: 'incident-1',
      cause: null,
      report_url: 'http://localhost:8001/report/aaa',
    });
    expect(reports).toContainEqual(expect.objectContaining({ fingerprint: 'bbb', status: 'skipped', namespace: 'Unknown' }));
  });

  it('filters, and hands out a cursor', async () => {
    await deliver(A, { ...A, fingerprint: 'bbb', labels: { namespace: 'other' } });
    expect((await get('/reports?namespace=other')).json().reports).toHaveLength(1);
    expect((await get('/reports?limit=1')).json()).toMatchObject({ reports: [{}], next: 'next' });
    expect((await get('/api/v1/reports?limit=1')).json().reports).toHaveLength(1);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'status=done', 'alert_status=stale', 'cursor='])('answers 400 to ?%s', async (query) => {
    const answer = await get(`/reports?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({ detail: expect.stringContaining(query.split('=')[0] ?? '') });
  });
});

describe('the schema of a report', () => {
  it('describes what the report is, and drops nothing that is new', async () => {
    await deliver(A);
    web.store.complete('aaa', { ...healthy, brand_new: 1 } as never);
    const report = (await get('/reports/aaa')).json();
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report.analysis.brand_new).toBe(1);
    expect(analysisSchema.safeParse(healthy).error).toBeUndefined();
    expect(web.log.filter(({ level }) => Number(level) > 30)).toEqual([]);
  });

  it('does not keep an answer from its reader when it does not match', async () => {
    await deliver(A);
    web.store.complete('aaa', { ...healthy, mode: 'magic' } as never);
    expect((await get('/reports/aaa')).json().analysis.mode).toBe('magic');
    expect(web.log).toContainEqual(expect.objectContaining({ level: 50, msg: 'answer does not match its schema' }));
  });
});
