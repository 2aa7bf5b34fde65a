import type { Container, EnvVar, PodSpec } from '#domain/kubernetes/pod.ts';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import type { Rule, Verdict } from '#rules/rule.ts';
import { deployment, template } from './objects.ts';
import { askIn, container, NOW, pod, service, type World, workload } from './world.ts';

/** Workloads that call each other, for the tests of rules about addresses and dependencies. */

/** A Deployment of one container `app` with this environment. */
export function deployed(name: string, env: readonly EnvVar[] = [], more: Partial<Container> = {}): Deployment {
  const labels = { app: name };
  return deployment(name, {
    metadata: { uid: `deployed-${name}` },
    spec: { selector: { matchLabels: labels, matchExpressions: [] }, template: template({ containers: [container('app', { env, ...more })] }, labels) },
  });
}

/** A ready MySQL behind a Service `db`, and how its clients are told to find it. */
export const DATABASE = pod('db-1', {
  metadata: { labels: { app: 'db' } },
  spec: { containers: [container('mysql', { image: 'mysql:8', ports: [{ containerPort: 3306 }] })] },
  status: { podIP: '10.0.0.9' },
});
export const DATABASE_SERVICES = [service('db', { spec: { ports: [{ port: 3306 }] } })];
export const DATABASE_ENV = [
  { name: 'DB_HOST', value: 'db' },
  { name: 'DB_PORT', value: '3306' },
];

/** What may differ: the client's environment, whether it is well, its pod, the container of the server, the world around. */
export interface FailingClient extends Partial<World> {
  readonly env?: readonly EnvVar[];
  readonly well?: boolean;
  readonly spec?: Partial<PodSpec>;
  readonly server?: Partial<Container>;
}

/** Judges the workload `web` that is not ready, or is well, with this in its log, beside its database `db`. */
export async function judgeClient(
  rule: Rule,
  log: readonly string[],
  { env = [], well = false, spec = {}, server = {}, ...world }: FailingClient = {},
): Promise<Verdict | readonly Verdict[]> {
  const status = well
    ? {}
    : {
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { running: { startedAt: '2026-03-01T11:30:00Z' } }, lastState: {} }],
      };
  const { subject, pods } = workload('web', [pod('web-1', { spec: { containers: [container('app', { env })], ...spec }, status })]);
  const store = deployed('db', [], { image: 'mysql:8', ports: [{ containerPort: 3306 }], ...server });
  return rule.judge(
    subject,
    askIn({
      pods: [...pods, DATABASE],
      services: DATABASE_SERVICES,
      deployments: [deployed('web', env), store],
      logs: { 'shop/web-1/app': log },
      ...world,
    }),
    { now: NOW, onset: NOW },
  );
}
