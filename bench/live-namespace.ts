import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Report } from '#domain/report.ts';
import { growNamespace } from './cluster/grow-namespace.ts';
import { startKubesimProcess } from './cluster/start-kubesim.ts';
import { startProduct } from './cluster/start-product.ts';

/**
 * What one alert in a large namespace costs from the webhook to the report, over HTTP: `npm run bench:live-namespace [-- --sizes 200,2000,5000]`. The built product and the simulated API
 * server run in processes of their own. Baseline in the same run: reading the same lists in pages of 500, one after the other, and parsing their JSON, which any client does.
 * Exit code 1 when 2,000 pods with 20,000 events take longer (on a busy machine: more processor time) or more memory than they may, or the cause is not found.
 */
const { values } = parseArgs({ options: { sizes: { type: 'string', default: '200,2000,5000' }, latency: { type: 'string', default: '0' } } });
const MUST = { pods: 2_000, seconds: 3, megabytes: 400 };
const CAUSE = 'OOMKilled';
const SCENARIO = 'scenarios/memory-limit';
const ALERT = readFileSync(path.join(SCENARIO, 'alert.json'), 'utf8');
const LISTS = ['/api/v1/namespaces/ticketing/pods', '/api/v1/namespaces/ticketing/events'];

console.log('   pods   events   seconds   processor   baseline   requests   peak MB   cause');
for (const pods of values.sizes.split(',').map(Number)) {
  const directory = mkdtempSync(path.join(tmpdir(), 'oncallm-bench-'));
  try {
    await measure(pods, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(pods: number, directory: string): Promise<void> {
  const [snapshot, kubeconfigPath] = [path.join(directory, 'snapshot'), path.join(directory, 'kubeconfig')];
  growNamespace(SCENARIO, snapshot, 'storefront', pods);
  const cluster = await startKubesimProcess(snapshot, kubeconfigPath, Number(values.latency));
  const product = await startProduct({ DATABASE_URL: path.join(directory, 'oncallm.db'), KUBECONFIG: kubeconfigPath });
  try {
    const server = /server: (\S+)/.exec(readFileSync(kubeconfigPath, 'utf8'))?.[1] ?? '';
    await investigate(product.url, ALERT.replaceAll('ticketing', 'kube-system').replaceAll(/"fingerprint": "/g, '$&0'));
    const before = await cluster.requests();
    const cpuBefore = product.cpuSeconds();
    const report = await investigate(product.url, ALERT);
    const seconds = report.seconds;
    const cpu = product.cpuSeconds() - cpuBefore;
    const requests = (await cluster.requests()) - before;
    const baseline = await readBare(server);
    const megabytes = product.peakMegabytes();
    const row = [String(pods), String(pods * 10), seconds.toFixed(2), cpu.toFixed(2), baseline.toFixed(2), String(requests), megabytes.toFixed(0)];
    const widths = [7, 9, 10, 12, 11, 11, 10];
    console.log(`${row.map((text, index) => text.padStart(widths[index] ?? 0)).join('')}   ${report.cause}`);
    const tooMuch = pods === MUST.pods && (Math.min(seconds, cpu) > MUST.seconds || megabytes > MUST.megabytes);
    if (tooMuch) console.error(`Worse than it must be: ${MUST.pods} pods within ${MUST.seconds} s and ${MUST.megabytes} MB.`);
    if (tooMuch || report.cause !== CAUSE) process.exitCode = 1;
  } finally {
    await product.stop();
    cluster.stop();
  }
}

/** Seconds from the post to the settled report, and its first cause. */
async function investigate(url: string, body: string): Promise<{ readonly seconds: number; readonly cause: string }> {
  const began = performance.now();
  const answer = await fetch(`${url}/webhook`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { report_urls: urls } = (await answer.json()) as { readonly report_urls: readonly { readonly fingerprint: string }[] };
  for (;;) {
    const report = (await (await fetch(`${url}/reports/${urls[0]?.fingerprint}`)).json()) as Report;
    if (report.status === 'completed') return { seconds: (performance.now() - began) / 1_000, cause: report.analysis?.root_causes[0]?.code ?? 'none' };
    if (report.status === 'failed') throw new Error('the investigation failed');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Seconds to read the lists that are long, page after page, and parse them. */
async function readBare(server: string): Promise<number> {
  const began = performance.now();
  await Promise.all(
    LISTS.map(async (list) => {
      let token = '';
      do {
        const page = await fetch(`${server}${list}?limit=500${token && `&continue=${token}`}`);
        const { metadata } = (await page.json()) as { readonly metadata: { readonly continue?: string } };
        token = metadata.continue ?? '';
      } while (token);
    }),
  );
  return (performance.now() - began) / 1_000;
}
