import { describe, expect, it } from 'vitest';
import type { Container, EnvVar } from '#domain/kubernetes/pod.ts';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import { askIn, container, meta, NOW, only, pod, podSpec, service, type World, workload } from '#testing/world.ts';
import { databaseConnectionsExhausted } from './database-connections-exhausted.ts';

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
  return databaseConnectionsExhausted.judge(
    subject,
    askIn({ pods: [...pods, db], services, deployments: [deployment('web', env), store], logs: { 'shop/web-1/app': log }, ...world }),
    circumstances,
  );
}
const DB = [
  { name: 'DB_HOST', value: 'db' },
  { name: 'DB_PORT', value: '3306' },
];

describe('database-connections-exhausted', () => {
  const full = ['ERROR 1040 (HY000): Too many connections'];

  it('is certain when the server has a limit of its own', async () => {
    expect(only(await judge(full, { env: DB, server: { args: ['--max-connections=5'] } }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { subject: { kind: 'Deployment', name: 'db' } },
    });
  });

  it('is likely by what the client is told', async () => {
    expect(only(await judge(full, { env: DB }))).toMatchObject({ confidence: 'likely' });
  });

  it('says nothing about another complaint', async () => {
    expect(await judge(['ERROR lost connection'])).toEqual([]);
  });

  it('says nothing when logs cannot be read', async () => {
    expect(await judge(full, { gaps: { logs: 'forbidden' } })).toEqual([]);
  });
});
