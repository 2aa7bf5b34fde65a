import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SeriesQuestion } from '#domain/question.ts';
import { describeSourceContract } from '../testing/contract.ts';
import { createPrometheusSource, type PrometheusOptions, type PrometheusSource } from './prometheus-source.ts';

const QUESTION: SeriesQuestion = {
  about: 'series',
  topic: 'metrics',
  metric: 'up',
  matchers: [{ label: 'job', op: '=', value: 'api' }],
  from: '2025-01-02T15:00:00Z',
  to: '2025-01-02T16:00:00Z',
  stepSeconds: 60,
};
const clock = () => new Date('2025-01-02T16:00:00Z');
const never = new AbortController().signal;

describeSourceContract('Prometheus', {
  make: (url, secret) => createPrometheusSource({ url, bearerToken: secret, timeoutMs: 150, clock: () => new Date() }),
  question: QUESTION,
});

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

const seen: Seen[] = [];
let answer: (request: Seen) => { readonly status?: number; readonly body: unknown; readonly gzip?: boolean } = () => ({ body: {} });
const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const what = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      form: new URLSearchParams(Buffer.concat(chunks).toString()),
    };
    seen.push(what);
    const { status = 200, body, gzip } = answer(what);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...(gzip && { 'content-encoding': 'gzip' }) }).end(gzip ? gzipSync(text) : text);
  });
});
let url = '';
const open: PrometheusSource[] = [];

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  seen.length = 0;
});
afterAll(async () => {
  await Promise.all(open.map((source) => source.close()));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function source(options: Partial<PrometheusOptions> = {}): PrometheusSource {
  const made = createPrometheusSource({ url, timeoutMs: 2_000, clock, ...options });
  open.push(made);
  return made;
}
function matrix(...result: readonly unknown[]) {
  return { status: 'success', data: { resultType: 'matrix', result } };
}

describe('questions', () => {
  it('asks for the range, in a form, and reads the series', async () => {
    answer = () => ({
      body: matrix({
        metric: { __name__: 'up', job: 'api', pod: 'a' },
        values: [
          [1735830000, '1'],
          [1735830060, 'NaN'],
          [1735830120.5, '+Inf'],
          [1735830180, '0.5'],
        ],
      }),
    });
    const evidence = await source().answer(QUESTION, never);
    expect(evidence).toMatchObject({ outcome: 'present', observedAt: '2025-01-02T16:00:00.000Z' });
    expect(evidence.outcome === 'present' && evidence.data).toEqual([
      {
        labels: { job: 'api', pod: 'a' },
        samples: [
          { at: 1735830000000, value: 1 },
          { at: 1735830180000, value: 0.5 },
        ],
      },
    ]);
    expect(seen).toMatchObject([{ method: 'POST', url: '/api/v1/query_range' }]);
    expect(Object.fromEntries(seen[0]!.form)).toEqual({ query: 'up{job="api"}', start: '1735830000', end: '1735833600', step: '60', timeout: '2s' });
  });

  it('asks for the samples as they were scraped where the step is finer than they lie apart', async () => {
    const values = [0, 240, 480, 481, 484, 490].map((after) => [1735830000 + after, String(after)]);
    answer = () => ({ body: matrix({ metric: { pod: 'a' }, values }) });
    const evidence = await source().answer({ ...QUESTION, stepSeconds: 15 }, never);
    expect(seen).toMatchObject([{ method: 'POST', url: '/api/v1/query' }]);
    expect(Object.fromEntries(seen[0]!.form)).toEqual({ query: 'up{job="api"}[3600s]', time: '1735833600', timeout: '2s' });
    // Of those within a step the newest.
    expect(evidence.outcome === 'present' && evidence.data[0]?.samples.map(({ value }) => value)).toEqual([0, 240, 490]);
  });

  it('reads who calls whom with one query, of a mesh and of traces, and lets the server give up in time', async () => {
    const istio = { source_workload: 'web', source_workload_namespace: 'shop', destination_workload: 'cart', destination_workload_namespace: 'shop' };
    const vector = [istio, { ...istio, source_workload: 'unknown' }, { client: 'web', server: 'mail' }, { client: 'user', server: 'web' }, { job: 'x' }];
    answer = () => ({ body: { status: 'success', data: { resultType: 'vector', result: vector.map((metric) => ({ metric, value: [1735830000, '3'] })) } } });
    const evidence = await source().answer({ about: 'calls', topic: 'metrics', at: '2025-01-02T15:00:00Z' }, never);
    expect(evidence).toMatchObject({ outcome: 'present' });
    expect(evidence.outcome === 'present' && evidence.data).toEqual([
      { client: { name: 'web', namespace: 'shop' }, server: { name: 'cart', namespace: 'shop' } },
      { client: { name: 'web', namespace: undefined }, server: { name: 'mail', namespace: undefined } },
    ]);
    expect(seen).toMatchObject([{ method: 'POST', url: '/api/v1/query' }]);
    expect(seen[0]?.form.get('query')).toMatch(
      /^count by \(source_workload, .*, client, .*\) \(\{__name__=~"istio_requests_total\|.*traces_service_graph_request_total"\}\)$/,
    );
    expect([seen[0]?.form.get('time'), seen[0]?.form.get('timeout')]).toEqual(['1735830000', '1s']);
  });

  it('a list without series is a fact, unless somebody behind the server did not answer', async () => {
    answer = () => ({ body: matrix() });
    expect(await source().answer(QUESTION, never)).toMatchObject({ outcome: 'present', data: [] });
    answer = () => ({ body: { ...matrix(), warnings: ['store 2: context deadline exceeded'] } });
    expect(await source().answer(QUESTION, never)).toMatchObject({ outcome: 'unavailable', reason: 'unreachable' });
  });

  it('uses a partial answer, says that it is one, and logs it', async () => {
    const logged: string[] = [];
    answer = () => ({ body: { ...matrix({ metric: {}, values: [[1735830000, '1']] }), warnings: ['store 2 is down'] } });
    expect(await source({ log: (message) => logged.push(message) }).answer(QUESTION, never)).toMatchObject({
      outcome: 'present',
      lacks: expect.stringMatching(/^Prometheus answered .* in part only: store 2 is down$/),
    });
    expect(logged).toEqual(['Prometheus answered in part only']);
  });

  it.each([
    ['2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z', 15, '268'],
    ['2025-01-02T15:00:00Z', '2025-01-02T15:00:00Z', 0, '1'],
    ['2025-01-02T15:00:00Z', '2025-01-02T16:00:00Z', Number.NaN, '1'],
  ])('keeps the points of %s to %s every %d seconds below the limit', async (from, to, stepSeconds, step) => {
    answer = () => ({ body: matrix() });
    await source().answer({ ...QUESTION, from, to, stepSeconds }, never);
    expect(seen[0]?.form.get('step')).toBe(step);
  });

  it.each([
    ['2025-01-02T16:00:00Z', '2025-01-02T15:00:00Z'],
    ['yesterday', '2025-01-02T15:00:00Z'],
  ])('does not ask for a range that is none: %s to %s', async (from, to) => {
    expect(await source().answer({ ...QUESTION, from, to }, never)).toMatchObject({ outcome: 'unavailable', reason: 'invalid' });
    expect(seen).toEqual([]);
  });

  it.each([
    ['bad_data', 400, 'invalid'],
    ['timeout', 503, 'timeout'],
    ['execution', 422, 'budget'],
    ['internal', 500, 'unreachable'],
  ])('reads the error %s', async (errorType, status, reason) => {
    answer = () => ({ status, body: { status: 'error', errorType, error: 'it did\nnot work' } });
    expect(await source().answer(QUESTION, never)).toMatchObject({ outcome: 'unavailable', reason, why: expect.stringContaining('it did not work') });
  });

  it('asks once what many ask at once, and goes on for the others when one gives up', async () => {
    answer = () => ({ body: matrix() });
    const made = source();
    const gone = new AbortController();
    const first = made.answer(QUESTION, gone.signal);
    const others = [made.answer(QUESTION, never), made.answer(QUESTION, never)];
    gone.abort();
    expect(await first).toMatchObject({ outcome: 'unavailable', reason: 'timeout' });
    for (const other of await Promise.all(others)) expect(other).toMatchObject({ outcome: 'present' });
    expect(await made.answer(QUESTION, never)).toMatchObject({ outcome: 'present' });
    expect(seen).toHaveLength(1);
  });

  it('evaluates any expression over a stretch of time', async () => {
    answer = () => ({ body: matrix() });
    const stretch = { from: '2026-03-01T11:00:00Z', to: '2026-03-01T12:00:00Z', stepSeconds: 60 };
    expect(await source().range('sum(up) / 2', stretch, never)).toMatchObject({ outcome: 'present' });
    expect(seen[0]?.form.get('query')).toBe('sum(up) / 2');
    expect(seen[0]?.form.get('step')).toBe('60');
    expect(await source().range('up', { ...stretch, to: 'never' }, never)).toMatchObject({ outcome: 'unavailable', reason: 'invalid' });
  });

  it('asks with GET where POST is refused, from then on', async () => {
    answer = ({ method }) => (method === 'POST' ? { status: 405, body: 'Method Not Allowed' } : { body: matrix() });
    const made = source();
    expect(await made.answer(QUESTION, never)).toMatchObject({ outcome: 'present' });
    expect(await made.answer({ ...QUESTION, metric: 'down' }, never)).toMatchObject({ outcome: 'present' });
    expect(seen.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    expect(new URL(seen[1]!.url, url).searchParams.get('query')).toBe('up{job="api"}');
  });

  it('does not read an answer that is too large, and stays well', async () => {
    answer = () => ({ body: matrix({ metric: { a: 'x'.repeat(5_000) }, values: [] }) });
    const made = source({ maxBytes: 1_000 });
    expect(await made.answer(QUESTION, never)).toMatchObject({ outcome: 'unavailable', reason: 'invalid', why: expect.stringContaining('1000 bytes') });
    answer = () => ({ body: matrix() });
    expect(await made.answer(QUESTION, never)).toMatchObject({ outcome: 'present' });
  });

  it('bounds what a small compressed answer may grow to', async () => {
    answer = () => ({ body: ' '.repeat(1_000_000), gzip: true });
    expect(await source({ maxBytes: 10_000 }).answer(QUESTION, never)).toMatchObject({ outcome: 'unavailable', reason: 'invalid' });
    answer = () => ({ body: matrix(), gzip: true });
    expect(await source().answer(QUESTION, never)).toMatchObject({ outcome: 'present' });
  });

  it('leaves malformed series and samples out', async () => {
    answer = () => ({
      body: matrix(
        null,
        7,
        { metric: 'x', values: [] },
        { metric: {}, values: 'x' },
        { metric: { a: 1, b: 'c' }, values: [null, [1], ['x', '1'], [2, 3], [20, '2'], [10, '1']] },
      ),
    });
    expect(await source().answer(QUESTION, never)).toMatchObject({
      data: [
        {
          labels: { b: 'c' },
          samples: [
            { at: 10_000, value: 1 },
            { at: 20_000, value: 2 },
          ],
        },
      ],
    });
  });
});

describe('who asks, and where', () => {
  it.each<readonly [string, Partial<PrometheusOptions>, Record<string, string>]>([
    ['a bearer token', { bearerToken: 'abc' }, { authorization: 'Bearer abc' }],
    ['basic authentication', { username: 'me', password: 'pass' }, { authorization: `Basic ${btoa('me:pass')}` }],
    ['headers', { headers: { 'X-Scope-OrgID': 'shop' } }, { 'x-scope-orgid': 'shop' }],
  ])('sends %s', async (_, options, headers) => {
    answer = () => ({ body: matrix() });
    await source(options).answer(QUESTION, never);
    expect(seen[0]?.headers).toMatchObject(headers);
  });

  it('takes prefix, query and credentials from the address and prints no credentials', async () => {
    answer = () => ({ status: 500, body: 'broken' });
    const evidence = await source({ url: `${url.replace('http://', 'http://me:pa%40ss@')}/select/0/prometheus/?extra=1` }).answer(QUESTION, never);
    expect(seen[0]).toMatchObject({ url: '/select/0/prometheus/api/v1/query_range?extra=1', headers: { authorization: `Basic ${btoa('me:pa@ss')}` } });
    expect(evidence.outcome === 'unavailable' && evidence.why).toContain('/select/0/prometheus/api/v1/query_range: answered 500: broken');
    expect(JSON.stringify(evidence)).not.toContain('pa@ss');
  });

  it('says when the authorities cannot be read', async () => {
    expect(await source({ caFile: '/does/not/exist.pem' }).answer(QUESTION, never)).toMatchObject({
      outcome: 'unavailable',
      why: expect.stringContaining('/does/not/exist.pem'),
    });
  });
});

describe('beyond questions', () => {
  it('finds the rules of an alert', async () => {
    const rule = { type: 'alerting', name: 'Slow', query: 'rate(x[5m]) > 0.5', duration: 600, labels: { severity: 'warning' }, annotations: {} };
    answer = () => ({
      body: {
        status: 'success',
        data: { groups: [{ name: 'g', rules: [rule, { ...rule, name: 'Other' }, { type: 'recording', name: 'Slow', query: 'y' }, 3] }] },
      },
    });
    expect(await source().rules('Slow', never)).toEqual({
      outcome: 'present',
      data: [
        {
          name: 'Slow',
          group: 'g',
          expression: 'rate(x[5m]) > 0.5',
          forMs: 600_000,
          labels: { severity: 'warning' },
          annotations: {},
          threshold: { op: '>', value: 0.5 },
          windowMs: 300_000,
        },
      ],
    });
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/api/v1/rules?type=alert&rule_name%5B%5D=Slow&exclude_alerts=true' });
    answer = () => ({ body: { status: 'success', data: { rules: [] } } });
    expect(await source().rules('Slow', never)).toMatchObject({ outcome: 'unavailable', reason: 'invalid' });
  });

  it('tells what a metric is', async () => {
    answer = () => ({ body: { status: 'success', data: { latency_ms: [{ type: 'gauge', help: 'Of answers.', unit: '' }] } } });
    const metric = 'latency_ms';
    expect(await source().describe(metric, never)).toEqual({ outcome: 'present', data: { metric, type: 'gauge', unit: 'milliseconds', help: 'Of answers.' } });
    expect(seen).toMatchObject([{ method: 'GET', url: '/api/v1/metadata?metric=latency_ms&limit=1' }]);
    answer = () => ({ status: 404, body: '404 page not found' });
    expect(await source().describe(metric, never)).toMatchObject({ outcome: 'unavailable' });
  });

  it('evaluates an expression at one time', async () => {
    answer = () => ({ body: { status: 'success', data: { resultType: 'vector', result: [{ metric: { pod: 'a' }, value: [1735830000, '3'] }] } } });
    expect(await source().instant('sum(up)', '2025-01-02T15:00:00Z', never)).toEqual({
      outcome: 'present',
      data: [{ labels: { pod: 'a' }, samples: [{ at: 1735830000000, value: 3 }] }],
    });
    expect(Object.fromEntries(seen[0]!.form)).toEqual({ query: 'sum(up)', time: '1735830000' });
    answer = () => ({ body: { status: 'success', data: { resultType: 'scalar', result: [1735830000, '4'] } } });
    expect(await source().instant('4', '2025-01-02T15:00:00Z', never)).toMatchObject({ data: [{ samples: [{ value: 4 }] }] });
  });

  it('checks by asking once, then by what it has learnt', async () => {
    answer = () => ({ body: { status: 'success', data: { resultType: 'vector', result: [] } } });
    const made = source();
    expect(await made.check(never)).toEqual({ state: 'ok', detail: url });
    expect(await made.check(never)).toMatchObject({ state: 'ok' });
    expect(made.requestCount()).toBe(1);
    answer = () => ({ status: 401, body: 'no' });
    await made.answer(QUESTION, never);
    expect(await made.check(never)).toMatchObject({ state: 'failing', detail: expect.stringContaining('401') });
  });
});
