import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { copyShifted } from '#app/shift-times.ts';
import type { Analysis } from '#domain/report.ts';
import type { KubesimOptions } from '#testing/kubesim/kubesim.ts';
import { type Stage, setStage } from './stage.ts';

/**
 * What a cluster may answer and should not. One product and one API server for all of it; each case is an incident in a namespace of its own, so that none is taken for
 * another. `memory-limit` has a cause that is to be found all the same where it can be.
 */
const SCENARIO = 'memory-limit';
const CAUSE = 'OOMKilled';
const NAMESPACES: Readonly<Record<string, string>> = { 'memory-limit': 'ticketing', 'all-well': 'tickets' };
const HOUR_MS = 3_600_000;

type Behaviour = Omit<KubesimOptions, 'snapshot' | 'kubeconfigPath'>;
type FaultOf = NonNullable<Behaviour['fault']>;
type Raw = Record<string, unknown> & { metadata: Record<string, unknown>; status: Record<string, unknown>; spec: Record<string, unknown> };

let stage: Stage;
let cases = 0;
let namespace = '';

beforeAll(async () => {
  const env = { KUBERNETES_SHARE_MS: '0', KUBERNETES_TIMEOUT_MS: '2500', CORRELATION_WINDOW_SECONDS: '0' };
  stage = await setStage({ scenario: SCENARIO, env });
});
afterAll(() => stage.close());
beforeEach(() => {
  cases += 1;
  namespace = `case-${cases}`;
});

/** The answer to the scenario's alert while the API server behaves like this. `clockMs`: how far its clock is ahead of ours. */
async function investigate(behaviour: Behaviour, { scenario = SCENARIO, clockMs = 0, alert: other = {} } = {}): Promise<Analysis> {
  const recording = path.join(stage.directory, namespace);
  await copyShifted(path.join('scenarios', scenario), recording, new Date(Date.now() + clockMs));
  renameNamespace(recording, scenario);
  stage.cluster.load({ snapshot: recording, ...behaviour });
  const recorded = JSON.parse(readFileSync(path.join(recording, 'alert.json'), 'utf8'));
  const [alert] = recorded.alerts;
  const body = {
    ...recorded,
    groupKey: `{}:{case="${namespace}"}`,
    alerts: [{ ...alert, ...other, startsAt: new Date(Date.now() - 600_000).toISOString(), fingerprint: '' }],
  };
  const report = await stage.post(body);
  expect(report.status).toBe('completed');
  return report.analysis as Analysis;
}

const renamed = (text: string, scenario: string) => text.replaceAll(`"${NAMESPACES[scenario]}"`, `"${namespace}"`);

function renameNamespace(recording: string, scenario: string): void {
  for (const file of readdirSync(recording, { recursive: true, encoding: 'utf8' }).map((name) => path.join(recording, name)))
    if (file.endsWith('.json') && statSync(file).isFile()) writeFileSync(file, renamed(readFileSync(file, 'utf8'), scenario));
  renameSync(path.join(recording, 'logs', NAMESPACES[scenario] ?? ''), path.join(recording, 'logs', namespace));
}

/** The items of a list of the scenario's namespace. */
function items(file: string, scenario = SCENARIO): Raw[] {
  const list = JSON.parse(renamed(readFileSync(path.join('scenarios', scenario, 'resources', file), 'utf8'), scenario));
  return list.items.filter(({ metadata }: Raw) => metadata['namespace'] === namespace);
}

function listOf(kind: string, of: readonly unknown[], metadata: object = {}): string {
  return JSON.stringify({ kind: `${kind}List`, apiVersion: 'v1', metadata, items: of });
}

const isPods = (asked: string) => asked === `/api/v1/namespaces/${namespace}/pods`;
/** The pods of the namespace are these; everything else is as it should be. */
const withPods = (pods: readonly unknown[]): Behaviour => ({
  fault: ({ path: asked }) => (isPods(asked) ? { kind: 'body', text: listOf('Pod', pods) } : undefined),
});
const seatMap = ({ metadata }: Raw) => String(metadata['name']).startsWith('seat-map');
const causeOf = ({ root_causes: [cause] }: Analysis) => cause?.code;
const gapsOf = ({ degraded }: Analysis) => degraded.join('\n');

function expectNotWell(analysis: Analysis): void {
  expect({ healthy: analysis.healthy, causes: analysis.root_causes }).toEqual({ healthy: false, causes: [] });
  expect(analysis.inconclusive).toBe(true);
  expect(analysis.degraded.length).toBeGreaterThan(0);
}

describe('lists that go wrong on the way', () => {
  /** A list in two pages, of which the second may have expired. */
  const paged = (expires: 'once' | 'always'): FaultOf => {
    const pods = items('pods.json');
    return ({ path: asked, query }) => {
      if (!isPods(asked)) return undefined;
      if (query.has('continue') || (expires === 'always' && !query.has('limit')))
        return { kind: 'status', code: 410, reason: 'Expired', message: 'too old resource version' };
      return query.has('limit')
        ? { kind: 'body', text: listOf('Pod', pods.slice(0, 1), { continue: 'next', remainingItemCount: pods.length - 1 }) }
        : undefined;
    };
  };

  it('410 in the middle: read anew, whole', async () => {
    const analysis = await investigate({ fault: paged('once') });
    expect(causeOf(analysis)).toBe(CAUSE);
    expect(gapsOf(analysis)).not.toMatch(/410|pods in/);
  });

  it('410 again and again is named', async () => {
    const analysis = await investigate({ fault: paged('always') });
    expect(analysis.healthy).toBe(false);
    expect(gapsOf(analysis)).toContain('too old (410)');
  });

  it('429 is heeded: asked again after what it says', async () => {
    const seen = new Set<string>();
    const analysis = await investigate({
      fault: ({ path: asked, query }) => {
        const request = `${asked}?${query}`;
        if (seen.has(request)) return undefined;
        seen.add(request);
        return { kind: 'status', code: 429, reason: 'TooManyRequests', retryAfter: '1' };
      },
    });
    expect(causeOf(analysis)).toBe(CAUSE);
    expect(gapsOf(analysis)).not.toContain('429');
  });

  it.each([
    ['429 to everything', { kind: 'status', code: 429, reason: 'TooManyRequests', retryAfter: '1' }, '429'],
    ['403 to everything', { kind: 'status', code: 403, reason: 'Forbidden', message: 'no' }, 'Not allowed to list'],
    ['404 to everything', { kind: 'status', code: 404, reason: 'NotFound', message: 'no' }, '404'],
    ['an answer that breaks off', { kind: 'truncate', text: '{"kind":"List","items":[{"metadata":{"name":"a' }, 'broke off'],
    ['half a JSON', { kind: 'body', text: '{"kind":"List","items":[{"metadata":{"name":"a' }, 'no List'],
    ['null', { kind: 'body', text: 'null' }, 'no List'],
    ['a List whose items are text', { kind: 'body', text: '{"kind":"List","items":"none"}' }, 'no List'],
  ] as const)('%s: nothing is called healthy', async (_, fault, said) => {
    const analysis = await investigate({ fault: () => fault });
    expectNotWell(analysis);
    expect(gapsOf(analysis)).toContain(said);
  });
});

describe('objects that are none', () => {
  const garbage = [null, 'text', 42, [], {}, { metadata: null }, { metadata: { name: 7 } }];

  it('items that are no objects are named; the others are read', async () => {
    const analysis = await investigate(withPods([...garbage, ...items('pods.json')]));
    expect(causeOf(analysis)).toBe(CAUSE);
    expect(gapsOf(analysis)).toContain(`${garbage.length} of ${garbage.length + items('pods.json').length} pods`);
  });

  it.each([
    [[], true],
    [[null], false],
  ])('%j among pods that are well: healthy %s', async (more, healthy) => {
    // Such an alert needs no metrics to be told that all is well.
    const labels = { alertname: 'KubeDeploymentReplicasMismatch', namespace, deployment: 'entry-gate' };
    const how = { scenario: 'all-well', alert: { labels, annotations: {}, generatorURL: '' } };
    const analysis = await investigate(withPods([...items('pods.json', 'all-well'), ...more]), how);
    expect({ healthy: analysis.healthy, inconclusive: analysis.inconclusive, causes: analysis.root_causes }).toEqual({
      healthy,
      inconclusive: !healthy,
      causes: [],
    });
    expect(gapsOf(analysis).includes('1 of ')).toBe(!healthy);
  });

  it.each([
    ['status: null', { status: null }],
    ['status: text', { status: 'Running' }],
    ['spec: null', { spec: null }],
    ['containers as an object', { spec: { nodeName: 'worker-1', containers: { a: 1 }, volumes: 'none', tolerations: 7 } }],
    ['containerStatuses as an object', { status: { phase: 'Running', containerStatuses: { a: 1 }, conditions: { type: 'Ready' } } }],
    [
      'numbers as text and text as numbers',
      {
        status: {
          phase: 7,
          containerStatuses: [{ name: 'seat-map', restartCount: 'many', ready: 'no', state: { terminated: { exitCode: '137', reason: 7 } } }],
        },
      },
    ],
    [
      'times and references that are none',
      { metadata: { creationTimestamp: 'yesterday', deletionTimestamp: 7, name: 'seat-map-0', namespace: 'ticketing', ownerReferences: 'none', labels: [] } },
    ],
  ])('%s: the report completes and calls nothing healthy', async (_, broken) => {
    const analysis = await investigate(withPods(items('pods.json').map((pod) => (seatMap(pod) ? { ...pod, ...broken } : pod))));
    expect(analysis.healthy).toBe(false);
    expect(analysis.degraded.join()).not.toMatch(/TypeError|undefined|cannot read/i);
  });

  it('numbers as text everywhere: nothing throws', async () => {
    const analysis = await investigate({
      fault: ({ path: asked }) => {
        const file = asked.endsWith('/deployments')
          ? 'deployments.apps.json'
          : asked.endsWith('/services')
            ? 'services.json'
            : asked.endsWith('/events')
              ? 'events.json'
              : undefined;
        if (!file || !asked.includes(namespace)) return undefined;
        return { kind: 'body', text: listOf('Thing', items(file)).replaceAll(/:(\d+)(?=[,}])/g, ':"$1"') };
      },
    });
    expect(analysis.healthy).toBe(false);
    expect(gapsOf(analysis)).not.toMatch(/TypeError|is not a function/);
  });
});

describe('logs', () => {
  const log = (text: string): Behaviour => ({ fault: ({ path: asked }) => (asked.endsWith('/log') ? { kind: 'body', text, type: 'text/plain' } : undefined) });

  it('a line of 100 MB without an end: its end is read, and memory stays', async () => {
    const analysis = await investigate({
      fault: ({ path: asked }) => (/seat-map[^/]*\/log$/.test(asked) ? { kind: 'body', text: 'x'.repeat(100 * 1024 * 1024), type: 'text/plain' } : undefined),
    });
    expect(causeOf(analysis)).toBe(CAUSE);
    expect(JSON.stringify(analysis).length).toBeLessThan(1_000_000);
  }, 120_000);

  it('NUL, broken UTF-8, colours and markup', async () => {
    const line = '2026-03-01T10:00:00.000000000Z \u001b[31mERROR\u001b[0m \u0000\u0007 \ud800 <script>alert(1)</script> connect ECONNREFUSED 10.0.0.1:5432\n';
    const analysis = await investigate(log(line.repeat(500)));
    expect(causeOf(analysis)).toBe(CAUSE);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(analysis.evidence.map(({ excerpt }) => excerpt ?? '').join('')).not.toMatch(/[\u0000\u0007\u001b]/);
  });

  it.each([
    ['500', { kind: 'status', code: 500 }],
    ['a hang', { kind: 'hang' }],
  ] as const)('%s instead of every log is named, and the cause found without', async (_, fault) => {
    const analysis = await investigate({ fault: ({ path: asked }) => (asked.endsWith('/log') ? fault : undefined) });
    expect(causeOf(analysis)).toBe(CAUSE);
    expect(gapsOf(analysis)).toMatch(/pods\/log/);
  });
});

describe('clocks that disagree', () => {
  it.each([HOUR_MS, -HOUR_MS])('the cluster is %d ms ahead of us', async (clockMs) => {
    expect(causeOf(await investigate({}, { clockMs }))).toBe(CAUSE);
  });

  it('a pod that is to be gone tomorrow is not stuck', async () => {
    const tomorrow = new Date(Date.now() + 24 * HOUR_MS).toISOString();
    const pods = items('pods.json').map((pod) => (seatMap(pod) ? pod : { ...pod, metadata: { ...pod.metadata, deletionTimestamp: tomorrow } }));
    const analysis = await investigate(withPods(pods));
    expect(analysis.root_causes.map(({ code }) => code)).not.toContain('PodStuckTerminating');
    expect(causeOf(analysis)).toBe(CAUSE);
  });
});
