import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LogQuestion } from '#domain/question.ts';
import { describeSourceContract } from '../testing/contract.ts';
import { createLokiSource, type LokiOptions, type LokiSource, streamSelector } from './loki-source.ts';

const QUESTION: LogQuestion = { about: 'log', topic: 'logs', namespace: 'shop', pod: 'web-1', container: 'app', previous: false };
const never = new AbortController().signal;

describeSourceContract('Loki', {
  make: (url, secret) => createLokiSource({ url, password: secret, username: 'me', timeoutMs: 150, clock: () => new Date() }),
  question: QUESTION,
});

let answer: unknown = {};
const seen: { readonly url: URL; readonly headers: http.IncomingHttpHeaders }[] = [];
const server = http.createServer((request, response) => {
  seen.push({ url: new URL(request.url ?? '', 'http://x'), headers: request.headers });
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
let url = '';
const open: LokiSource[] = [];

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

function source(options: Partial<LokiOptions> = {}): LokiSource {
  const made = createLokiSource({ url, timeoutMs: 2_000, clock: () => new Date('2025-01-02T16:00:00Z'), ...options });
  open.push(made);
  return made;
}
function streams(...result: readonly (readonly (readonly unknown[])[])[]) {
  return { status: 'success', data: { resultType: 'streams', result: result.map((values) => ({ stream: { pod: 'web-1' }, values })) } };
}

describe('Loki', () => {
  it('asks for the last lines of the container and merges its streams in order', async () => {
    answer = streams(
      [
        ['1735830002000000002', 'third\n'],
        ['1735830000000000000', 'first'],
      ],
      [['1735830002000000001', 'second', { trace: 'x' }]],
    );
    const evidence = await source({ tenant: 'team-a' }).answer(QUESTION, never);
    expect(evidence.outcome === 'present' && evidence.data).toEqual({
      lines: [
        { at: '2025-01-02T15:00:00.000Z', text: 'first' },
        { at: '2025-01-02T15:00:02.000Z', text: 'second' },
        { at: '2025-01-02T15:00:02.000Z', text: 'third' },
      ],
      truncated: false,
    });
    expect(seen[0]?.headers['x-scope-orgid']).toBe('team-a');
    expect(seen[0]?.url.pathname).toBe('/loki/api/v1/query_range');
    expect(Object.fromEntries(seen[0]!.url.searchParams)).toEqual({
      query: '{namespace="shop",pod="web-1",container="app"}',
      limit: '2001',
      direction: 'backward',
      start: '1735812000000000000',
      end: '1735833600000000000',
    });
  });

  it('keeps the newest lines and says that there were more', async () => {
    answer = streams([
      ['1735830003000000000', 'c'],
      ['1735830002000000000', 'b'],
      ['1735830001000000000', 'a'],
    ]);
    expect(await source({ maxLines: 2 }).answer(QUESTION, never)).toMatchObject({ data: { lines: [{ text: 'b' }, { text: 'c' }], truncated: true } });
  });

  it('bounds lines and their sum', async () => {
    answer = streams(Array.from({ length: 40 }, (_, index) => [`17358300${String(index).padStart(2, '0')}000000000`, 'x'.repeat(100_000)]));
    const evidence = await source().answer(QUESTION, never);
    const lines = evidence.outcome === 'present' ? evidence.data.lines : [];
    expect(lines).toHaveLength(16);
    expect(lines.every(({ text }) => text.length === 65_536)).toBe(true);
  });

  it('leaves malformed entries out', async () => {
    answer = streams([['x', 'no'], [1, 'no'], ['1735830001000000000', 7], ['1735830001000000000', 'yes'], []] as never);
    expect(await source().answer(QUESTION, never)).toMatchObject({ data: { lines: [{ text: 'yes' }] } });
  });

  it('a container without lines is a gap, not a fact', async () => {
    answer = streams();
    expect(await source().answer(QUESTION, never)).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded', why: expect.stringContaining('web-1') });
  });

  it('cannot tell the run before', async () => {
    expect(await source().answer({ ...QUESTION, previous: true }, never)).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded' });
    expect(seen).toEqual([]);
  });

  it('quotes values and uses the names of labels given', () => {
    expect(streamSelector({ namespace: 'a"} |= "', pod: 'b\\', container: 'c' }, { namespace: 'ns', pod: 'pod_name', container: 'container' })).toBe(
      String.raw`{ns="a\"} |= \"",pod_name="b\\",container="c"}`,
    );
  });

  it('checks by asking for a single line', async () => {
    answer = streams();
    expect(await source().check(never)).toEqual({ state: 'ok', detail: url });
  });
});
