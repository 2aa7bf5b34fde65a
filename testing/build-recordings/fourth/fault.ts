import { meta } from '../../../scripts/scenarios/world.ts';
import { recreate } from '../draft.ts';
import { hashOf } from '../make-workload.ts';
import type { Draft, Fields, Template, Workload } from '../shape.ts';
import { alarm, expect } from '../third/tell.ts';

type Alarm = Parameters<typeof alarm>[1];

/** Makes the makers of one family: an application, what is changed in it, and what the cause is called. */
export function familyOf(family: string) {
  return (
    id: string,
    create: (id: string) => Draft,
    root: string,
    object: string,
    change: (draft: Draft) => void,
    alertname: Alarm = 'PartialServiceUnreachability',
  ) =>
    (): Draft => {
      const draft = create(`f-${id}`);
      change(draft);
      if (draft.alerts.length === 0) alarm(draft, alertname);
      return expect(draft, root, object, family);
    };
}

/** Applied anew, and the API server refuses every pod of it. */
export function refuse(workload: Workload, ago: number, why: (prefix: string) => string, change: (template: Template) => void = () => {}): void {
  recreate(workload, ago, change);
  workload.pods = [];
  const [revision] = workload.revisions;
  if (revision) revision.refused = why(workload.kind === 'Deployment' ? `${workload.name}-${hashOf(revision.template)}-` : `${workload.name}-`);
  workload.shortSince = ago;
}

/** Any object of the namespace, or of the cluster. */
export function addObject(
  draft: Draft,
  apiVersion: string,
  kind: string,
  name: string,
  ago: number,
  body: Fields,
  namespace: string | null = draft.namespace,
): void {
  draft.extras.push(({ world }) => {
    world.add({ apiVersion, kind, metadata: meta(world, kind, name, ago, { namespace }), ...body });
  });
}

export function addQuota(draft: Draft, name: string, hard: Readonly<Record<string, string>>, used: Readonly<Record<string, string>>, ago = 40_000): void {
  addObject(draft, 'v1', 'ResourceQuota', name, ago, { spec: { hard }, status: { hard, used } });
}

const CONTROL = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';

/** The scheduler's message for a pod that no machine can take, and no eviction would help. */
export function noNode(...why: readonly string[]): string {
  const all = [...why, CONTROL].sort((left, right) => left.localeCompare(right));
  return `0/4 nodes are available: ${all.join(', ')}. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.`;
}

/** The same where others would have to go, and none may. */
export function noRoom(...why: readonly string[]): string {
  const all = [...why, CONTROL].sort((left, right) => left.localeCompare(right));
  return `0/4 nodes are available: ${all.join(', ')}. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.`;
}

/** Nothing is wrong, and an alert fired anyway. */
export const well =
  (id: string, create: (id: string) => Draft, shape: (draft: Draft) => void, alertname: Alarm = 'ServiceQualityDegradation', firedAgo = 2) =>
  (): Draft => {
    const draft = create(`f-well-${id}`);
    shape(draft);
    if (draft.alerts.length === 0) alarm(draft, alertname, firedAgo);
    return expect(draft, 'healthy', '', 'healthy');
  };
