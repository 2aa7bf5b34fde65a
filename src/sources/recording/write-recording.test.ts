import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { list, log, type Question } from '#domain/question.ts';
import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';
import { application, failedSync, GIVEN_VALUE, helmRelease, kustomization, rawApplication, rawHelmRelease, rawKustomization } from '#testing/deliveries.ts';
import { type Kubesim, startKubesim } from '#testing/kubesim/kubesim.ts';
import { createKubernetesSource } from '../kubernetes/kubernetes-source.ts';
import type { Source } from '../source.ts';
import { openRecording } from './open-recording.ts';
import { writeRecording } from './write-recording.ts';

const examples = join(import.meta.dirname, '../../../testing/kubesim/examples');
const folder = mkdtempSync(join(tmpdir(), 'write-recording-'));
const kubeconfig = join(folder, 'kubeconfig');
const oom = join(folder, 'cluster');
const signal = new AbortController().signal;
const takenAt = '2026-03-01T10:30:00.000Z';
const TOPICS = Object.keys(TOPIC_FACTS) as KubernetesTopic[];
const live = createKubernetesSource({ cluster: { kind: 'kubeconfig', path: kubeconfig }, requestTimeoutMs: 5000, shareMs: 0, clock: () => new Date(takenAt) });
let sim: Kubesim;
let written = 0;

beforeAll(async () => {
  cpSync(join(examples, 'crashloop-oom'), oom, { recursive: true });
  writeFileSync(
    join(oom, 'resources/secrets.json'),
    JSON.stringify({
      kind: 'List',
      items: [
        {
          metadata: {
            name: 'db',
            namespace: 'shop',
            annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"aHVudGVyMg=="}}', note: 'hunter2' },
          },
          type: 'Opaque',
          data: { password: 'aHVudGVyMg==' },
        },
      ],
    }),
  );
  sim = await startKubesim({ snapshot: oom, kubeconfigPath: kubeconfig });
});
afterEach(() => sim.load({ snapshot: oom }));
afterAll(async () => {
  await live.close();
  await sim.close();
  rmSync(folder, { recursive: true });
});

async function record(namespace = 'shop') {
  written += 1;
  const dir = join(folder, String(written));
  const result = await writeRecording(dir, await live.reader(), { namespace, takenAt, alert: { alerts: [] } }, signal);
  return { dir, result, ...(await openRecording(dir)) };
}
const ask = (source: Source, question: Question) => source.answer(question, signal);

describe.each([
  ['crashloop-oom', 'shop'],
  ['service-no-match', 'store'],
  ['unschedulable-taints', 'batch'],
])('%s', (example, namespace) => {
  test('a recording answers as the cluster did, for every topic and log', async () => {
    sim.load({ snapshot: example === 'crashloop-oom' ? oom : join(examples, example) });
    const { source, result } = await record(namespace);
    // Some logs are gone from their nodes: such gaps must come out of a recording as they went in.
    expect(result.gaps.filter(({ what }) => !what.includes('log of'))).toEqual([]);
    const answers = async (from: Source) => {
      const lists = await Promise.all(TOPICS.map((topic) => ask(from, list(topic, namespace))));
      const pods = lists[0]?.outcome === 'present' ? (lists[0].data as readonly Pod[]) : [];
      const containers = pods.flatMap(({ metadata, spec }) =>
        [...spec.initContainers, ...spec.containers].map(({ name }) => ({ pod: { kind: 'Pod', namespace, name: metadata.name }, name })),
      );
      const runs = containers.flatMap(({ pod, name }) => [log(pod, name), log(pod, name, 'previous')]);
      return [...lists, ...(await Promise.all(runs.map((question) => ask(from, question))))];
    };
    const [recorded, asked] = [await answers(source), await answers(live)];
    expect(asked.filter(({ outcome }) => outcome === 'present').length).toBeGreaterThanOrEqual(TOPICS.filter((topic) => !TOPIC_FACTS[topic].addOn).length);
    expect(recorded).toEqual(asked);
  });
});

test('no value of a Secret is written, wherever it was', async () => {
  const { dir, source } = await record();
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const text = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n');
  expect(text).toContain('"password": ""');
  expect(text).not.toMatch(/aHVudGVyMg|hunter2|last-applied-configuration/);
  expect(await ask(source, list('secrets', 'shop'))).toMatchObject({ outcome: 'present', data: [{ keys: ['password'] }] });
});

test('of Argo CD and Flux, what delivers into the namespace is written, without what a release is given', async () => {
  const dir = join(folder, 'delivered');
  cpSync(oom, dir, { recursive: true });
  const elsewhere = { ...rawApplication('billing'), spec: { destination: { namespace: 'billing' } }, status: {} };
  const put = (file: string, items: readonly unknown[]) => writeFileSync(join(dir, 'resources', file), JSON.stringify({ kind: 'List', items }));
  put('applications.argoproj.io.json', [rawApplication('checkout', failedSync), elsewhere]);
  put('kustomizations.kustomize.toolkit.fluxcd.io.json', [rawKustomization('shop'), rawKustomization('infra', { inventory: { entries: [] } })]);
  put('helmreleases.helm.toolkit.fluxcd.io.json', [rawHelmRelease('checkout', {}, { namespace: 'flux-system' })]);
  sim.load({ snapshot: dir });
  const { dir: recording, result, source } = await record();

  expect(result.gaps.filter(({ what }) => !what.includes('log of'))).toEqual([]);
  const files = readdirSync(join(recording, 'resources')).map((file) => readFileSync(join(recording, 'resources', file), 'utf8'));
  expect(files.join('\n')).not.toContain(GIVEN_VALUE);
  const questions = [list('applications'), list('kustomizations', 'flux-system'), list('helmreleases', 'flux-system')];
  const [apps, kustomizations, releases] = await Promise.all(questions.map((question) => ask(source, question)));
  expect(apps).toMatchObject({ outcome: 'present', data: [application('checkout', failedSync)].map(({ spec, status }) => ({ spec, status })) });
  expect(kustomizations).toMatchObject({ outcome: 'present', data: [{ metadata: { name: 'shop' }, status: kustomization('shop').status }] });
  expect(releases).toMatchObject({ outcome: 'present', data: [{ status: helmRelease('checkout').status }] });
  expect(await ask(source, list('kustomizations', 'team-a'))).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded' });
});

test('an add-on that the cluster has not is no gap, one that may not be read is', async () => {
  const refusing = join(folder, 'refusing');
  cpSync(oom, refusing, { recursive: true });
  writeFileSync(join(refusing, 'resources/helmreleases.helm.toolkit.fluxcd.io.json'), JSON.stringify({ kind: 'List', items: [rawHelmRelease('checkout')] }));
  sim.load({ snapshot: refusing, forbid: 'helmreleases' });
  const { dir, result, source } = await record();
  expect(result.gaps.filter(({ what }) => !what.includes('log of')).map(({ what }) => what)).toEqual(['helmreleases']);
  expect(existsSync(join(dir, 'resources/applications.argoproj.io.json'))).toBe(false);
  expect(await ask(source, list('applications'))).toMatchObject({ outcome: 'absent' });
  expect(await ask(source, list('helmreleases', 'shop'))).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded' });
});

test('what may not be read is said, has no file, and stays a gap', async () => {
  sim.load({ snapshot: oom, forbid: 'secrets,nodes,pods/log' });
  const { dir, result, source } = await record();
  expect(result.gaps.map(({ what }) => what)).toEqual(expect.arrayContaining(['secrets', 'nodes', expect.stringMatching(/^log of checkout/)]));
  expect(result.gaps[0]?.why).toMatch(/Not allowed to list/);
  expect(existsSync(join(dir, 'resources/secrets.json'))).toBe(false);
  expect(await ask(source, list('nodes'))).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded' });
  expect(await ask(source, log({ kind: 'Pod', namespace: 'shop', name: 'checkout-6c9f7d5b8-x2x7k' }, 'checkout'))).toMatchObject({ reason: 'forbidden' });
});

test('says what it is, and only reads', async () => {
  const { takenAt: at, namespace, alert } = await record();
  expect([at, namespace, alert]).toEqual([takenAt, 'shop', { alerts: [] }]);
  expect(sim.stats().writes).toEqual([]);
});

describe('the cluster itself', () => {
  test('is recorded besides: kube-system and the leases of the nodes', async () => {
    const { source } = await record();
    expect(await ask(source, list('pods', 'kube-system'))).toMatchObject({ outcome: 'present' });
    expect(await ask(source, list('leases', 'kube-node-lease'))).toMatchObject({ outcome: 'present' });
    expect(await ask(source, list('pods', 'another'))).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded' });
  });

  test('is left out, and then not taken for empty, where only one namespace may be read', async () => {
    await sim.load({ snapshot: oom, forbid: '*@!shop' });
    const { source } = await record();
    expect(await ask(source, list('pods', 'shop'))).toMatchObject({ outcome: 'present' });
    expect(await ask(source, list('pods', 'kube-system'))).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded' });
  });
});
