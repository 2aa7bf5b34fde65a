import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { humanDuration } from './age.ts';
import { type Kubesim, startKubesim } from './kubesim.ts';

const example = (name: string) => join(import.meta.dirname, 'examples', name);
const folder = mkdtempSync(join(tmpdir(), 'kubesim-'));
const kubeconfigPath = join(folder, 'kubeconfig');
let sim: Kubesim;

beforeAll(async () => {
  sim = await startKubesim({ snapshot: example('crashloop-oom'), kubeconfigPath });
});
beforeEach(() => sim.load({ snapshot: example('crashloop-oom') }));
afterAll(async () => {
  await sim.close();
  rmSync(folder, { recursive: true });
});

// biome-ignore lint/suspicious/noExplicitAny: answers are whatever the server says
async function ask(path: string, init: RequestInit = {}): Promise<{ code: number; text: string; json: any }> {
  const response = await fetch(sim.url + path, init);
  const text = await response.text();
  return { code: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
}
async function names(path: string): Promise<string[]> {
  return (await ask(path)).json.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
}

describe('lists', () => {
  test('of one namespace, of all, and of what is not namespaced', async () => {
    expect(await names('/api/v1/namespaces/shop/pods')).toEqual(['checkout-6c9f7d5b8-x2x7k', 'web-7f4b9-q8w2e']);
    expect(await names('/api/v1/namespaces/nowhere/pods')).toEqual([]);
    expect(await names('/api/v1/configmaps')).toEqual(['coredns', 'checkout-config']);
    expect(await names('/api/v1/nodes')).toEqual(['cp-1', 'node-a', 'node-b']);
  });

  test('by labels and fields', async () => {
    const pods = (query: string) => names(`/api/v1/pods?${new URLSearchParams(query)}`);
    expect(await pods('labelSelector=app in (web,x),!nope')).toEqual(['web-7f4b9-q8w2e']);
    expect(await pods('labelSelector=app notin (web)')).toEqual(['checkout-6c9f7d5b8-x2x7k']);
    expect(await pods('fieldSelector=spec.nodeName=node-a')).toEqual(['checkout-6c9f7d5b8-x2x7k']);
    expect((await ask('/api/v1/pods?fieldSelector=foo%3Dbar')).code).toBe(400);
    expect((await ask('/api/v1/pods?labelSelector=a%20in%20b')).code).toBe(400);
  });

  test('in pages, whose tokens end with a new load', async () => {
    const first = await ask('/api/v1/namespaces/shop/events?limit=2');
    const token = first.json.metadata.continue;
    const rest = await names(`/api/v1/namespaces/shop/events?continue=${token}`);
    const all = await names('/api/v1/namespaces/shop/events');
    expect([...first.json.items.map((item: { metadata: { name: string } }) => item.metadata.name), ...rest]).toEqual(all);
    sim.load({});
    expect((await ask(`/api/v1/namespaces/shop/events?continue=${token}`)).code).toBe(410);
  });

  test('what a snapshot does not have is made: slices from Endpoints, events of the other group', async () => {
    const slices = (await ask('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices')).json.items;
    expect(slices[0].metadata.labels).toHaveProperty(['kubernetes.io/service-name']);
    const grouped = (await ask('/apis/events.k8s.io/v1/namespaces/shop/events')).json.items;
    expect(grouped[0].regarding).toHaveProperty('kind');
    sim.load({ snapshot: example('service-no-match') });
    expect((await ask('/api/v1/namespaces/store/endpoints')).json.items.map((item: { subsets: unknown[] }) => item.subsets.length)).toContain(0);
    sim.load({ snapshot: example('unschedulable-taints') });
    expect((await ask('/api/v1/namespaces/batch/events')).json.items[0].involvedObject.kind).toBe('Pod');
  });
});

describe('logs', () => {
  const pod = '/api/v1/namespaces/shop/pods/checkout-6c9f7d5b8-x2x7k/log';
  test('current, previous, the last lines', async () => {
    expect((await ask(pod)).text).not.toBe((await ask(`${pod}?previous=true`)).text);
    expect((await ask(`${pod}?tailLines=1`)).text.trimEnd().split('\n')).toHaveLength(1);
    expect((await ask(`${pod}?tailLines=1&timestamps=true`)).text).toMatch(/^\d{4}-\d\d-\d\dT\S+ /);
  });
  test('of a container that is not there', async () => {
    expect((await ask(`${pod}?container=nope`)).json.message).toBe('container nope is not valid for pod checkout-6c9f7d5b8-x2x7k');
    expect((await ask('/api/v1/namespaces/shop/pods/web-7f4b9-q8w2e/log?container=web&previous=true')).json.message).toMatch(/previous terminated container/);
  });
});

describe('behaviour', () => {
  test('forbids in the words of the authorizer', async () => {
    sim.load({ forbid: '*@!shop' });
    expect((await ask('/api/v1/namespaces/shop/pods')).code).toBe(200);
    for (const path of ['/api/v1/pods', '/api/v1/nodes', '/api/v1/namespaces/other/pods']) expect((await ask(path)).code).toBe(403);
    expect((await ask('/api/v1/pods')).json.message).toMatch(/cannot list resource "pods" in API group "" at the cluster scope/);
  });
  test('asks for a token', async () => {
    sim.load({ token: 'abc' });
    expect((await ask('/api/v1/pods')).code).toBe(401);
    expect((await ask('/api/v1/pods', { headers: { authorization: 'Bearer abc' } })).code).toBe(200);
  });
  test('refuses and remembers every write', async () => {
    expect((await ask('/api/v1/namespaces/shop/pods/x', { method: 'DELETE' })).code).toBe(405);
    expect((await ask('/api/v1/namespaces/shop/pods/web-7f4b9-q8w2e/exec')).code).toBe(405);
    expect(sim.stats().writes).toEqual(['delete pods', 'connect pods/exec']);
  });
  test('fails for a share of the requests, the same in every run', async () => {
    sim.load({ errorRate: 0.5 });
    for (let n = 0; n < 20; n += 1) await ask('/api/v1/nodes');
    const first = sim.stats().codes;
    expect(first['200']).toBeGreaterThan(3);
    expect(first['200']).toBeLessThan(17);
    sim.load({ errorRate: 0.5 });
    for (let n = 0; n < 20; n += 1) await ask('/api/v1/nodes');
    expect(sim.stats().codes).toEqual(first);
  });
  test('does with one request what a fault says', async () => {
    sim.load({ fault: ({ count }) => (count === 1 ? { kind: 'body', text: 'not json' } : undefined) });
    expect((await ask('/api/v1/nodes')).text).toBe('not json');
    expect((await ask('/api/v1/nodes')).json.kind).toBe('NodeList');
  });
  test('keeps serving the old snapshot when a new one cannot be read', async () => {
    expect(() => sim.load({ snapshot: example('nowhere') })).toThrow();
    expect(await names('/api/v1/nodes')).toHaveLength(3);
  });
});

test('the official client reads it', async () => {
  const config = new KubeConfig();
  config.loadFromString(sim.kubeconfig);
  const pods = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: 'shop' });
  expect(pods.items.map(({ metadata }) => metadata?.name)).toEqual(['checkout-6c9f7d5b8-x2x7k', 'web-7f4b9-q8w2e']);
});

test('ages', () => {
  const ages = [0, 119, 120, 330, 600, 9000, 12000, 86400, 200000, 864000, 86400e3].map((seconds) => humanDuration(seconds * 1000));
  expect(ages).toEqual(['0s', '119s', '2m', '5m30s', '10m', '150m', '3h20m', '24h', '2d7h', '10d', '2y270d']);
});

const run = promisify(execFile);
const hasKubectl = await run('kubectl', ['version', '--client']).then(
  () => true,
  () => false,
);

// The unit tests need nothing but npm: where there is no kubectl this part is left out.
describe.runIf(hasKubectl)('kubectl', () => {
  const kubectl = async (...args: string[]) => (await run('kubectl', ['--kubeconfig', kubeconfigPath, '--cache-dir', join(folder, 'cache'), ...args])).stdout;

  test('get', async () => {
    const pods = await kubectl('get', 'pods', '-A');
    expect(pods).toMatch(/NAMESPACE\s+NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE/);
    expect(pods).toMatch(/shop\s+checkout-6c9f7d5b8-x2x7k\s+0\/1\s+CrashLoopBackOff/);
    expect(await kubectl('get', 'deploy,svc', '-n', 'shop', '-o', 'name')).toContain('deployment.apps/checkout');
    expect(await kubectl('get', 'events', '-n', 'shop')).toMatch(/LAST SEEN\s+TYPE\s+REASON/);
  });
  test('logs', async () => {
    expect(await kubectl('logs', '-n', 'shop', 'checkout-6c9f7d5b8-x2x7k', '--previous', '--tail=1')).not.toBe('');
  });
  test('auth can-i', async () => {
    expect(await kubectl('auth', 'can-i', 'list', 'pods', '-n', 'shop')).toBe('yes\n');
    await expect(kubectl('auth', 'can-i', 'delete', 'pods', '-n', 'shop')).rejects.toMatchObject({ stdout: 'no\n' });
    sim.load({ forbid: 'secrets' });
    await expect(kubectl('auth', 'can-i', 'list', 'secrets', '-n', 'shop')).rejects.toMatchObject({ stdout: 'no\n' });
  });
});
