import { digest, type KubeObject, meta, ownedBy, suffixOf, type World } from '../../scripts/scenarios/world.ts';
import { emit } from './event.ts';
import { makePod, type PodPlan, planPod, podSpecOf } from './make-pod.ts';
import { isReady } from './pod-status.ts';
import type { Draft, Fields, Place, Revision, Template, Workload } from './shape.ts';

export function hashOf(template: Template): string {
  return suffixOf(digest(JSON.stringify(template)), 10);
}

function rawTemplate(template: Template, extra: Fields = {}): Fields {
  return {
    metadata: { creationTimestamp: null, labels: { ...template.labels, ...extra }, ...(template.annotations ? { annotations: template.annotations } : {}) },
    spec: podSpecOf(template.spec),
  };
}

/** Plans a workload's pods, so that names and addresses are known before anything is written. */
export function planPods(draft: Draft, workload: Workload, taken: Map<string, number>): PodPlan[] {
  return workload.pods.map((pod, at) => {
    const revision = workload.revisions[pod.revision] ?? latest(workload);
    const name = workload.kind === 'Deployment' ? `${workload.name}-${hashOf(revision.template)}` : workload.name;
    return planPod(draft, pod, revision.template, { kind: workload.kind, name, namespace: workload.namespace }, at, taken);
  });
}

function latest(workload: Workload): Revision {
  const last = workload.revisions.at(-1);
  if (!last) throw new Error(`${workload.name} has no revision`);
  return last;
}

type PlaceOf = (plan: PodPlan) => (ago: number) => Place;

/** Makes the controller, what it owns, and their events. */
export function makeWorkload(draft: Draft, world: World, workload: Workload, plans: readonly PodPlan[], placeOf: PlaceOf): void {
  if (workload.kind === 'Static') {
    for (const plan of plans) {
      const node = world.objects.get('Node')?.find(({ metadata }) => metadata.name === plan.draft.node);
      if (node) makePod(draft, world, plan, node, { tier: 'control-plane' }, placeOf(plan));
    }
    return;
  }
  const selector = { matchLabels: selectorOf(workload) };
  const owner = world.add({
    apiVersion: 'apps/v1',
    kind: workload.kind,
    metadata: meta(world, workload.kind, workload.name, workload.revisions[0]?.ago ?? 0, {
      namespace: workload.namespace,
      generation: workload.revisions.length,
      labels: latest(workload).template.labels,
      annotations: {
        ...(workload.kind === 'Deployment' ? { 'deployment.kubernetes.io/revision': String(workload.revisions.length) } : {}),
        ...workload.annotations,
      },
    }),
    spec: { ...specOf(workload), selector, template: rawTemplate(latest(workload).template) },
    status: statusOf(world, workload, plans),
  });
  if (workload.kind === 'Deployment')
    workload.revisions.forEach((revision, index) => {
      makeReplicaSet(draft, world, workload, owner, revision, index, plans, placeOf);
    });
  else {
    const hash = hashOf(latest(workload).template);
    for (const plan of plans) {
      const own = workload.revisions[plan.draft.revision]?.template ?? plan.template;
      const label = { 'controller-revision-hash': workload.kind === 'StatefulSet' ? `${workload.name}-${hashOf(own)}` : hash };
      makePod(draft, world, plan, owner, label, placeOf(plan));
      const verb = workload.kind === 'StatefulSet' ? `create Pod ${plan.name} in StatefulSet ${workload.name} successful` : `Created pod: ${plan.name}`;
      emit(world, owner, { type: 'Normal', reason: 'SuccessfulCreate', message: verb, first: plan.draft.ago, by: `${workload.kind.toLowerCase()}-controller` });
    }
    const refused = latest(workload).refused;
    if (refused !== undefined) {
      const message =
        workload.kind === 'StatefulSet'
          ? `create Pod ${workload.name}-${plans.length} in StatefulSet ${workload.name} failed error: ${refused}`
          : `Error creating: ${refused}`;
      emit(world, owner, {
        type: 'Warning',
        reason: 'FailedCreate',
        message,
        first: latest(workload).ago,
        last: Math.min(latest(workload).ago * 0.2, 6),
        count: 18,
        by: `${workload.kind.toLowerCase()}-controller`,
      });
    }
  }
}

function selectorOf(workload: Workload): Record<string, string> {
  const labels = workload.revisions[0]?.template.labels ?? {};
  if (workload.selects) return Object.fromEntries(workload.selects.map((one) => [one, labels[one] ?? '']));
  const key = ['app.kubernetes.io/name', 'app', 'k8s-app', 'component'].find((one) => labels[one] !== undefined) ?? '';
  return { [key]: labels[key] ?? '' };
}

function specOf(workload: Workload): Fields {
  switch (workload.kind) {
    case 'Deployment':
      return {
        replicas: workload.replicas,
        strategy:
          workload.strategy === 'Recreate' ? { type: 'Recreate' } : { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: workload.progressDeadline ?? 600,
      };
    case 'StatefulSet':
      return {
        replicas: workload.replicas,
        serviceName: `${workload.name}-headless`,
        podManagementPolicy: 'OrderedReady',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        ...(workload.claims.length > 0 ? { volumeClaimTemplates: workload.claims } : {}),
        revisionHistoryLimit: 10,
      };
    default:
      return { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }, revisionHistoryLimit: 10 };
  }
}

function statusOf(world: World, workload: Workload, plans: readonly PodPlan[]): Fields {
  const present = plans.filter(({ draft }) => !draft.failed && draft.deletingAgo === undefined);
  const readyCount = present.filter(isReady).length;
  const newest = workload.revisions.length - 1;
  const updated = present.filter(({ draft }) => draft.revision === newest).length;
  const observedGeneration = workload.revisions.length;
  if (workload.kind === 'DaemonSet') {
    const desired = workload.desired ?? present.length;
    return {
      currentNumberScheduled: present.length,
      desiredNumberScheduled: desired,
      numberMisscheduled: 0,
      numberReady: readyCount,
      numberAvailable: readyCount,
      ...(desired > readyCount ? { numberUnavailable: desired - readyCount } : {}),
      updatedNumberScheduled: updated,
      observedGeneration,
    };
  }
  if (workload.kind === 'StatefulSet') {
    const [current, update] = [workload.revisions[Math.max(0, newest - (updated < workload.replicas ? 1 : 0))], latest(workload)];
    return {
      observedGeneration,
      replicas: present.length,
      readyReplicas: readyCount,
      availableReplicas: readyCount,
      currentReplicas: current === update ? present.length : present.length - updated,
      updatedReplicas: updated,
      currentRevision: `${workload.name}-${hashOf((current ?? update).template)}`,
      updateRevision: `${workload.name}-${hashOf(update.template)}`,
      collisionCount: 0,
    };
  }
  const unavailable = Math.max(workload.replicas, present.length) - readyCount;
  return {
    observedGeneration,
    ...(present.length > 0 ? { replicas: present.length } : {}),
    ...(updated > 0 ? { updatedReplicas: updated } : {}),
    ...(readyCount > 0 ? { readyReplicas: readyCount, availableReplicas: readyCount } : {}),
    ...(unavailable > 0 ? { unavailableReplicas: unavailable } : {}),
    conditions: deploymentConditions(world, workload, plans, readyCount),
  };
}

function deploymentConditions(world: World, workload: Workload, plans: readonly PodPlan[], readyCount: number): readonly Fields[] {
  const born = workload.revisions[0]?.ago ?? 0;
  const last = latest(workload);
  const needed = workload.replicas - (workload.strategy === 'Recreate' ? workload.replicas : Math.floor(workload.replicas / 4));
  const enough = workload.strategy === 'Recreate' ? readyCount > 0 || workload.replicas === 0 : readyCount >= needed;
  const newestReady = plans.filter((plan) => plan.draft.revision === workload.revisions.length - 1 && isReady(plan)).length >= workload.replicas;
  const late = !newestReady && last.ago > 10 && workload.shortSince === undefined && last.refused === undefined;
  const condition = (type: string, status: boolean, reason: string, message: string, changed: number, updated = changed): Fields => ({
    type,
    status: status ? 'True' : 'False',
    lastUpdateTime: world.ago(updated),
    lastTransitionTime: world.ago(changed),
    reason,
    message,
  });
  const set = `ReplicaSet "${workload.name}-${hashOf(last.template)}"`;
  const complete = newestReady || workload.shortSince !== undefined;
  const lost = workload.shortSince ?? (workload.revisions.length > 1 || born > 60 ? last.ago - 0.05 : born);
  const available = enough
    ? condition('Available', true, 'MinimumReplicasAvailable', 'Deployment has minimum availability.', Math.max(0.2, born - 0.6))
    : condition('Available', false, 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', lost);
  const progressing =
    late || (last.refused !== undefined && last.ago > 10)
      ? condition('Progressing', false, 'ProgressDeadlineExceeded', `${set} has timed out progressing.`, Math.max(0.1, last.ago - 10))
      : condition(
          'Progressing',
          true,
          complete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
          `${set} ${complete ? 'has successfully progressed' : 'is progressing'}.`,
          born,
          Math.max(0.1, last.ago - 0.5),
        );
  const failure = last.refused === undefined ? [] : [condition('ReplicaFailure', true, 'FailedCreate', last.refused, last.ago - 0.01)];
  return failure.length > 0 ? [...failure, available, progressing] : [available, progressing];
}

function makeReplicaSet(
  draft: Draft,
  world: World,
  workload: Workload,
  owner: KubeObject,
  revision: Revision,
  index: number,
  plans: readonly PodPlan[],
  placeOf: PlaceOf,
): void {
  const hash = hashOf(revision.template);
  const mine = plans.filter((plan) => plan.draft.revision === index);
  const present = mine.filter(({ draft: pod }) => !pod.failed && pod.deletingAgo === undefined);
  const readyCount = present.filter(isReady).length;
  const newest = index === workload.revisions.length - 1;
  const wanted = newest ? (workload.revisions.length > 1 && plans.length > mine.length ? Math.max(1, present.length) : workload.replicas) : present.length;
  const set = world.add({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: meta(world, 'ReplicaSet', `${workload.name}-${hash}`, revision.ago, {
      namespace: workload.namespace,
      generation: newest ? 1 : 2,
      labels: { ...revision.template.labels, 'pod-template-hash': hash },
      annotations: {
        'deployment.kubernetes.io/desired-replicas': String(workload.replicas),
        'deployment.kubernetes.io/max-replicas': String(workload.replicas + Math.ceil(workload.replicas / 4)),
        'deployment.kubernetes.io/revision': String(index + 1),
      },
      ownerReferences: ownedBy(owner),
    }),
    spec: {
      replicas: wanted,
      selector: { matchLabels: { ...selectorOf(workload), 'pod-template-hash': hash } },
      template: rawTemplate(revision.template, { 'pod-template-hash': hash }),
    },
    status: {
      replicas: present.length,
      ...(present.length > 0 ? { fullyLabeledReplicas: present.length } : {}),
      ...(readyCount > 0 ? { readyReplicas: readyCount, availableReplicas: readyCount } : {}),
      observedGeneration: newest ? 1 : 2,
      ...(revision.refused === undefined
        ? {}
        : {
            conditions: [
              { type: 'ReplicaFailure', status: 'True', lastTransitionTime: world.ago(revision.ago - 0.01), reason: 'FailedCreate', message: revision.refused },
            ],
          }),
    },
  });
  const scaled = { type: 'Normal' as const, reason: 'ScalingReplicaSet', first: revision.ago, by: 'deployment-controller' };
  if (wanted > 0) emit(world, owner, { ...scaled, message: `Scaled up replica set ${set.metadata.name} from 0 to ${wanted}` });
  for (const plan of mine) {
    makePod(draft, world, plan, set, { 'pod-template-hash': hash }, placeOf(plan));
    emit(world, set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${plan.name}`, first: plan.draft.ago, by: 'replicaset-controller' });
  }
  if (revision.refused !== undefined) {
    const first = revision.ago - 0.01;
    emit(world, set, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${revision.refused}`,
      first,
      last: Math.min(first * 0.3, 7.2),
      count: Math.max(6, Math.min(24, Math.round(8 + first / 3))),
      by: 'replicaset-controller',
    });
  }
}
