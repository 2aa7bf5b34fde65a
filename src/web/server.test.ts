import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { OncallmError } from '#domain/error.ts';
import { type StartedWeb, startWeb } from './testing/start-web.ts';

let web: StartedWeb;
afterEach(() => web?.app.close());

const BROWSER = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';

describe('headers', () => {
  it('let no script or style run that is not a file of our own', async () => {
    web = await startWeb();
    for (const url of ['/', '/report/x', '/nowhere', '/reports']) {
      const { headers } = await web.app.inject({ url, headers: { accept: BROWSER } });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['strict-transport-security']).toBeUndefined();
    }
  });

  it('demand https only where people come by https', async () => {
    web = await startWeb({ baseUrl: 'https://oncallm.example.com' });
    expect((await web.app.inject('/livez')).headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describe('GET /', () => {
  it('is the inbox for a browser and a description for anybody else', async () => {
    web = await startWeb();
    const page = await web.app.inject({ url: '/?state=open&severity=nonsense&limit=10&search=', headers: { accept: BROWSER } });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('"filter":{"state":"open","limit":10}');
    for (const accept of [undefined, '*/*', 'application/json']) {
      const answer = await web.app.inject({ url: '/', headers: accept === undefined ? {} : { accept } });
      expect(answer.json()).toMatchObject({ name: 'OnCallM', version: '0.0.0-test', available_endpoints: { webhook: '/webhook' } });
    }
  });
});

describe('errors', () => {
  it('are {"detail"} for programs and a page for people', async () => {
    web = await startWeb();
    expect((await web.app.inject('/nowhere')).json()).toEqual({ detail: 'Not found' });
    expect((await web.app.inject({ url: '/nowhere', headers: { accept: BROWSER } })).body).toContain('not found');
    const wrong = await web.app.inject({ method: 'POST', url: '/reports', payload: '{' });
    expect([wrong.statusCode, wrong.headers.allow, wrong.json()]).toEqual([405, 'GET, HEAD', { detail: 'Method not allowed' }]);
  });

  it('are 503 while the store cannot be read', async () => {
    web = await startWeb();
    web.store.break(new OncallmError('store-unavailable', 'The database /data/x.db is locked', 'Stop the other one'));
    const page = await web.app.inject({ url: '/', headers: { accept: BROWSER } });
    expect([page.statusCode, page.body]).toEqual([503, expect.stringContaining('problem 503 Storage is unavailable')]);
    expect((await web.app.inject('/reports')).json()).toEqual({ detail: 'Storage is unavailable' });
    expect(web.log).toContainEqual(expect.objectContaining({ fix: 'Stop the other one', path: '/reports' }));
  });

  it('are 400 for a cursor of another list', async () => {
    web = await startWeb();
    web.store.break(new OncallmError('bad-cursor', 'This cursor is of another list.', 'Begin again.'));
    expect((await web.app.inject('/reports?cursor=x')).json()).toEqual({ detail: 'This cursor is of another list.' });
  });
});

describe('point 39: liveness and readiness', () => {
  it('do not touch the webhook, and liveness touches nothing at all', async () => {
    web = await startWeb();
    expect((await web.app.inject('/livez')).json()).toEqual({ status: 'ok' });
    expect((await web.app.inject('/readyz')).json()).toEqual({ status: 'ready' });
    web.state.ready = false;
    web.store.break(new Error('down'));
    const ready = await web.app.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([503, { detail: 'Service not initialised' }]);
    expect((await web.app.inject('/livez')).statusCode).toBe(200);
    expect(web.store.deliveries).toHaveLength(0);
  });

  it('say that no alerts should be sent here while the database cannot be used', async () => {
    web = await startWeb();
    web.state.health = { ...web.state.health, healthy: false };
    const ready = await web.app.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([503, { detail: 'The database cannot be used' }]);
    expect((await web.app.inject('/livez')).statusCode).toBe(200);
  });
});

describe('/health', () => {
  it.each(['/health', '/health/'])('has the document’s body first at %s', async (url) => {
    web = await startWeb();
    web.state.health = { healthy: true, aiService: 'connected', checks: [{ name: 'Kubernetes', state: 'ok', detail: 'v1.32' }] };
    await web.app.inject({ method: 'POST', url: '/webhook', payload: '{"alerts":[{"labels":{"alertname":"A"}}]}' });
    const answer = await web.app.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toMatch(/^\{"status":"healthy","webhook_endpoint":"available","ai_service":"connected","queue_size":1,/);
    expect(answer.json()).toMatchObject({ last_delivery_at: '2026-01-05T03:10:00.000Z', checks: [{ name: 'Kubernetes' }] });
  });

  it('is 503 and says unknown, not zero, when the store cannot be read', async () => {
    web = await startWeb();
    web.store.break(new Error('down'));
    const answer = await web.app.inject('/health');
    expect([answer.statusCode, answer.json()]).toMatchObject([503, { status: 'unhealthy', queue_size: null }]);
  });
});

describe('point 38: metrics', () => {
  it('tell silence from health', async () => {
    web = await startWeb({ rateLimitPerIp: 2 });
    const post = (payload: string) => web.app.inject({ method: 'POST', url: '/webhook', payload });
    const group = JSON.stringify({
      truncatedAlerts: 4,
      alerts: [{ startsAt: '2026-01-05T03:00:00Z', labels: { alertname: 'A' } }, 1, { labels: { alertname: 'Watchdog' } }],
    });
    await post(group);
    await post(group);
    await post('nope');
    await post('[{}]');
    await web.app.inject('/webhook');
    const { body, headers } = await web.app.inject('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    for (const line of [
      'oncallm_webhook_requests_total{status="200"} 2',
      'oncallm_webhook_requests_total{status="400"} 1',
      'oncallm_webhook_requests_total{status="405"} 1',
      'oncallm_webhook_requests_total{status="429"} 1',
      'oncallm_webhook_errors_total{reason="invalid_format"} 1',
      'oncallm_webhook_errors_total{reason="rate_limited"} 1',
      'oncallm_webhook_errors_total{reason="method"} 1',
      'oncallm_webhook_duration_seconds_count 5',
      'oncallm_alerts_received_total{status="firing"} 4',
      'oncallm_alerts_duplicate_total 2',
      'oncallm_alerts_rejected_total 2',
      'oncallm_alerts_truncated_total 8',
      'oncallm_alerts_recorded_total{verdict="new-episode"} 2',
      'oncallm_investigations_queued_total 1',
      'oncallm_queue_size{state="queued"} 1',
      'oncallm_open{what="incidents"} 2',
      `oncallm_last_delivery_timestamp_seconds ${web.time.now / 1_000}`,
      `oncallm_last_watchdog_timestamp_seconds{cluster="default"} ${web.time.now / 1_000}`,
    ]) {
      expect(body.split('\n')).toContain(line);
    }
  });

  it('have a gap, not a zero, for what cannot be read', async () => {
    web = await startWeb();
    web.store.break(new Error('down'));
    const { statusCode, body } = await web.app.inject('/metrics');
    expect(statusCode).toBe(200);
    expect(body).not.toMatch(/^oncallm_(queue_size|open|last_delivery_timestamp_seconds|queue_oldest_timestamp_seconds)[ {]/m);
  });
});

describe('/openapi.json and /docs', () => {
  it('describe every operation with the schemas that are used', async () => {
    web = await startWeb({ webhookTokens: ['t'] });
    const api = (await web.app.inject('/openapi.json')).json();
    expect(api).toMatchObject({ openapi: '3.1.0', info: { title: 'OnCallM', version: '0.0.0-test' }, servers: [{ url: 'http://localhost:8001' }] });
    expect(Object.keys(api.paths).sort()).toEqual([
      '/',
      '/api/v1/incidents',
      '/api/v1/incidents/{id}',
      '/api/v1/incidents/{id}/investigate',
      '/api/v1/incidents/{id}/join',
      '/api/v1/incidents/{id}/split',
      '/api/v1/investigations/{id}/events',
      '/api/v1/investigations/{id}/feedback',
      '/api/v1/investigations/{id}/questions',
      '/api/v1/investigations/{id}/questions/{question}/events',
      '/api/v1/investigations/{id}/questions/{question}/transcript',
      '/api/v1/investigations/{id}/transcript',
      '/api/v1/reports',
      '/api/v1/reports/{fingerprint}',
      '/api/v1/reports/{fingerprint}/events',
      '/docs',
      '/health',
      '/investigations/{id}/questions/{question}/transcript',
      '/investigations/{id}/transcript',
      '/livez',
      '/metrics',
      '/openapi.json',
      '/readyz',
      '/report/{fingerprint}',
      '/reports',
      '/reports/{fingerprint}',
      '/webhook',
      '/webhook/{cluster}',
    ]);
    const { post } = api.paths['/webhook'];
    expect(post.security).toEqual([{ bearer: [] }]);
    expect(post.requestBody.content['application/json'].schema).toEqual({ $ref: '#/components/schemas/AlertmanagerWebhook' });
    expect(Object.keys(api.components.schemas.WebhookAnswer.properties)).toEqual(['status', 'message', 'report_urls', 'rejected_alerts']);
    expect(api.paths['/reports'].get.parameters).toContainEqual(expect.objectContaining({ name: 'limit', in: 'query', required: false }));
  });

  it('refer only to schemas that are there, and give every operation a name of its own', async () => {
    web = await startWeb();
    const text = (await web.app.inject('/openapi.json')).body;
    const api = JSON.parse(text);
    const names = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref?.replace('#/components/schemas/', ''));
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(Object.keys(api.components.schemas)).toContain(name);
    const operations = Object.values(api.paths).flatMap((path) => Object.values(path as Record<string, { operationId: string }>));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  });

  it('are a page too', async () => {
    web = await startWeb();
    const page = await web.app.inject('/docs');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('"path":"/webhook/{cluster}"');
  });
});

describe('/assets/', () => {
  it('serves the files of its folder and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oncallm-assets-'));
    try {
      await writeFile(join(folder, 'page.css'), 'body{}');
      await writeFile(join(folder, '.secret'), 'x');
      web = await startWeb({}, { assetsDirectory: folder });
      const file = await web.app.inject('/assets/page.css');
      expect([file.statusCode, file.headers['content-type'], file.body]).toEqual([200, 'text/css; charset=utf-8', 'body{}']);
      for (const url of ['/assets/', '/assets/.secret', '/assets/%2e%2e/x', '/assets/none.js']) {
        const answer = await web.app.inject(url);
        expect(answer.statusCode).toBeGreaterThanOrEqual(400);
        expect(answer.statusCode).toBeLessThan(405);
        expect(answer.json()).toEqual({ detail: expect.any(String) });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
