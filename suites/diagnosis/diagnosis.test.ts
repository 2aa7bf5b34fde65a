import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '#domain/report.ts';
import { createPrometheusSource } from '#sources/prometheus/prometheus-source.ts';
import { requireProgram } from '../alertmanager/processes.ts';
import { expectedOf, podsOf, recordedSamples, type Setting, type Stage, series, setStage } from './stage.ts';

const stages: Stage[] = [];
async function stage(setting: Setting): Promise<Stage> {
  const one = await setStage(setting);
  stages.push(one);
  return one;
}

beforeAll(() => requireProgram('prometheus', 'prometheus'));
afterEach(async () => {
  await Promise.all(stages.splice(0).map((one) => one.close()));
});

/** What every answer owes its reader. */
function checkAnswer({ analysis }: Report): void {
  const ids = new Set(analysis?.evidence.map(({ id }) => id));
  for (const { evidence, reasons } of analysis?.root_causes ?? []) {
    expect(reasons.length).toBeGreaterThan(0);
    for (const id of evidence) expect(ids).toContain(id);
  }
}

describe('from the webhook to the cause, live', () => {
  it.each([
    ['scheduling', 'no-room'],
    ['startup', 'image-denied'],
    ['startup, configuration', 'missing-key'],
    ['runtime', 'memory-limit'],
    ['services', 'selector-mismatch'],
    ['admission', 'quota-blocks-rollout'],
    ['storage', 'claim-unbound'],
    ['jobs', 'job-failed'],
    ['nodes', 'node-down'],
  ])('%s: %s', async (_, scenario) => {
    const { alert, cluster } = await stage({ scenario });
    const report = await alert();
    expect(report.status).toBe('completed');
    const expected = expectedOf(scenario);
    const [cause] = report.analysis?.root_causes ?? [];
    expect(expected.codes).toContain(cause?.code);
    expect(expected.objects.map((object) => ({ namespace: null, ...object }))).toContainEqual(cause?.subject);
    checkAnswer(report);
    const queries = report.analysis?.evidence.map(({ query }) => query) ?? [];
    expect(queries.some((query) => query.startsWith('kubectl '))).toBe(true);
    expect(report.analysis?.usage.kubernetes_requests).toBeGreaterThan(0);
    expect(cluster.stats().writes).toEqual([]);
  });

  it('says that a healthy cluster is healthy, if what the alert measures could be looked at', async () => {
    const metrics = (_: Date, recording: string) => readFileSync(path.join(recording, 'metrics.om'), 'utf8').replace(/\n# EOF\n$/, '');
    const { alert } = await stage({ scenario: 'all-well', metrics });
    const { status, analysis } = await alert();
    expect({ status, healthy: analysis?.healthy, causes: analysis?.root_causes }).toEqual({ status: 'completed', healthy: true, causes: [] });
  });

  it('does not say so of a probe that fails when there are no metrics', async () => {
    const { alert } = await stage({ scenario: 'all-well' });
    const { analysis } = await alert();
    expect(analysis).toMatchObject({ healthy: false, inconclusive: true, root_causes: [], summary: expect.stringContaining('metrics could not be read') });
  });

  it('names what was rolled out before, with the fields that differ', async () => {
    const { alert } = await stage({ scenario: 'image-denied' });
    const { analysis } = await alert();
    expect(analysis?.timeline.some(({ what }) => /^Rollout of label-printer, revision \d+: .*image: .* -> /.test(what))).toBe(true);
  });
});

const RULES = `groups:
  - name: tickets
    rules:
      - alert: HighLatency
        expr: service:latency_p95_ms{namespace="tickets"} > 500
        for: 5m
        labels: {severity: critical}
`;
const SLOW_MINUTES = 20;

/** The gate began to use its limit of half a core, and to answer slowly, twenty minutes ago. */
const slowGate: Setting = {
  scenario: 'all-well',
  prepare(recording) {
    for (const name of ['pods', 'deployments.apps', 'replicasets.apps']) {
      const file = path.join(recording, 'resources', `${name}.json`);
      const list = JSON.parse(readFileSync(file, 'utf8'));
      for (const { spec, metadata } of list.items)
        if (metadata.name.startsWith('entry-gate')) (spec.template?.spec ?? spec).containers[0].resources.limits.cpu = '500m';
      writeFileSync(file, JSON.stringify(list));
    }
  },
  metrics(now, recording) {
    const used = podsOf(recording, 'entry-gate').flatMap((pod) => {
      const labels = { namespace: 'tickets', pod, container: 'entry-gate', job: 'kubelet' };
      const grown = (before: number, after: number) => (ago: number) =>
        1000 + (120 - ago) * 60 * before + Math.max(0, SLOW_MINUTES - ago) * 60 * (after - before);
      return [
        series('container_cpu_usage_seconds_total', labels, now, 120, grown(0.06, 0.5)),
        series('container_cpu_cfs_throttled_seconds_total', labels, now, 120, grown(0.001, 0.6)),
      ];
    });
    const slow = series(
      'service:latency_p95_ms',
      { namespace: 'tickets', service: 'entry-gate' },
      now,
      120,
      (ago) => (ago > SLOW_MINUTES ? 40 : 900) + (ago % 3),
    );
    // A family's series stand together.
    return [...used.filter((_, index) => index % 2 === 0), ...used.filter((_, index) => index % 2 === 1), slow].join('\n');
  },
  rules: RULES,
  webhook: (recorded, now) => ({
    ...recorded,
    alerts: recorded.alerts.map((one) => ({
      ...one,
      labels: { alertname: 'HighLatency', namespace: 'tickets', service: 'entry-gate', severity: 'critical' },
      fingerprint: '',
      generatorURL: '',
      startsAt: new Date(now.getTime() - (SLOW_MINUTES - 5) * 60_000).toISOString(),
    })),
  }),
};

describe('with a real Prometheus', () => {
  it('performance: finds the container that uses up its limit, and shows how the alert came about', async () => {
    const { alert } = await stage(slowGate);
    const { analysis } = await alert();
    expect(analysis?.root_causes[0]).toMatchObject({ code: 'CpuSaturated', subject: { kind: 'Deployment', namespace: 'tickets', name: 'entry-gate' } });
    const shown = analysis?.evidence.find(({ title }) => title === 'Expression of HighLatency around the onset');
    expect(shown).toMatchObject({
      source: 'prometheus',
      query: 'service:latency_p95_ms{namespace="tickets"}',
      data: { threshold: { op: '>', value: 500 }, for_seconds: 300, shapes: ['step'] },
    });
    expect(shown?.excerpt).toMatch(/a step at \S+ from 4\d[.\d]* to 90\d/);
  });

  it('shows the expression and its samples also when there is no cause to be found', async () => {
    const { alert } = await stage({
      ...slowGate,
      metrics: (now) => series('service:latency_p95_ms', { namespace: 'tickets', service: 'entry-gate' }, now, 120, () => 900),
    });
    const { analysis } = await alert();
    expect(analysis?.root_causes).toEqual([]);
    expect(analysis?.evidence).toContainEqual(expect.objectContaining({ source: 'prometheus', data: expect.objectContaining({ shapes: ['constant'] }) }));
  });

  it('network: a node that loses packets, however far apart samples lie', async () => {
    const { alert } = await stage({ scenario: 'testing/incidents/loss-node', metrics: (_, recording) => recordedSamples(recording) });
    const { analysis } = await alert();
    expect(analysis?.root_causes[0]).toMatchObject({ code: 'NodeNetworkLoss', subject: { kind: 'Node' } });
  });

  it('tells who calls whom where a mesh or traces measure it', async () => {
    const mesh = { source_workload: 'web', source_workload_namespace: 'shop', destination_workload: 'cart', destination_workload_namespace: 'shop' };
    const { prometheus } = await stage({
      scenario: 'memory-limit',
      metrics: (now) =>
        [
          series('istio_requests_total', { ...mesh, response_code: '200' }, now, 30, () => 7),
          series('istio_requests_total', { ...mesh, response_code: '500' }, now, 30, () => 1),
          series('traces_service_graph_request_total', { client: 'cart', server: 'redis' }, now, 30, () => 3),
        ].join('\n'),
    });
    const source = createPrometheusSource({ url: prometheus?.url, timeoutMs: 5_000, clock: () => new Date() });
    const at = new Date(Date.now() - 600_000).toISOString();
    const answer = await source.answer({ about: 'calls', topic: 'metrics', at }, AbortSignal.timeout(10_000));
    await source.close();
    expect(answer.outcome === 'present' && answer.data.toSorted((left, right) => left.client.name.localeCompare(right.client.name))).toEqual([
      { client: { name: 'cart', namespace: undefined }, server: { name: 'redis', namespace: undefined } },
      { client: { name: 'web', namespace: 'shop' }, server: { name: 'cart', namespace: 'shop' } },
    ]);
  });

  it('a Prometheus that hangs costs its deadline and is named', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      const { alert } = await stage({ scenario: 'memory-limit', env: { PROMETHEUS_URL: `http://127.0.0.1:${port}`, PROMETHEUS_TIMEOUT_MS: '1000' } });
      const began = Date.now();
      const { status, analysis } = await alert();
      expect(Date.now() - began).toBeLessThan(6_000);
      expect(status).toBe('completed');
      expect(analysis?.root_causes[0]).toMatchObject({ code: 'OOMKilled' });
      expect(analysis?.degraded.join(' ')).toContain(`127.0.0.1:${port}`);
    } finally {
      silent.close();
    }
  });

  it('a Prometheus that is not there is named', async () => {
    const { alert } = await stage({ scenario: 'memory-limit', env: { PROMETHEUS_URL: 'http://127.0.0.1:9' } });
    const { analysis } = await alert();
    expect(analysis?.root_causes[0]).toMatchObject({ code: 'OOMKilled' });
    expect(analysis?.degraded.join(' ')).toContain('127.0.0.1:9');
  });
});

describe('when the cluster cannot be read as it should', () => {
  it('names the one kind that it may not read, and never calls the rest healthy', async () => {
    const { alert } = await stage({ scenario: 'all-well', behaviour: { forbid: 'list:events' } });
    const { status, analysis } = await alert();
    expect(status).toBe('completed');
    expect(analysis).toMatchObject({ healthy: false, inconclusive: true });
    expect(analysis?.degraded.join(' ')).toMatch(/events/);
  });

  it('still finds the cause without what is forbidden', async () => {
    const { alert } = await stage({ scenario: 'memory-limit', behaviour: { forbid: 'list:configmaps' } });
    const { analysis } = await alert();
    expect(analysis?.root_causes[0]?.code).toBe('OOMKilled');
  });

  it.each([
    ['answers 500', { kind: 'status', code: 500 }],
    ['never answers', { kind: 'hang' }],
    ['closes the connection', { kind: 'reset' }],
    ['answers with something else', { kind: 'body', text: '<html>login</html>', type: 'text/html' }],
  ] as const)('an API server that %s: the report completes and says so', async (_, fault) => {
    const { alert } = await stage({ scenario: 'memory-limit', behaviour: { fault: () => fault }, env: { KUBERNETES_TIMEOUT_MS: '1500' } });
    const began = Date.now();
    const { status, analysis } = await alert();
    expect(Date.now() - began).toBeLessThan(20_000);
    expect(status).toBe('completed');
    expect(analysis).toMatchObject({ healthy: false, inconclusive: true, root_causes: [] });
    expect(analysis?.degraded.length).toBeGreaterThan(0);
  });

  it('an API server that is gone: the report completes and says so', async () => {
    const { alert, cluster } = await stage({ scenario: 'memory-limit', env: { KUBERNETES_TIMEOUT_MS: '1500' } });
    await cluster.close();
    const { status, analysis } = await alert();
    expect(status).toBe('completed');
    expect(analysis).toMatchObject({ healthy: false, inconclusive: true, root_causes: [] });
    expect(analysis?.degraded.join(' ')).toMatch(/ECONNREFUSED|refused|unreachable|connect/i);
  });

  it('lists that hang while others answer cost their deadline only', async () => {
    const { alert } = await stage({
      scenario: 'memory-limit',
      behaviour: { fault: ({ path: asked }) => (asked.endsWith('/networkpolicies') || asked.endsWith('/configmaps') ? { kind: 'hang' } : undefined) },
      env: { KUBERNETES_TIMEOUT_MS: '1500' },
    });
    const began = Date.now();
    const { analysis } = await alert();
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(analysis?.root_causes[0]?.code).toBe('OOMKilled');
    expect(analysis?.degraded.join(' ')).toMatch(/configmaps|networkpolicies/);
  });
});
