import { describe, expect, it } from 'vitest';
import type { Container, EnvVar, PodSpec } from '#domain/kubernetes/pod.ts';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import { configMap } from '#testing/objects.ts';
import { askIn, container, meta, NOW, only, pod, podSpec, service, type World, workload } from '#testing/world.ts';
import { dependencyWrongPort } from './dependency-wrong-port.ts';

const circumstances = { now: NOW, onset: NOW };

function deployment(name: string, env: readonly EnvVar[] = [], more: Partial<Container> = {}): Deployment {
  const labels = { app: name };
  return {
    kind: 'Deployment',
    metadata: meta(name),
    spec: {
      replicas: 1,
      selector: { matchLabels: labels, matchExpressions: [] },
      template: { metadata: meta('', { labels }), spec: podSpec({ containers: [container('app', { env, ...more })] }) },
      strategy: {},
    },
    status: { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, unavailableReplicas: 0, conditions: [] },
  };
}

const db = pod('db-1', {
  metadata: { labels: { app: 'db' } },
  spec: { containers: [container('mysql', { image: 'mysql:8', ports: [{ containerPort: 3306 }] })] },
  status: { podIP: '10.0.0.9' },
});
const services = [service('db', { spec: { ports: [{ port: 3306 }] } })];

/** A workload that crashes, or is well, with this in its log; beside its database. */
async function judge(
  log: readonly string[],
  {
    env = [],
    well = false,
    server = {},
    spec = {},
    ...world
  }: Partial<World> & {
    readonly env?: readonly EnvVar[];
    readonly well?: boolean;
    readonly server?: Partial<Container>;
    readonly spec?: Partial<PodSpec>;
  } = {},
) {
  const status = well
    ? {}
    : {
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { running: { startedAt: '2026-03-01T11:30:00Z' } }, lastState: {} }],
      };
  const { subject, pods } = workload('web', [pod('web-1', { spec: { containers: [container('app', { env })], ...spec }, status })]);
  const store = deployment('db', [], { image: 'mysql:8', ports: [{ containerPort: 3306 }], ...server });
  return dependencyWrongPort.judge(
    subject,
    askIn({ pods: [...pods, db], services, deployments: [deployment('web', env), store], logs: { 'shop/web-1/app': log }, ...world }),
    circumstances,
  );
}

describe('dependency-wrong-port', () => {
  it('finds a port variable that the Service does not have', async () => {
    const env = [
      { name: 'DB_HOST', value: 'db' },
      { name: 'DB_PORT', value: '3307' },
    ];
    expect(only(await judge([], { env }))).toMatchObject({ verdict: 'found', confidence: 'likely', claim: { title: expect.stringContaining('3307') } });
  });

  it('finds it in a database URL', async () => {
    expect(only(await judge([], { env: [{ name: 'SPRING_DATASOURCE_URL', value: 'jdbc:mysql://db:3307/shop' }] }))).toMatchObject({ verdict: 'found' });
  });

  it('finds it by the log when the setting is in a Secret', async () => {
    expect(only(await judge(['dial tcp: connect ECONNREFUSED db:3307']))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('3306') },
    });
  });

  it('leaves the routes of a gateway to the rule for them', async () => {
    const conf = 'location /db/ {\n  proxy_pass http://db:3307;\n}';
    const spec = { volumes: [{ name: 'conf', configMap: { name: 'nginx', items: [] } }] };
    const complaint = ['connect ECONNREFUSED db:3307'];
    expect(await judge(complaint, { spec, configmaps: [configMap('nginx', { 'nginx.conf': conf })] })).toMatchObject({ verdict: 'ruled-out' });
    expect(await judge(complaint)).toMatchObject({ verdict: 'found' });
  });

  it('is ruled out when the port is right: then the dependency is down', async () => {
    expect(only(await judge(['connect ECONNREFUSED db:3306']))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('says nothing when logs cannot be read', async () => {
    expect(await judge([], { gaps: { logs: 'forbidden' } })).toEqual([]);
  });
});
