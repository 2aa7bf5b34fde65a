import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startKubesim } from '#testing/kubesim/kubesim.ts';
import { freePort, runProduct, scratch } from './start-product.ts';

const SCENARIOS = join(import.meta.dirname, '../../scenarios');
let folder: Awaited<ReturnType<typeof scratch>>;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder.remove());

test('the demo answers every recorded incident, and ends with --once', async () => {
  const { code, out, err } = await runProduct(['demo', '--once', '--port', String(await freePort())]);
  expect(err).toBe('');
  expect(code).toBe(0);
  const names = readdirSync(SCENARIOS, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  expect(out).toContain(`${names.length} of ${names.length} answered.`);
  for (const name of names) {
    const { codes } = JSON.parse(readFileSync(join(SCENARIOS, name, 'expected.json'), 'utf8')) as { readonly codes: readonly string[] };
    const answer = out.split('\n\n').find((block) => block.startsWith(`${name}  `)) ?? '';
    expect(answer).toContain('/report/');
    if (codes.length > 0) expect(codes.filter((each) => answer.includes(` · ${each} · `))).toHaveLength(1);
    else expect(answer).toContain('Nothing wrong was found');
  }
});

test('replay prints a report as text, JSON and Markdown', async () => {
  const dir = join(SCENARIOS, 'memory-limit');
  expect((await runProduct(['replay', dir])).out).toContain('certain · OOMKilled · Deployment ticketing/seat-map');
  const json = JSON.parse((await runProduct(['replay', dir, '--json'])).out);
  expect(json).toMatchObject({ status: 'completed', analysis: { root_causes: [{ code: 'OOMKilled' }] } });
  expect((await runProduct(['replay', dir, '--markdown'])).out).toMatch(/^# KubePodCrashLooping in ticketing/);
  expect(await runProduct(['replay', join(folder.dir, 'nowhere')])).toMatchObject({ code: 1, err: expect.stringContaining('There is no directory') });
});

test('investigate without a cluster says what it could not read, instead of that all is well', async () => {
  const { code, out } = await runProduct(['investigate', '--alertname', 'KubePodCrashLooping', '-n', 'shop', '-l', 'pod=web-1']);
  expect(code).toBe(0);
  expect(out).toContain('The cause was not found');
  expect(out).toContain('No cluster is configured');
  expect(await runProduct(['investigate'])).toMatchObject({ code: 2 });
});

test('doctor checks every part and says what to fix', async () => {
  const { code, out } = await runProduct(['doctor'], {
    DATABASE_URL: join(folder.dir, 'doctor.db'),
    PROMETHEUS_URL: 'http://127.0.0.1:9',
    ONCALLM_BASE_URL: 'https://oncallm.example.com',
  });
  expect(code).toBe(1);
  expect(out).toMatch(/^ok {4}Database: opens, reads and writes$/m);
  expect(out).toMatch(/^note {2}Settings: .*ONCALLM_WEBHOOK_TOKEN/m);
  expect(out).toMatch(/^note {2}Kubernetes: No cluster is configured/m);
  expect(out).toMatch(/^FAIL {2}Prometheus: /m);
  expect(await runProduct(['doctor'], { APP_PORT: 'x' })).toMatchObject({ code: 3, out: expect.stringMatching(/^FAIL {2}Settings: APP_PORT/) });
});

test('doctor misses no add-on that the cluster does not have, and notes one that may not be read', async () => {
  const kubeconfigPath = join(folder.dir, 'kubeconfig');
  const cluster = await startKubesim({ snapshot: join(SCENARIOS, 'memory-limit'), kubeconfigPath });
  const doctor = () => runProduct(['doctor'], { DATABASE_URL: join(folder.dir, 'doctor-cluster.db'), KUBECONFIG: kubeconfigPath });
  try {
    const { out } = await doctor();
    expect(out).toMatch(/^ok {4}Kubernetes: .*; (\d+) of \1 kinds can be read in all namespaces$/m);
    expect(out).not.toMatch(/applications|kustomizations|helmreleases/);
    cluster.load({ snapshot: join(SCENARIOS, 'memory-limit'), fault: ({ path }) => (path.includes('argoproj') ? { kind: 'status', code: 403 } : undefined) });
    const refused = await doctor();
    expect(refused.out).toMatch(/^note {2}Kubernetes: cannot read applications\.argoproj\.io in all namespaces/m);
    expect(refused.out).not.toMatch(/^FAIL {2}Kubernetes/m);
  } finally {
    await cluster.close();
  }
});
