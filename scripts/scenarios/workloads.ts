import { addPod, type Fields, type PodState, type TemplateSpec, templateOf } from './pods.ts';
import { digest, type KubeObject, meta, ownedBy, suffixOf, type World } from './world.ts';

/** One revision of a Deployment: its template, when it was rolled out, how many pods it should have now, and what those do. */
export interface Revision {
  readonly template: TemplateSpec;
  readonly agoMinutes: number;
  readonly replicas?: number;
  readonly pods: readonly PodState[];
  /** Condition that says why its pods cannot be made. */
  readonly failure?: string;
}

export interface DeploymentSpec {
  readonly name: string;
  readonly namespace?: string;
  readonly replicas: number;
  /** Oldest first. */
  readonly revisions: readonly Revision[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly progressDeadlineExceeded?: boolean;
  /** Minutes since availability was lost; undefined while it is there. */
  readonly unavailableAgo?: number;
}

export interface DeploymentParts {
  readonly deployment: KubeObject;
  readonly replicaSets: readonly KubeObject[];
  readonly pods: readonly (readonly KubeObject[])[];
}

export function addDeployment(world: World, spec: DeploymentSpec): DeploymentParts {
  const first = spec.revisions[0];
  const last = spec.revisions.at(-1);
  if (!first || !last) throw new Error(`Deployment ${spec.name}: give it a revision`);
  const namespace = spec.namespace ?? world.namespace;
  const selector = { matchLabels: { 'app.kubernetes.io/name': last.template.labels['app.kubernetes.io/name'] ?? spec.name } };
  const all = spec.revisions.flatMap(({ pods }) => pods).filter(counts);
  const updated = last.pods.filter(counts).length;
  const ready = all.filter(({ is }) => is === 'running').length;
  const unavailable = spec.replicas - ready;
  const deployment = world.add({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta(world, 'Deployment', spec.name, first.agoMinutes, {
      namespace,
      generation: spec.revisions.length,
      labels: selector.matchLabels,
      annotations: { 'deployment.kubernetes.io/revision': String(spec.revisions.length), ...spec.annotations },
    }),
    spec: {
      replicas: spec.replicas,
      selector,
      template: templateOf(last.template),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: {
      observedGeneration: spec.revisions.length,
      ...(all.length > 0 ? { replicas: all.length } : {}),
      ...(updated > 0 ? { updatedReplicas: updated } : {}),
      ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
      ...(unavailable > 0 ? { unavailableReplicas: Math.max(unavailable, all.length - ready) } : {}),
      conditions: conditionsOf(world, spec, last, ready, first.agoMinutes),
    },
  });
  const replicaSets = spec.revisions.map((revision, index) => addReplicaSet(world, deployment, spec, revision, index, selector));
  const pods = spec.revisions.map((revision, index) => {
    const owner = replicaSets[index];
    return owner ? revision.pods.map((state) => addPod(world, owner, revision.template, state)) : [];
  });
  return { deployment, replicaSets, pods };
}

/** Available while at least 75% of the replicas are (maxUnavailable 25%, rounded down). */
function conditionsOf(world: World, spec: DeploymentSpec, last: Revision, ready: number, born: number): readonly Fields[] {
  const needed = spec.replicas - Math.floor(spec.replicas / 4);
  const enough = ready >= needed;
  const changed = world.ago(enough ? born - 0.5 : (spec.unavailableAgo ?? last.agoMinutes));
  const set = `${spec.name}-${hashOf(last.template)}`;
  const rolled = world.ago(last.agoMinutes - 0.4);
  const progressing = spec.progressDeadlineExceeded
    ? ['False', 'ProgressDeadlineExceeded', `ReplicaSet "${set}" has timed out progressing.`, world.ago(last.agoMinutes - 10)]
    : last.pods.filter(counts).length === spec.replicas && last.pods.every(({ is }) => is !== 'unscheduled' && is !== 'waiting')
      ? ['True', 'NewReplicaSetAvailable', `ReplicaSet "${set}" has successfully progressed.`, rolled]
      : ['True', 'ReplicaSetUpdated', `ReplicaSet "${set}" is progressing.`, rolled];
  return [
    {
      type: 'Available',
      status: enough ? 'True' : 'False',
      lastUpdateTime: changed,
      lastTransitionTime: changed,
      reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
    },
    {
      type: 'Progressing',
      status: progressing[0],
      lastUpdateTime: progressing[3],
      lastTransitionTime: spec.progressDeadlineExceeded ? progressing[3] : world.ago(born),
      reason: progressing[1],
      message: progressing[2],
    },
    ...(last.failure === undefined
      ? []
      : [{ type: 'ReplicaFailure', status: 'True', lastUpdateTime: rolled, lastTransitionTime: rolled, reason: 'FailedCreate', message: last.failure }]),
  ];
}

/** Controllers do not count pods that are being deleted. */
function counts(pod: PodState): boolean {
  return pod.is !== 'lost' || pod.deletedAgo === undefined;
}

export function hashOf(template: TemplateSpec): string {
  return suffixOf(digest(JSON.stringify(templateOf(template))), 10);
}

function addReplicaSet(
  world: World,
  deployment: KubeObject,
  spec: DeploymentSpec,
  revision: Revision,
  index: number,
  selector: { readonly matchLabels: Fields },
): KubeObject {
  const hash = hashOf(revision.template);
  const labels = { ...revision.template.labels, 'pod-template-hash': hash };
  const template = templateOf({ ...revision.template, labels });
  const ready = revision.pods.filter(({ is }) => is === 'running').length;
  const present = revision.pods.filter(counts).length;
  const replicas = revision.replicas ?? present;
  const set = world.add({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: meta(world, 'ReplicaSet', `${spec.name}-${hash}`, revision.agoMinutes, {
      namespace: deployment.metadata.namespace ?? world.namespace,
      generation: index === spec.revisions.length - 1 ? 1 : 2,
      labels,
      annotations: {
        'deployment.kubernetes.io/desired-replicas': String(spec.replicas),
        'deployment.kubernetes.io/max-replicas': String(spec.replicas + Math.ceil(spec.replicas / 4)),
        'deployment.kubernetes.io/revision': String(index + 1),
      },
      ownerReferences: ownedBy(deployment),
    }),
    spec: { replicas, selector: { matchLabels: { ...selector.matchLabels, 'pod-template-hash': hash } }, template },
    status: {
      replicas: present,
      ...(present > 0 ? { fullyLabeledReplicas: present } : {}),
      ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
      observedGeneration: index === spec.revisions.length - 1 ? 1 : 2,
      ...(revision.failure === undefined
        ? {}
        : {
            conditions: [
              {
                type: 'ReplicaFailure',
                status: 'True',
                lastTransitionTime: world.ago(revision.agoMinutes - 0.02),
                reason: 'FailedCreate',
                message: revision.failure,
              },
            ],
          }),
    },
  });
  const from = index === 0 ? '' : ' from 0';
  world.event({
    about: deployment,
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message: `Scaled up replica set ${set.metadata.name}${from} to ${Math.max(1, index === 0 ? spec.replicas : replicas)}`,
    firstAgo: revision.agoMinutes,
    component: 'deployment-controller',
  });
  for (const pod of revision.pods) {
    const name = `${set.metadata.name}-${suffixOf(`${set.metadata.name} ${JSON.stringify(pod)}`, 5)}`;
    world.event({
      about: set,
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${name}`,
      firstAgo: pod.agoMinutes,
      component: 'replicaset-controller',
    });
  }
  return set;
}

export interface DaemonSetSpec {
  readonly name: string;
  readonly namespace: string;
  readonly template: TemplateSpec;
  readonly agoMinutes: number;
  readonly pods: readonly PodState[];
}

export function addDaemonSet(world: World, spec: DaemonSetSpec): readonly KubeObject[] {
  const ready = spec.pods.filter(({ is }) => is === 'running').length;
  const count = spec.pods.length;
  const set = world.add({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: meta(world, 'DaemonSet', spec.name, spec.agoMinutes, {
      namespace: spec.namespace,
      generation: 1,
      labels: spec.template.labels,
      annotations: { 'deprecated.daemonset.template.generation': '1' },
    }),
    spec: {
      selector: { matchLabels: spec.template.labels },
      template: templateOf(spec.template),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
    },
    status: {
      currentNumberScheduled: count,
      numberMisscheduled: 0,
      desiredNumberScheduled: count,
      numberReady: ready,
      observedGeneration: 1,
      updatedNumberScheduled: count,
      numberAvailable: ready,
      ...(count > ready ? { numberUnavailable: count - ready } : {}),
    },
  });
  return spec.pods.map((state) => addPod(world, set, spec.template, state));
}
