import { afterEach, describe, expect, it } from 'vitest';
import { OncallmError } from '#domain/error.ts';
import type { Recorded } from '#store/store.ts';
import { type StartedWeb, startWeb } from './testing/start-web.ts';

let web: StartedWeb;
afterEach(() => web?.app.close());

const ALERTMANAGER = 'Alertmanager/0.33.1';

function group(...alerts: readonly Record<string, unknown>[]): string {
  return JSON.stringify({ receiver: 'oncallm', status: 'firing', version: '4', groupKey: '{}:{}', truncatedAlerts: 0, alerts });
}
function alert(fingerprint: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { fingerprint, status: 'firing', startsAt: '2026-01-05T03:00:00Z', labels: { alertname: 'A', namespace: 'shop' }, ...more };
}
function post(payload: string, headers: Record<string, string> = {}, url = '/webhook', remoteAddress = '10.0.0.7') {
  return web.app.inject({ method: 'POST', url, payload, remoteAddress, headers: { 'content-type': 'application/json', ...headers } });
}

const MANUAL_TEST = `{
"alerts": [{
"labels": {
"alertname": "TestAlert",
"severity": "warning"
},
"annotations": {
"summary": "Test alert for integration"
},
"startsAt": "2024-01-15T10:30:00.000Z",
"fingerprint": "test123"
}]
}`;

describe('the document of the webhook', () => {
  it('gets its answer to the manual test, key by key', async () => {
    web = await startWeb({ webhookTokens: ['your-token'] });
    const answer = await post(MANUAL_TEST, { authorization: 'Bearer your-token', 'user-agent': 'curl/8.0' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.body).toBe(
      JSON.stringify({
        status: 'success',
        message: 'Alerts queued for analysis',
        report_urls: [{ fingerprint: 'test123', alert_name: 'TestAlert', namespace: 'Unknown', report_url: 'http://localhost:8001/report/test123' }],
      }),
    );
  });

  it('gets its answer to the example request', async () => {
    web = await startWeb({ baseUrl: 'https://oncallm.example.com' });
    const labels = { alertname: 'HighCPUUsage', instance: 'node-1:9100', job: 'node-exporter', severity: 'warning', namespace: 'production' };
    const answer = await post(group(alert('abc123def456', { labels, endsAt: '0001-01-01T00:00:00Z' })));
    expect(answer.json().report_urls).toEqual([
      { fingerprint: 'abc123def456', alert_name: 'HighCPUUsage', namespace: 'production', report_url: 'https://oncallm.example.com/report/abc123def456' },
    ]);
  });

  it('gets its headers: the limit, what is left, and the end of the window in epoch seconds', async () => {
    web = await startWeb();
    const { headers } = await post(MANUAL_TEST);
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '99' });
    const inSeconds = Number(headers['x-ratelimit-reset']) - web.time.now / 1_000;
    expect(inSeconds).toBeGreaterThan(58);
    expect(inSeconds).toBeLessThanOrEqual(60);
  });

  it.each(['', 'nope', '{}', '{"alerts": 3}', '{"alerts": ["x"]}', '[1]'])('answers 400 to %j and says why in the log only', async (body) => {
    web = await startWeb();
    const answer = await post(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toBe('{"detail":"Invalid alert format"}');
    expect(answer.headers['x-ratelimit-limit']).toBe('100');
    expect(web.log).toContainEqual(expect.objectContaining({ msg: 'invalid alert format', why: expect.stringMatching(/^(body|alerts)/), client: '10.0.0.7' }));
    expect(web.store.deliveries).toHaveLength(0);
  });

  it('answers 503 while the service is not initialised', async () => {
    web = await startWeb();
    web.state.ready = false;
    const answer = await post(MANUAL_TEST);
    expect([answer.statusCode, answer.body]).toEqual([503, '{"detail":"Service not initialised"}']);
    expect(web.store.deliveries).toHaveLength(0);
  });
});

describe('point 1: 2xx only after the alerts are on disk', () => {
  it('waits for the commit', async () => {
    const commit = Promise.withResolvers<Recorded>();
    const called = Promise.withResolvers<void>();
    web = await startWeb(
      {},
      {
        receive: () => {
          called.resolve();
          return commit.promise;
        },
      },
    );
    let answered = false;
    const answer = post(MANUAL_TEST).finally(() => {
      answered = true;
    });
    await called.promise;
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    commit.resolve({ alerts: [], queued: [], cancelled: [] });
    expect((await answer).statusCode).toBe(200);
  });

  it('acknowledges nothing that could not be recorded, and does not take the next try for a duplicate', async () => {
    web = await startWeb();
    web.store.break(new OncallmError('store-full', 'The database /data/x.db cannot be used', 'Free space'));
    const refused = await post(MANUAL_TEST);
    expect([refused.statusCode, refused.body]).toEqual([503, '{"detail":"Storage is full"}']);
    expect(web.log).toContainEqual(expect.objectContaining({ level: 50, code: 'store-full', fix: 'Free space' }));
    web.store.break(undefined);
    expect((await post(MANUAL_TEST)).statusCode).toBe(200);
    expect(web.store.deliveries).toHaveLength(1);
  });
});

describe('point 3: 503, never 429, for what Alertmanager must repeat', () => {
  it('answers Alertmanager 503 with Retry-After over the limit, anybody else 429, with the same body', async () => {
    web = await startWeb({ rateLimitPerIp: 1 });
    await post(group(alert('a')));
    const over = await post(group(alert('b')), { 'user-agent': ALERTMANAGER });
    expect(over.statusCode).toBe(503);
    expect(over.json()).toEqual({ detail: expect.stringMatching(/^Rate limit exceeded\. Try again in \d+ seconds\.$/) });
    expect(over.headers).toMatchObject({ 'retry-after': expect.stringMatching(/^\d+$/), 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0' });
    const other = await post(group(alert('b')), { 'user-agent': 'curl/8.0 Alertmanager/1' });
    expect(other.statusCode).toBe(429);
    expect(other.json().detail).toMatch(/^Rate limit exceeded\. Try again in \d+ seconds\.$/);
    expect(web.store.deliveries).toHaveLength(1);
  });

  it.each([
    ['store-unavailable', 'Storage is unavailable'],
    ['whatever', 'Service temporarily unavailable'],
  ])('answers 503 when receiving fails with %s', async (code, detail) => {
    web = await startWeb();
    web.store.break(new OncallmError(code, 'secret path', 'fix'));
    const answer = await post(MANUAL_TEST);
    expect([answer.statusCode, answer.json()]).toEqual([503, { detail }]);
  });

  it('answers 503 when recording takes longer than a request may', async () => {
    web = await startWeb({ requestTimeoutSeconds: 0.05 }, { receive: () => new Promise(() => undefined) });
    const answer = await post(MANUAL_TEST);
    expect([answer.statusCode, answer.json()]).toEqual([503, { detail: 'Request timed out' }]);
  });
});

describe('point 4: a storm is normal', () => {
  it('takes what the limit allows and tells Alertmanager to bring the rest again, so that nothing is given up', async () => {
    web = await startWeb();
    const answers = await Promise.all(Array.from({ length: 400 }, (_, index) => post(group(alert(`f${index}`)), { 'user-agent': ALERTMANAGER })));
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect([statuses.filter((status) => status === 200).length, statuses.filter((status) => status === 503).length]).toEqual([100, 300]);
    expect(web.store.deliveries).toHaveLength(100);
  });
});

describe('rate limits', () => {
  it('count each address by itself, and all together', async () => {
    web = await startWeb({ rateLimitPerIp: 2, rateLimitGlobal: 3 });
    const statuses = [];
    for (const [index, address] of ['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.2'].entries()) {
      statuses.push((await post(group(alert(`f${index}`)), {}, '/webhook', address)).statusCode);
    }
    // The third is over the limit of its address and therefore leaves one of the three for the other address.
    expect(statuses).toEqual([200, 200, 429, 200, 429]);
  });

  it('are off at 0, without headers', async () => {
    web = await startWeb({ rateLimitPerIp: 0, rateLimitGlobal: 0 });
    const answer = await post(MANUAL_TEST);
    expect(answer.statusCode).toBe(200);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
  });

  it('are not used up by duplicates within 60 seconds, which get their links and are not recorded again', async () => {
    web = await startWeb({ rateLimitPerIp: 2 });
    const first = await post(MANUAL_TEST);
    for (let copy = 0; copy < 5; copy++) {
      const again = await post(MANUAL_TEST);
      expect([again.statusCode, again.body]).toEqual([200, first.body]);
      expect(again.headers['x-ratelimit-remaining']).toBe('1');
    }
    expect(web.store.deliveries).toHaveLength(1);
    web.time.now += 60_000;
    expect((await post(MANUAL_TEST)).statusCode).toBe(200);
    expect(web.store.deliveries).toHaveLength(2);
  });

  it('believe X-Forwarded-For only when told to', async () => {
    web = await startWeb({ rateLimitPerIp: 1 });
    const from = (client: string, fingerprint: string) => post(group(alert(fingerprint)), { 'x-forwarded-for': client });
    expect([(await from('1.1.1.1', 'a')).statusCode, (await from('2.2.2.2', 'b')).statusCode]).toEqual([200, 429]);
    await web.app.close();
    web = await startWeb({ rateLimitPerIp: 1, trustProxy: 1 });
    expect([(await from('1.1.1.1', 'a')).statusCode, (await from('2.2.2.2', 'b')).statusCode]).toEqual([200, 200]);
    expect((await from('9.9.9.9, 2.2.2.2', 'c')).statusCode, 'only the hop before the proxy counts').toBe(429);
  });
});

describe('point 5: no 4xx for a notification that is merely disliked', () => {
  it('stores the usable alerts of a group and reports the rest', async () => {
    web = await startWeb();
    const answer = await post('{"alerts":[7,{"labels":{"alertname":"A"}},{"labels":"x"}],"unknown":[1]}');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      report_urls: [{ fingerprint: 'd2c6efc389df0927' }],
      rejected_alerts: [
        { index: 0, detail: 'is a number, not an object' },
        { index: 2, detail: 'labels: is a string, not an object' },
      ],
    });
    expect(web.log).toContainEqual(expect.objectContaining({ level: 40, msg: 'delivery recorded in part' }));
  });

  it('accepts a delivery of nothing', async () => {
    web = await startWeb();
    const answer = await post('{"alerts":[]}');
    expect([answer.statusCode, answer.json().report_urls]).toEqual([200, []]);
  });
});

describe('point 6: the operator’s mistakes', () => {
  it('answers 400 to a cluster name that cannot be one', async () => {
    web = await startWeb();
    for (const name of ['a%20b', 'x'.repeat(64), '%3Cscript%3E']) {
      const answer = await post(MANUAL_TEST, {}, `/webhook/${name}`);
      expect(answer.statusCode).toBe(400);
      expect(answer.json().detail).toContain('cluster');
    }
    expect(web.store.deliveries).toHaveLength(0);
  });

  it('answers 404 below a cluster, and 400 to a path that is no text, always with a detail', async () => {
    web = await startWeb();
    expect((await post(MANUAL_TEST, {}, '/webhook/eu/more')).json()).toEqual({ detail: 'Not found' });
    const broken = await post(MANUAL_TEST, {}, '/webhook/%ff');
    expect([broken.statusCode, broken.json()]).toEqual([400, { detail: 'Bad request' }]);
  });
});

describe('point 7: no redirect, slash or not', () => {
  it.each(['/webhook', '/webhook/', '//webhook', '/webhook//', '/webhook/eu', '/webhook/eu/'])('takes alerts at %s', async (url) => {
    web = await startWeb();
    const answer = await post(MANUAL_TEST, {}, url);
    expect(answer.statusCode).toBe(200);
    expect(web.store.deliveries[0]?.cluster).toBe(url.includes('eu') ? 'eu' : 'default');
    expect(answer.json().report_urls[0].report_url).toBe(`http://localhost:8001/report/test123${url.includes('eu') ? '?cluster=eu' : ''}`);
  });
});

describe('point 8: GET /webhook is 405', () => {
  it.each(['GET', 'HEAD', 'DELETE', 'PATCH', 'OPTIONS'] as const)('refuses %s and says what is allowed', async (method) => {
    web = await startWeb({ webhookTokens: ['t'] });
    for (const url of ['/webhook', '/webhook/', '/webhook/eu']) {
      const answer = await web.app.inject({ method, url });
      expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'POST, PUT']);
      if (method !== 'HEAD') expect(answer.json()).toEqual({ detail: 'Method not allowed' });
      expect(answer.headers['x-ratelimit-limit']).toBe('100');
    }
  });
});

describe('point 9: large bodies', () => {
  it('takes 16 MiB and answers 413 beyond the limit, with a clear log line', async () => {
    web = await startWeb({ bodyLimitBytes: 17 * 1024 * 1024 });
    const big = (mebibytes: number): string => group(alert('big', { annotations: { description: 'x'.repeat(mebibytes * 1024 * 1024) } }));
    expect((await post(big(16))).statusCode).toBe(200);
    const answer = await post(big(17));
    expect([answer.statusCode, answer.json()]).toEqual([413, { detail: `Request body too large: the limit is ${17 * 1024 * 1024} bytes` }]);
    expect(web.log).toContainEqual(
      expect.objectContaining({ level: 40, msg: 'request body too large', client: '10.0.0.7', fix: expect.stringContaining('BODY_LIMIT') }),
    );
  });
});

describe('point 10: POST and PUT, any content type', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'text/json',
    'text/plain',
    'application/vnd.x+json',
    'application/x-www-form-urlencoded',
    '',
    'x',
    'application/json; charset="',
  ])('takes content type %j', async (type) => {
    web = await startWeb();
    const headers: Record<string, string> = type ? { 'content-type': type } : {};
    for (const method of ['POST', 'PUT'] as const) {
      const answer = await web.app.inject({ method, url: '/webhook', payload: Buffer.from(MANUAL_TEST), headers });
      expect(answer.statusCode).toBe(200);
    }
  });
});

describe('point 13: no label is needed', () => {
  it('answers with names for what is missing', async () => {
    web = await startWeb();
    const answer = await post('{"alerts":[{"labels":{"severity":"none"}}]}');
    expect(answer.json().report_urls[0]).toMatchObject({ alert_name: '(no alertname)', namespace: 'Unknown' });
  });
});

describe('point 28: strings are hostile', () => {
  it('escapes a fingerprint in its link', async () => {
    web = await startWeb();
    const fingerprint = '../<b>?x=1#"/ä';
    const answer = await post(group(alert(fingerprint)));
    expect(answer.json().report_urls[0].report_url).toBe(`http://localhost:8001/report/${encodeURIComponent(fingerprint)}`);
    const report = await web.app.inject({ url: `/reports/${encodeURIComponent(fingerprint)}` });
    expect(report.json().fingerprint).toBe(fingerprint);
  });

  it('writes one line per delivery whatever is in it', async () => {
    web = await startWeb();
    await post(group(alert('a', { labels: { alertname: 'x\n{"level":60}' } })), { 'user-agent': 'x'.repeat(5_000) });
    expect(web.log).toHaveLength(1);
    expect(String(web.log[0]?.['sender']).length).toBe(256);
  });
});

describe('point 33: the bearer token', () => {
  const codes = async (headers: Record<string, string>) => (await post(MANUAL_TEST, headers)).statusCode;

  it('is accepted whatever the case of the scheme, and every one of several', async () => {
    web = await startWeb({ webhookTokens: ['old', 'new'] });
    for (const authorization of ['Bearer old', 'bearer new', 'BEARER  old']) expect(await codes({ authorization })).toBe(200);
  });

  it('is missed with 401, a short body, a log line with the client and a count, before the body is read', async () => {
    web = await startWeb({ webhookTokens: ['secret'] });
    for (const authorization of ['Bearer wrong', 'Bearer secretx', 'Bearer', 'Basic secret', 'secret', 'Bearer secret secret'])
      expect(await codes({ authorization })).toBe(401);
    const answer = await post('no json', {});
    expect([answer.statusCode, answer.body]).toEqual([401, '{"detail":"Unauthorized"}']);
    expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '100' });
    expect(web.log.at(-1)).toMatchObject({ level: 40, msg: expect.stringContaining('Unauthorized'), client: '10.0.0.7' });
    expect(JSON.stringify(web.log)).not.toContain('secret');
    const metrics = await web.app.inject('/metrics');
    expect(metrics.body).toContain('oncallm_webhook_errors_total{reason="unauthorized"} 7');
  });

  it('is not asked for when none is set', async () => {
    web = await startWeb();
    expect(await codes({})).toBe(200);
  });
});

describe('point 34: error bodies are short and keep secrets', () => {
  it('says nothing about a bug but that there is one', async () => {
    web = await startWeb({}, { receive: () => Promise.reject(new Error('password=hunter2')) });
    const answer = await post(MANUAL_TEST);
    expect([answer.statusCode, answer.body]).toEqual([500, '{"detail":"Internal server error"}']);
    expect(web.log).toContainEqual(expect.objectContaining({ level: 50, msg: 'request failed' }));
  });
});

describe('more large bodies at once than there is memory for', () => {
  it('are told to come again, while small ones are taken; and there is room again once those before are answered', async () => {
    const commit = Promise.withResolvers<Recorded>();
    web = await startWeb({ bodyLimitBytes: 100_000 }, { receive: () => commit.promise });
    const large = (name: string) => group(alert(name, { annotations: { description: 'x'.repeat(90_000) } }));
    const before = ['a', 'b', 'c'].map((name) => post(large(name), { 'user-agent': ALERTMANAGER }));
    await new Promise((resolve) => setImmediate(resolve));
    const refused = await post(large('d'), { 'user-agent': ALERTMANAGER });
    expect([refused.statusCode, refused.json(), refused.headers['retry-after']]).toEqual([503, { detail: 'Too many large requests at once' }, '2']);
    const small = post(group(alert('e')));
    commit.resolve({ alerts: [], queued: [], cancelled: [] });
    for (const answer of [...(await Promise.all(before)), await small, await post(large('d'))]) expect(answer.statusCode).toBe(200);
    expect((await web.app.inject('/metrics')).body).toContain('oncallm_webhook_errors_total{reason="busy"} 1');
  });
});
