import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { log } from '#domain/question.ts';
import { createLokiSource } from '#sources/loki/loki-source.ts';
import { createPrometheusSource } from '#sources/prometheus/prometheus-source.ts';
import { mutateJson } from '../mutate-json.ts';
import { mutateBytes } from '../mutate-text.ts';
import type { Random } from '../random.ts';
import { type Target, Violation } from '../target.ts';

const AT = '2026-01-05T03:10:00.000Z';
const FROM = '2026-01-05T02:10:00.000Z';

/** Answers as Prometheus and Loki write them. */
const ANSWERS: readonly unknown[] = [
  {
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: { __name__: 'up', pod: 'a' },
          values: [
            [1767582000, '1'],
            [1767582060.5, 'NaN'],
          ],
        },
      ],
    },
  },
  { status: 'success', data: { resultType: 'vector', result: [{ metric: { namespace: 'shop' }, value: [1767582000, '0.5'] }] } },
  { status: 'success', data: { resultType: 'scalar', result: [1767582000, '1'] }, warnings: ['store east did not answer'] },
  { status: 'error', errorType: 'bad_data', error: 'parse error at char 5' },
  {
    status: 'success',
    data: {
      groups: [
        {
          name: 'kubernetes',
          rules: [{ type: 'alerting', name: 'HighLatency', query: 'rate(x[5m]) > 0.9', duration: 300, labels: { severity: 'page' }, annotations: {} }],
        },
      ],
    },
  },
  {
    status: 'success',
    data: {
      resultType: 'streams',
      result: [
        {
          stream: { pod: 'a', container: 'b' },
          values: [
            ['1767582000000000000', 'line one'],
            ['1767582001000000000', 'two'],
          ],
        },
      ],
    },
  },
];

/** What a metrics or log server answers: any bytes under any status, to the real sources over a loopback connection. */
export async function createMetricsAnswerTarget(): Promise<Target> {
  let reply: Reply = { status: 200, headers: {}, body: Buffer.alloc(0), breaksOff: false };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(reply.status, reply.headers);
    if (reply.breaksOff) response.write(reply.body, () => response.destroy());
    else response.end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { url, timeoutMs: 2_000, coolOffMs: 0, clock: () => new Date(AT) };
  const [prometheus, loki] = [createPrometheusSource(options), createLokiSource({ ...options, lookbackMs: 3_600_000 })];
  const { signal } = new AbortController();
  const series = { about: 'series', topic: 'metrics', metric: 'up', matchers: [], from: FROM, to: AT, stepSeconds: 60 } as const;
  const stretch = { from: FROM, to: AT, stepSeconds: 60 };
  const asks: readonly (() => Promise<{ readonly outcome?: string; readonly state?: string }>)[] = [
    () => prometheus.answer(series, signal),
    () => prometheus.answer({ about: 'calls', topic: 'metrics', at: AT }, signal),
    () => prometheus.rules('HighLatency', signal),
    () => prometheus.range('up', stretch, signal),
    () => prometheus.instant('up', AT, signal),
    () => prometheus.check(signal),
    () => loki.answer(log({ kind: 'Pod', namespace: 'shop', name: 'a' }, 'b'), signal),
    () => loki.check(signal),
  ];
  return {
    name: 'metrics-answer',
    share: 115,
    async run(random) {
      reply = createReply(random);
      const answer = await random.pick(asks)();
      if (!['present', 'absent', 'unavailable'].includes(answer.outcome ?? '') && !['ok', 'failing', 'not-configured'].includes(answer.state ?? ''))
        throw new Violation(`no outcome: ${JSON.stringify(answer).slice(0, 200)}`, reply.body.toString('latin1'));
      const text = JSON.stringify(answer);
      if ('why' in answer && text.length > 4_000) throw new Violation(`a reason of ${text.length} characters`, reply.body.toString('latin1'));
    },
    async close() {
      await Promise.all([prometheus.close(), loki.close()]);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly breaksOff: boolean;
}

function createReply(random: Random): Reply {
  const json = mutateJson(random.pick(ANSWERS), random);
  const plain = Buffer.from(JSON.stringify(json) ?? 'undefined');
  const text = random.chance(0.4) ? mutateBytes(plain, random) : plain;
  const zipped = random.chance(0.15);
  const packed = zipped ? gzipSync(text) : text;
  const body = zipped && random.chance(0.5) ? mutateBytes(packed, random) : packed;
  return {
    status: random.chance(0.7) ? 200 : random.pick([201, 204, 301, 302, 400, 401, 403, 404, 405, 422, 429, 500, 502, 503]),
    headers: {
      'content-type': random.pick(['application/json', 'text/html', 'text/plain', '']),
      ...(zipped && { 'content-encoding': 'gzip' }),
      ...(random.chance(0.1) && { location: random.pick(['/login', 'http://169.254.169.254/', '::']) }),
    },
    body,
    breaksOff: random.chance(0.03),
  };
}
