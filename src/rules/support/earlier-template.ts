import type { Container, PodTemplate } from '#domain/kubernetes/pod.ts';
import type { ReplicaSet } from '#domain/kubernetes/workload.ts';
import type { Workload } from '#domain/subject.ts';
import { instant } from './instants.ts';

const REVISION = 'deployment.kubernetes.io/revision';

/** A revision of a Deployment's template. */
export interface Revision {
  readonly number: number | undefined;
  readonly createdAt: string | undefined;
  readonly template: PodTemplate;
}

/** The revisions of a Deployment, newest first; empty for other kinds and when the list holds none of it. */
export function revisionsOf(workload: Workload, replicaSets: readonly ReplicaSet[]): readonly Revision[] {
  return replicaSets
    .filter(({ metadata }) => metadata.ownerReferences.some(({ uid, kind }) => kind === 'Deployment' && workload.ownerUids.includes(uid)))
    .map(({ metadata, spec }) => ({
      number: Number(metadata.annotations[REVISION]) || undefined,
      createdAt: metadata.creationTimestamp,
      template: spec.template,
    }))
    .toSorted((left, right) => (right.number ?? 0) - (left.number ?? 0) || (instant(right.createdAt) ?? 0) - (instant(left.createdAt) ?? 0));
}

/** The container of this name in the revision before the newest one; undefined when there is none. */
export function earlierContainer(workload: Workload, replicaSets: readonly ReplicaSet[], name: string): Container | undefined {
  return revisionsOf(workload, replicaSets)[1]?.template.spec.containers.find((container) => container.name === name);
}
