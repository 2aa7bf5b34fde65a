import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SeriesQuestion } from '#domain/question.ts';
import { createPrometheusSource, type PrometheusOptions } from './prometheus-source.ts';

/** What servers that speak the Prometheus API answer otherwise than Prometheus does. */
const QUESTION: SeriesQuestion = {
  about: 'series',
  topic: 'metrics',
  metric: 'up',
  matchers: [],
  from: '2025-01-02T15:00:00Z',
  to: '2025-01-02T16:00:00Z',
  stepSeconds: 15,
};
const never = new AbortController().signal;
const up = { metric: { __name__: 'up', job: 'api' }, values: [[1735830000, '1']] };

let seen: { readonly method: string; readonly url: string; readonly headers: http.IncomingHttpHeaders }[] = [];
let answer: { readonly status?: number; readonly body: unknown } = { body: {} };
const server = http.createServer((request, response) => {
  seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
  request.resume();
  const { status = 200, body } = answer;
  response
    .writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' })
    .end(typeof body === 'string' ? body : JSON.stringify(body));
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  seen = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function using<T>(options: Partial<PrometheusOptions>, use: (source: ReturnType<typeof createPrometheusSource>) => Promise<T>): Promise<T> {
  const source = createPrometheusSource({ url, timeoutMs: 5_000, clock: () => new Date('2025-01-02T16:00:00Z'), ...options });
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}
const ask = (options: Partial<PrometheusOptions> = {}) => using(options, (source) => source.answer(QUESTION, never));
const matrix = (result: readonly unknown[], more: object = {}) => ({ body: { status: 'success', data: { resultType: 'matrix', result }, ...more } });

describe('Thanos', () => {
  it('is asked with the parameters in the address', async () => {
    answer = matrix([up]);
    await ask({ url: `${url}/?dedup=true&partial_response=true&max_source_resolution=0s` });
    expect(seen).toMatchObject([{ method: 'POST', url: '/api/v1/query?dedup=true&partial_response=true&max_source_resolution=0s' }]);
  });

  it('says by a warning which store did not answer: what came is used, and the rest is a gap', async () => {
    const warnings = ['No StoreAPIs matched for this query', 'receive series from Addr: 10.0.0.9:10901: rpc error: code = Unavailable'];
    answer = matrix([up], { warnings });
    expect(await ask()).toMatchObject({ outcome: 'present', lacks: expect.stringContaining('No StoreAPIs matched') });
    answer = matrix([], { warnings });
    expect(await ask()).toMatchObject({ outcome: 'unavailable', reason: 'unreachable' });
  });
});

describe('Mimir', () => {
  it('is asked under its prefix, as a tenant', async () => {
    answer = matrix([up]);
    expect(await ask({ url: `${url}/prometheus`, headers: { 'X-Scope-OrgID': 'shop' } })).toMatchObject({
      outcome: 'present',
      data: [{ labels: { job: 'api' } }],
    });
    expect(seen).toMatchObject([{ url: '/prometheus/api/v1/query', headers: { 'x-scope-orgid': 'shop' } }]);
  });

  it('without a tenant refuses, and says so', async () => {
    answer = { status: 401, body: 'no org id' };
    expect(await ask({ url: `${url}/prometheus` })).toMatchObject({ outcome: 'unavailable', reason: 'forbidden', why: expect.stringContaining('no org id') });
  });

  it('refuses too much at once', async () => {
    const error = 'the query exceeded the maximum number of chunks (limit: 2000000 chunks) (err-mimir-max-chunks-per-query)';
    answer = { status: 422, body: { status: 'error', errorType: 'execution', error } };
    expect(await ask()).toMatchObject({ outcome: 'unavailable', reason: 'budget', why: expect.stringContaining('err-mimir-max-chunks-per-query') });
  });
});

describe('VictoriaMetrics', () => {
  const prefix = '/select/0/prometheus';

  it('is asked under the prefix of an account, and has fields of its own in its answers', async () => {
    answer = matrix([up], { isPartial: false, stats: { seriesFetched: '1', executionTimeMsec: 2 } });
    const evidence = await ask({ url: `${url}${prefix}/` });
    expect(evidence).toMatchObject({ outcome: 'present', data: [{ samples: [{ value: 1 }] }] });
    expect(evidence).not.toHaveProperty('lacks');
    expect(seen).toMatchObject([{ url: `${prefix}/api/v1/query` }]);
  });

  it('says by isPartial that a storage node did not answer', async () => {
    answer = matrix([up], { isPartial: true });
    expect(await ask()).toMatchObject({ outcome: 'present', lacks: expect.stringContaining('isPartial') });
    answer = matrix([], { isPartial: true });
    expect(await ask()).toMatchObject({ outcome: 'unavailable', reason: 'unreachable' });
  });

  it.each([
    ['a path it does not serve', { status: 400, body: 'unsupported path requested: "/select/0/prometheus/api/v1/rules"' }],
    ['a vmalert that is not there', { status: 502, body: 'error when proxying the request to vmalert' }],
    ['a page that is not found', { status: 404, body: '404 page not found' }],
  ])('without rules (%s): nothing is learnt, and metrics are read as ever', async (_, refusal) => {
    await using({ url: `${url}${prefix}` }, async (source) => {
      answer = refusal;
      expect(await source.rules('Slow', never)).toMatchObject({ outcome: 'unavailable' });
      answer = matrix([up]);
      expect(await source.answer(QUESTION, never)).toMatchObject({ outcome: 'present' });
    });
  });
});
