import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { list, log, type Question } from '#domain/question.ts';
import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';
import type { Fault } from '#testing/kubesim/fault.ts';
import { type Kubesim, startKubesim } from '#testing/kubesim/kubesim.ts';
import { checkAccess } from './check-access.ts';
import { createKubernetesSource, type KubernetesSource, type KubernetesSourceOptions } from './kubernetes-source.ts';

const examples = join(import.meta.dirname, '../../../testing/kubesim/examples');
const oom = join(examples, 'crashloop-oom');
const folder = mkdtempSync(join(tmpdir(), 'kubernetes-source-'));
const kubeconfig = join(folder, 'kubeconfig');
const never = new AbortController().signal;
const checkout = { kind: 'Pod', namespace: 'shop', name: 'checkout-6c9f7d5b8-x2x7k' };

let sim: Kubesim;
let time = 0;
let source: KubernetesSource;
const pauses: number[] = [];

function open(options: Partial<KubernetesSourceOptions> = {}): KubernetesSource {
  source = createKubernetesSource({
    cluster: { kind: 'kubeconfig', path: kubeconfig },
    requestTimeoutMs: 5000,
    clock: () => new Date(time),
    pause: async (ms) => {
      pauses.push(ms);
    },
    ...options,
  });
  return source;
}
const ask = <Q extends Question>(question: Q, signal = never) => source.answer(question, signal);
const always = (fault: Fault) => sim.load({ snapshot: oom, fault: () => fault });

beforeAll(async () => {
  sim = await startKubesim({ snapshot: oom, kubeconfigPath: kubeconfig });
});
afterEach(async () => {
  await source.close();
  sim.load({ snapshot: oom });
  time = 0;
  pauses.length = 0;
});
afterAll(async () => {
  await sim.close();
  rmSync(folder, { recursive: true });
});

describe('answers', () => {
  test('a list of a namespace, an empty list, a list of the cluster', async () => {
    open();
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'present', data: [{ kind: 'Pod', metadata: checkout2() }, {}] });
    expect(await ask(list('pods', 'nowhere'))).toMatchObject({ outcome: 'present', data: [] });
    expect(await ask(list('nodes'))).toMatchObject({ outcome: 'present', data: [{ kind: 'Node' }, {}, {}] });
  });
  const checkout2 = () => ({ name: checkout.name, namespace: 'shop' });

  test('logs with the time of each line, and that there were more', async () => {
    open({ maxLogLines: 2 });
    const answer = await ask(log(checkout, 'checkout', 'previous'));
    expect(answer).toMatchObject({ outcome: 'present', data: { truncated: true } });
    expect(answer.outcome === 'present' && answer.data.lines.map(({ at }) => typeof at)).toEqual(['string', 'string']);
  });
  test('a log that is not there is a fact', async () => {
    open();
    expect(await ask(log({ ...checkout, name: 'gone' }, 'checkout'))).toMatchObject({ outcome: 'absent' });
    expect(await ask(log({ ...checkout, name: 'web-7f4b9-q8w2e' }, 'web', 'previous'))).toMatchObject({ outcome: 'absent' });
  });
  test('a log file that the kubelet has no more is a gap, though it says so with 200', async () => {
    always({ kind: 'body', text: 'unable to retrieve container logs for containerd://abc', type: 'text/plain' });
    expect(await ask2(log(checkout, 'checkout'))).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded' });
  });
  test('a huge log keeps its end', async () => {
    const lines = Array.from({ length: 50_000 }, (_, n) => `2026-03-01T10:00:00.000000000Z line ${n}\n`).join('');
    always({ kind: 'body', text: lines, type: 'text/plain' });
    open({ maxLogBytes: 4096 });
    const answer = await ask(log(checkout, 'checkout'));
    if (answer.outcome !== 'present') throw new Error(answer.outcome);
    expect(answer.data.truncated).toBe(true);
    expect(answer.data.lines.at(-1)?.text).toBe('line 49999');
    expect(answer.data.lines.length).toBeLessThan(200);
    expect(answer.data.lines[0]?.text).toMatch(/^line \d+$/);
  });
  const ask2 = (question: Question) => {
    open();
    return ask(question);
  };

  test('never writes', async () => {
    open();
    for (const topic of Object.keys(TOPIC_FACTS) as KubernetesTopic[]) await ask(list(topic, 'shop'));
    await checkAccess(await source.reader(), Object.keys(TOPIC_FACTS) as KubernetesTopic[], 'shop', never);
    expect(sim.stats().writes).toEqual([]);
    expect(Object.keys(sim.stats().requests).filter((request) => !/^(get|list) /.test(request))).toEqual([]);
  });
});

describe('sharing', () => {
  test('a hundred investigations of one namespace cost one list per topic', async () => {
    open();
    const topics: KubernetesTopic[] = ['pods', 'events', 'deployments', 'nodes'];
    await Promise.all(Array.from({ length: 100 }, () => topics.map((topic) => ask(list(topic, 'shop')))).flat());
    expect(sim.stats().requests).toEqual({ 'list pods': 1, 'list events': 1, 'list deployments.apps': 1, 'list nodes': 1 });
    expect(source.requestCount()).toBe(4);
  });
  test('what was read serves for a while, then is read anew', async () => {
    open();
    await ask(list('pods', 'shop'));
    time = 4999;
    await ask(list('pods', 'shop'));
    expect(source.requestCount()).toBe(1);
    time = 5000;
    await ask(list('pods', 'shop'));
    expect(source.requestCount()).toBe(2);
  });
  test('one who gives up does not take the answer from the others', async () => {
    sim.load({ snapshot: oom, latencyMs: 50 });
    open();
    const impatient = new AbortController();
    const [first, second] = [ask(list('pods', 'shop'), impatient.signal), ask(list('pods', 'shop'))];
    impatient.abort();
    expect(await first).toMatchObject({ outcome: 'unavailable', reason: 'timeout' });
    expect(await second).toMatchObject({ outcome: 'present' });
  });
  test('a failure is not kept', async () => {
    sim.load({ snapshot: oom, fault: ({ count }) => (count <= 2 ? { kind: 'status', code: 500 } : undefined) });
    open();
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'unavailable' });
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'present' });
  });
});

describe('what goes wrong', () => {
  test('403 names verb, resource and namespace; the other kinds are read', async () => {
    sim.load({ snapshot: oom, forbid: 'secrets,pods/log' });
    open();
    const answer = await ask(list('secrets', 'shop'));
    expect(answer).toMatchObject({ outcome: 'unavailable', reason: 'forbidden' });
    expect(answer.outcome === 'unavailable' && answer.why).toMatch(/Not allowed to list secrets in namespace shop: .*cannot list resource "secrets"/);
    expect(await ask(log(checkout, 'checkout'))).toMatchObject({ reason: 'forbidden', why: expect.stringMatching(/get pods\/log of .* in namespace shop/) });
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'present' });
    expect(await source.check(never)).toMatchObject({ state: 'ok' });
  });
  test('a Role for one namespace is enough for that namespace', async () => {
    sim.load({ snapshot: oom, forbid: '*@!shop' });
    open();
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'present' });
    expect(await ask(list('pods'))).toMatchObject({ outcome: 'unavailable', reason: 'forbidden' });
    expect(await ask(list('nodes'))).toMatchObject({ outcome: 'unavailable', reason: 'forbidden' });
    const checks = await checkAccess(await source.reader(), Object.keys(TOPIC_FACTS) as KubernetesTopic[], 'shop', never);
    const refused = checks.filter(({ result }) => result !== 'ok').map(({ topic }) => topic);
    expect(refused).toEqual(Object.entries(TOPIC_FACTS).flatMap(([topic, { namespaced }]) => (namespaced ? [] : [topic])));
  });
  test('an API that the cluster does not serve', async () => {
    sim.load({ snapshot: oom, fault: ({ path }) => (path.includes('/policy/') ? { kind: 'body', text: '404 page not found', code: 404 } : undefined) });
    open();
    expect(await ask(list('poddisruptionbudgets', 'shop'))).toMatchObject({
      reason: 'not-configured',
      why: expect.stringMatching(/does not serve poddisruptionbudgets.policy/),
    });
  });
  test('an add-on that the cluster does not have: there are none of it, and nothing to check', async () => {
    open();
    expect(await ask(list('applications'))).toMatchObject({ outcome: 'absent' });
    expect(await ask(list('helmreleases', 'shop'))).toMatchObject({ outcome: 'absent' });
    const checks = await checkAccess(await source.reader(), ['pods', 'applications', 'kustomizations', 'helmreleases'], undefined, never);
    expect(checks.map(({ topic }) => topic)).toEqual(['pods', 'logs']);
  });
  test('an add-on that may not be read is a gap, and is checked', async () => {
    sim.load({ snapshot: oom, fault: ({ path }) => (path.includes('argoproj') ? { kind: 'status', code: 403 } : undefined) });
    open();
    expect(await ask(list('applications'))).toMatchObject({
      outcome: 'unavailable',
      reason: 'forbidden',
      why: expect.stringContaining('Not allowed to list applications.argoproj.io'),
    });
    expect(await checkAccess(await source.reader(), ['applications'], undefined, never)).toMatchObject([
      { topic: 'applications', result: { why: expect.any(String) } },
      {},
    ]);
  });
  test('Endpoints where there are no EndpointSlices, autoscaling/v1 where there is no v2', async () => {
    const notFound: Fault = { kind: 'status', code: 404 };
    sim.load({ snapshot: oom, fault: ({ path }) => (/discovery.k8s.io|autoscaling\/v2/.test(path) ? notFound : undefined) });
    open();
    expect(await ask(list('endpoints', 'shop'))).toMatchObject({
      outcome: 'present',
      data: expect.arrayContaining([expect.objectContaining({ kind: 'Endpoints' })]),
    });
    expect(await ask(list('horizontalpodautoscalers', 'shop'))).toMatchObject({ outcome: 'present' });
  });
  test.each([429, 500, 503])('%d is tried once more, after the pause it asks for', async (code) => {
    sim.load({ snapshot: oom, fault: ({ count }) => (count === 1 ? { kind: 'status', code, retryAfter: '1' } : undefined) });
    open();
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'present' });
    expect(pauses).toEqual([1000]);
  });
  test('and not for ever', async () => {
    always({ kind: 'status', code: 503, message: 'apiserver not ready', retryAfter: '3600' });
    open();
    expect(await ask(list('pods', 'shop'))).toMatchObject({
      reason: 'unreachable',
      why: expect.stringMatching(/answered 503 to list pods in namespace shop: apiserver not ready/),
    });
    expect([source.requestCount(), pauses]).toEqual([2, [2000]]);
  });
  test('401', async () => {
    sim.load({ snapshot: oom, token: 'another' });
    open();
    expect(await ask(list('pods', 'shop'))).toMatchObject({ reason: 'forbidden', why: expect.stringMatching(/401/) });
  });
  test.each<[string, Fault]>([
    ['broken off', { kind: 'truncate', text: '{"kind":"PodList","items":[{"metadata":{"name":"a"' }],
    ['cut JSON', { kind: 'body', text: '{"kind":"PodList","items":[{"metadata"' }],
    ['a page of a proxy', { kind: 'body', text: '<html>login</html>', type: 'text/html' }],
    ['no list', { kind: 'body', text: '{"kind":"Status"}' }],
    ['nothing', { kind: 'body', text: '' }],
  ])('%s is no list', async (_, fault) => {
    always(fault);
    open();
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'unavailable', reason: 'invalid' });
  });
  test('malformed objects beside good ones', async () => {
    const left: unknown[] = [];
    always({ kind: 'body', text: '{"kind":"PodList","items":[null,{"metadata":{}},{"metadata":{"name":"a"},"spec":7,"status":null}]}' });
    open({ log: (_, fields) => left.push(fields) });
    expect(await ask(list('pods', 'shop'))).toMatchObject({
      outcome: 'present',
      data: [{ metadata: { name: 'a' }, spec: { containers: [] } }],
      lacks: '2 of 3 pods that the API server sent are no such objects: they have no name.',
    });
    expect(left).toEqual([{ topic: 'pods', namespace: 'shop', skipped: 2 }]);
  });
  test('the kubelet of a node that never answers is not taken for a server that does not', async () => {
    sim.load({ snapshot: oom, fault: ({ path }) => (path.endsWith('/log') ? { kind: 'hang' } : undefined) });
    open({ requestTimeoutMs: 100 });
    expect(await ask(log(checkout, 'checkout'))).toMatchObject({ outcome: 'unavailable', reason: 'timeout' });
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'present' });
  });
  test('a server that never answers costs one deadline, not one for each question', async () => {
    always({ kind: 'hang' });
    open({ requestTimeoutMs: 100 });
    expect(await ask(list('pods', 'shop'))).toMatchObject({ reason: 'timeout' });
    for (const topic of ['events', 'nodes', 'services'] as const) {
      expect(await ask(list(topic, 'shop'))).toMatchObject({ reason: 'unreachable', why: expect.stringMatching(/Not asked again/) });
    }
    expect(source.requestCount()).toBe(1);
    expect(await source.check(never)).toMatchObject({ state: 'failing' });
    sim.load({ snapshot: oom });
    time = 10_000;
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'present' });
    expect(await source.check(never)).toMatchObject({ state: 'ok' });
  });
  test('nobody listens', async () => {
    open({ connect: async () => ({ server: 'http://127.0.0.1:1', authenticate: async () => {} }) });
    expect(await ask(list('pods', 'shop'))).toMatchObject({ reason: 'unreachable', why: expect.stringMatching(/127\.0\.0\.1:1 .*ECONNREFUSED/) });
  });
  test('a credential plugin that hangs has no more time than the question', async () => {
    open({ requestTimeoutMs: 50, connect: async () => ({ server: sim.url, authenticate: () => new Promise(() => {}) }) });
    expect(await ask(list('pods', 'shop'))).toMatchObject({ reason: 'timeout' });
  });
});

describe('pages', () => {
  const page = (names: string[], token?: string): Fault => ({
    kind: 'body',
    text: JSON.stringify({ kind: 'PodList', metadata: { continue: token }, items: names.map((name) => ({ metadata: { name } })) }),
  });
  const namesIn = async () => {
    const answer = await ask(list('pods', 'shop'));
    return answer.outcome === 'present' ? answer.data.map(({ metadata }) => metadata.name) : answer.outcome === 'unavailable' && answer.why;
  };

  test('are read to the end', async () => {
    sim.load({ snapshot: oom, fault: ({ query }) => (query.has('continue') ? page(['c']) : page(['a', 'b'], 'next')) });
    open();
    expect(await namesIn()).toEqual(['a', 'b', 'c']);
  });
  test('that expired meanwhile are forgotten, and the list is read at once', async () => {
    sim.load({
      snapshot: oom,
      fault: ({ query }) => (query.has('continue') ? { kind: 'status', code: 410 } : query.has('limit') ? page(['old'], 'next') : page(['new'])),
    });
    open();
    expect(await namesIn()).toEqual(['new']);
  });
  test('that repeat themselves end', async () => {
    sim.load({ snapshot: oom, fault: () => page(['a'], 'same') });
    open();
    expect(await namesIn()).toMatch(/same page twice/);
  });
  test('beyond what we read are no half list', async () => {
    sim.load({ snapshot: oom, fault: ({ query }) => page(['a', 'b'], `${Number(query.get('continue') ?? 0) + 1}`) });
    open({ maxListItems: 10 });
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'unavailable', reason: 'budget' });
  });
});

describe('configuration', () => {
  test('none', async () => {
    open({ cluster: { kind: 'none' } });
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'unavailable', reason: 'not-configured' });
    expect(await source.check(never)).toMatchObject({ state: 'not-configured', fix: expect.stringMatching(/KUBECONFIG/) });
  });
  test('a kubeconfig that is not there', async () => {
    open({ cluster: { kind: 'kubeconfig', path: join(folder, 'nothing') } });
    expect(await ask(list('pods', 'shop'))).toMatchObject({
      outcome: 'unavailable',
      reason: 'invalid',
      why: expect.stringMatching(/kubeconfig .*nothing cannot be read/),
    });
    expect(await source.check(never)).toMatchObject({ state: 'failing' });
  });
  test('the check of a source that was not asked yet asks for the version', async () => {
    open();
    expect(await source.check(never)).toEqual({ state: 'ok', detail: 'Kubernetes v1.32.4' });
    await source.check(never);
    expect(source.requestCount()).toBe(1);
  });
});
