import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { multiplyRecording } from './cluster/multiply-recording.ts';
import { startKubesimProcess } from './cluster/start-kubesim.ts';
import { startProduct } from './cluster/start-product.ts';
import { openLoop } from './ingest/load.ts';
import { listReports, untilIdle } from './storm/reports.ts';
import { stormDelivery } from './storm/storm-delivery.ts';

/**
 * A storm from its first byte to its last report, without a model: `npm run bench:storm [-- --alerts 10000 --groups 400 --within 10 --latency 20]`. The groups, one a namespace with
 * a broken workload of its own, are sent within so many seconds, whether or not answers come; the API server is simulated and answers after `latency` milliseconds. `--profile DIR` writes where the product's processor time goes.
 * Exit code 1 when a figure is worse than it must be.
 */
const MUST_WEBHOOK_MS = 100;
const MUST_REPORTED_S = 60;
const MUST_PEAK_MB = 400;

const { values } = parseArgs({
  options: {
    alerts: { type: 'string', default: '10000' },
    groups: { type: 'string', default: '400' },
    within: { type: 'string', default: '10' },
    latency: { type: 'string', default: '20' },
    scenario: { type: 'string', default: 'scenarios/memory-limit' },
    database: { type: 'string' },
    profile: { type: 'string' },
  },
});
const [alerts, groups, within] = [Number(values.alerts), Number(values.groups), Number(values.within)];
const directory = mkdtempSync(path.join(tmpdir(), 'oncallm-bench-'));
const snapshot = path.join(directory, 'snapshot');
const kubeconfigPath = path.join(directory, 'kubeconfig');
const namespace = multiplyRecording(values.scenario, snapshot, groups + 1);
const sim = await startKubesimProcess(snapshot, kubeconfigPath, Number(values.latency));
const product = await startProduct({
  DATABASE_URL: values.database ?? path.join(directory, 'oncallm.db'),
  KUBECONFIG: kubeconfigPath,
  ...(values.profile && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${values.profile}` }),
});
try {
  const deliver = (group: number) => stormDelivery({ group, namespace: `${namespace}-${group}`, alerts: Math.floor(alerts / groups) });
  // A storm does not come in the second in which a process starts: one incident before it.
  await openLoop(product.port, () => deliver(groups), { perSecond: 1, seconds: 1 });
  await untilIdle(product.url);
  const [idle, busyBefore] = [product.peakMegabytes(), product.cpuSeconds()];
  const began = performance.now();
  const { p50, p99, most, failures } = await openLoop(product.port, deliver, { perSecond: groups / within, seconds: within });
  await untilIdle(product.url);
  const reportedS = (performance.now() - began) / 1_000;
  const peak = product.peakMegabytes();
  const reports = await listReports(product.url);
  const answered = reports.filter(({ status }) => status === 'completed').length;
  const right = reports.filter(({ code }) => code === 'OOMKilled').length;

  console.log(`${alerts} alerts in ${groups} groups within ${within} s, ${failures} not taken`);
  console.log(`webhook            p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, most ${most.toFixed(0)} ms`);
  console.log(
    `all reported       ${reportedS.toFixed(1)} s after the first byte; ${answered} of ${reports.length} alerts answered, ${right} with the right cause`,
  );
  console.log(`Kubernetes         ${await sim.requests()} requests`);
  console.log(`processor          ${(product.cpuSeconds() - busyBefore).toFixed(1)} s of the product`);
  console.log(`memory             ${peak.toFixed(0)} MB at most, ${idle.toFixed(0)} MB before`);
  const missed = [
    most > MUST_WEBHOOK_MS && `every webhook within ${MUST_WEBHOOK_MS} ms`,
    reportedS > MUST_REPORTED_S && `all reported within ${MUST_REPORTED_S} s`,
    peak > MUST_PEAK_MB && `at most ${MUST_PEAK_MB} MB`,
    (failures > 0 || answered < alerts) && 'every alert taken and answered',
  ].filter((each) => each !== false);
  if (missed.length > 0) {
    console.error(`Worse than it must be: ${missed.join('; ')}.`);
    process.exitCode = 1;
  }
} finally {
  await product.stop();
  sim.stop();
  rmSync(directory, { recursive: true, force: true });
}
