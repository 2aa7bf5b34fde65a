import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Kubesim, startKubesim } from '#testing/kubesim/kubesim.ts';
import { freePort, type Product, scratch, startProduct, stopProduct, until, untilReady } from '../product/start-product.ts';

const SNAPSHOT = join(import.meta.dirname, '../../testing/kubesim/examples/crashloop-oom');
/** Each tells of the same pod: one investigation for each. */
const CLUSTERS = 40;
const POD = 'checkout-6c9f7d5b8-x2x7k';
/** What a report may take with everything that does not answer: each is given up once, together, and then left alone for a while. */
const REPORT_MS = 30_000;

/** Takes every connection and never says a word, as a service behind a dead network does. */
interface Silence {
  readonly url: string;
  /** Connections that were made. */
  readonly connections: () => number;
  close(): void;
}

async function openSilence(): Promise<Silence> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    connections: () => connections,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

interface Answered {
  readonly status: string;
  readonly analysis: { readonly degraded: readonly string[]; readonly evidence: readonly { readonly source: string }[]; readonly mode: string } | null;
}

describe('a service that never answers takes away only what it would have said', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let kubesim: Kubesim;
  let silence: Silence;
  const started: Product[] = [];

  beforeAll(async () => {
    folder = await scratch();
    silence = await openSilence();
    kubesim = await startKubesim({ snapshot: SNAPSHOT, kubeconfigPath: join(folder.dir, 'kubeconfig') });
  });
  afterAll(async () => {
    for (const product of started) product.process.kill('SIGKILL');
    silence.close();
    await kubesim.close();
    await folder.remove();
  });

  const clusters = Array.from({ length: CLUSTERS }, (_, index) => `cluster-${index}`);
  const post = async (product: Product, cluster: string): Promise<number> => {
    const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: POD, container: 'checkout', severity: 'warning' };
    const body = JSON.stringify({ alerts: [{ status: 'firing', labels, annotations: {}, startsAt: '2026-03-01T10:00:00Z', fingerprint: 'pod' }] });
    const answer = await fetch(`${product.url}/webhook/${cluster}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await answer.body?.cancel();
    return answer.status;
  };

  /** The settings that lead to it, and how a report says that it did not answer. */
  const SERVICES = [
    { name: 'Prometheus', said: '/api/v1/rules: no answer', settings: (url: string) => ({ PROMETHEUS_URL: url }) },
    { name: 'Loki', said: '/loki/api/v1/query_range: no answer', settings: (url: string) => ({ LOKI_URL: url }) },
    {
      name: 'a model',
      said: 'Model openai-compatible/test-model: ',
      settings: (url: string) => ({
        LLM_MODEL: 'openai/test-model',
        LLM_API_BASE: `${url}/v1`,
        OPENAI_API_KEY: 'test',
        AI_TIMEOUT: '5',
        LLM_SKIP_CERTAIN: 'off',
      }),
    },
  ];

  test.each(SERVICES)(
    '$name',
    async ({ name, said, settings }) => {
      const env = { KUBECONFIG: join(folder.dir, 'kubeconfig'), LOG_LEVEL: 'warn', ...settings(silence.url) };
      const main = process.env['ONCALLM_MAIN'];
      const product = startProduct({ database: join(folder.dir, `${name}.db`), port: await freePort(), env, ...(main !== undefined && { main }) });
      started.push(product);
      await untilReady(product);
      const before = silence.connections();
      const began = performance.now();
      const statuses = await Promise.all(clusters.map((cluster) => post(product, cluster)));
      expect(new Set(statuses)).toEqual(new Set([200]));
      const reportOf = async (cluster: string): Promise<Answered> => (await (await fetch(`${product.url}/reports/pod?cluster=${cluster}`)).json()) as Answered;

      // The rules' answer of each is there whoever else is waited for.
      await until(
        product,
        'every report has an answer',
        async () => (await Promise.all(clusters.map(reportOf))).every(({ analysis }) => analysis !== null),
        REPORT_MS,
      );
      expect(performance.now() - began).toBeLessThan(REPORT_MS);
      for (const path of ['/livez', '/readyz', '/health', '/', '/metrics']) expect((await fetch(`${product.url}${path}`)).status, path).toBe(200);
      await until(
        product,
        'every investigation ends',
        async () => (await Promise.all(clusters.map(reportOf))).every(({ status }) => status === 'completed'),
        90_000,
      );

      for (const { analysis } of await Promise.all(clusters.map(reportOf))) {
        expect(analysis?.degraded.join('\n')).toContain(said);
        expect(analysis?.degraded.join('\n')).not.toContain('Kubernetes');
        expect(analysis?.evidence.some(({ source }) => source === 'kubernetes')).toBe(true);
      }
      // Once it is known not to answer it is left alone: not every investigation waits for it.
      expect(silence.connections() - before).toBeGreaterThan(0);
      expect(silence.connections() - before).toBeLessThan(CLUSTERS);
      expect(await stopProduct(product)).toBe(0);
    },
    150_000,
  );
});
