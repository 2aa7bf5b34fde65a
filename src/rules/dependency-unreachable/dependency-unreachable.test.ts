import { describe, expect, it } from 'vitest';
import type { Container, EnvVar } from '#domain/kubernetes/pod.ts';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import { askIn, container, meta, NOW, only, pod, podSpec, service, type World, workload } from '#testing/world.ts';
import { dependencyUnreachable } from './dependency-unreachable.ts';

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
    ...world
  }: Partial<World> & { readonly env?: readonly EnvVar[]; readonly well?: boolean; readonly server?: Partial<Container> } = {},
) {
  const status = well
    ? {}
    : {
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { running: { startedAt: '2026-03-01T11:30:00Z' } }, lastState: {} }],
      };
  const { subject, pods } = workload('web', [pod('web-1', { spec: { containers: [container('app', { env })] }, status })]);
  const store = deployment('db', [], { image: 'mysql:8', ports: [{ containerPort: 3306 }], ...server });
  return dependencyUnreachable.judge(
    subject,
    askIn({ pods: [...pods, db], services, deployments: [deployment('web', env), store], logs: { 'shop/web-1/app': log }, ...world }),
    circumstances,
  );
}

describe('dependency-unreachable', () => {
  it('leads to the dependency that has no ready pods', async () => {
    const down = pod('db-1', { metadata: { labels: { app: 'db' } }, status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    const { subject, pods } = workload('web', [pod('web-1', { status: { conditions: [{ type: 'Ready', status: 'False' }] } })]);
    const logs = { 'shop/web-1/app': ['connect ECONNREFUSED db:3306'] };
    expect(only(await dependencyUnreachable.judge(subject, askIn({ pods: [...pods, down], services, logs }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { subject: { kind: 'Service', name: 'db' } },
    });
  });

  it('is only possible when the dependency has ready pods, or is outside', async () => {
    expect(only(await judge(['connect ECONNREFUSED db:3306']))).toMatchObject({ confidence: 'possible' });
    expect(only(await judge(['dial tcp: lookup api.example.com: no such host']))).toMatchObject({
      confidence: 'possible',
      claim: { title: expect.stringContaining('api.example.com') },
    });
  });

  it('finds the Service behind an address', async () => {
    expect(only(await judge(['dial tcp 10.96.0.10:3306: connect: connection refused']))).toMatchObject({
      claim: { title: expect.stringContaining('Service db') },
    });
  });

  it('lets what a pod said while it started rest', async () => {
    expect(await judge(['2026-03-01T10:00:08Z ERROR connect ECONNREFUSED db:3306'], { well: true })).toEqual([]);
  });

  it('says nothing when logs cannot be read', async () => {
    expect(await judge([], { gaps: { logs: 'forbidden' } })).toEqual([]);
  });
});
