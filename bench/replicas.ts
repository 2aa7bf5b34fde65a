import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../suites/postgres/postgres-server.ts';
import { multiplyRecording } from './cluster/multiply-recording.ts';
import { startKubesimProcess } from './cluster/start-kubesim.ts';
import { startProduct } from './cluster/start-product.ts';
import { delivery } from './ingest/deliveries.ts';
import { closedLoop, openLoop } from './ingest/load.ts';
import { untilIdle } from './storm/reports.ts';
import { stormDelivery } from './storm/storm-delivery.ts';

/**
 * What further replicas bring: `npm run bench:replicas [-- --most 4 --seconds 5 --groups 100]`. One, two, three and four replicas on one PostgreSQL, each figure also divided by that of
 * one replica: alerts a second (20 a request, none investigated meanwhile), and investigations a second of so many groups sent at once. Everything is on this machine: with few processors
 * the replicas take them from each other and from the database, and no ratio says more than that none is in another's way.
 */
const { values } = parseArgs({
  options: {
    most: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '5' },
    groups: { type: 'string', default: '100' },
    scenario: { type: 'string', default: 'scenarios/memory-limit' },
  },
});
const [most, seconds, groups] = [Number(values.most), Number(values.seconds), Number(values.groups)];
/** Each replica is sent to over so many connections. */
const CONNECTIONS = 8;

const directory = mkdtempSync(path.join(tmpdir(), 'oncallm-bench-'));
const snapshot = path.join(directory, 'snapshot');
const kubeconfigPath = path.join(directory, 'kubeconfig');
const namespace = multiplyRecording(values.scenario, snapshot, groups + most);
const sim = await startKubesimProcess(snapshot, kubeconfigPath, 20);
const postgres = await startPostgres({ fsync: 'on', max_connections: '200' });
console.log(`${availableParallelism()} processors for everything\n\nreplicas   alerts/s   ratio   investigations/s   ratio`);
try {
  let first: { readonly alerts: number; readonly investigations: number } | undefined;
  for (let count = 1; count <= most; count += 1) {
    const measured = { investigations: await investigationsPerSecond(count), alerts: await alertsPerSecond(count) };
    first ??= measured;
    const ratio = (of: keyof typeof measured): string => (measured[of] / (first?.[of] ?? 1)).toFixed(2).padStart(8);
    console.log(
      `${String(count).padStart(8)}${measured.alerts.toFixed(0).padStart(11)}${ratio('alerts')}${measured.investigations.toFixed(1).padStart(19)}${ratio('investigations')}`,
    );
  }
} finally {
  sim.stop();
  await postgres.remove();
  rmSync(directory, { recursive: true, force: true });
}

type Products = readonly Awaited<ReturnType<typeof startProduct>>[];

async function withReplicas<T>(count: number, env: Readonly<Record<string, string>>, use: (products: Products) => Promise<T>): Promise<T> {
  const DATABASE_URL = await postgres.createDatabase();
  const products = await Promise.all(Array.from({ length: count }, () => startProduct({ DATABASE_URL, ...env })));
  try {
    return await use(products);
  } finally {
    await Promise.all(products.map((product) => product.stop()));
  }
}

/** Alerts that always fire are recorded and never investigated. */
function alertsPerSecond(count: number): Promise<number> {
  return withReplicas(count, { KUBECONFIG: '' }, async (products) => {
    let serial = 0;
    const quiet = () => {
      const { body, alerts } = delivery(serial++, 20);
      return { body: body.replaceAll('"severity":"warning"', '"severity":"none"'), alerts };
    };
    const results = await Promise.all(products.map(({ port }) => closedLoop(port, quiet, { connections: CONNECTIONS, seconds })));
    return results.reduce((sum, result) => sum + result.alerts / result.seconds, 0);
  });
}

function investigationsPerSecond(count: number): Promise<number> {
  return withReplicas(count, { KUBECONFIG: kubeconfigPath }, async (products) => {
    const deliver = (group: number) => stormDelivery({ group, namespace: `${namespace}-${group}`, alerts: 1 });
    const idle = () => Promise.all(products.map(({ url }) => untilIdle(url)));
    for (const [index, { port }] of products.entries()) await openLoop(port, () => deliver(groups + index), { perSecond: 1, seconds: 1 });
    await idle();
    const began = performance.now();
    await Promise.all(
      products.map(({ port }, index) => {
        const own = Array.from({ length: groups }, (_, group) => group).filter((group) => group % count === index);
        return openLoop(port, (nth) => deliver(own[nth] ?? 0), { perSecond: own.length, seconds: 1 });
      }),
    );
    await idle();
    return groups / ((performance.now() - began) / 1_000);
  });
}
