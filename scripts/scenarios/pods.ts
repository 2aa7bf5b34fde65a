import { statusOf } from './pod-status.ts';
import { type KubeObject, meta, ownedBy, suffixOf, type World } from './world.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly Fields[];
  readonly envFrom?: readonly Fields[];
  readonly port?: number;
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
  readonly liveness?: Fields;
  readonly readiness?: Fields;
  readonly volumeMounts?: readonly Fields[];
}

export interface TemplateSpec {
  readonly containers: readonly ContainerSpec[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  readonly volumes?: readonly Fields[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly imagePullSecrets?: readonly string[];
  readonly restartPolicy?: 'Always' | 'Never' | 'OnFailure';
  readonly priorityClassName?: string;
  readonly tolerations?: readonly Fields[];
}

/** What a pod is doing. Times are minutes before the snapshot. */
export type PodState =
  | { readonly is: 'running'; readonly agoMinutes: number; readonly node: string; readonly restarts?: number }
  | { readonly is: 'unscheduled'; readonly agoMinutes: number; readonly message: string }
  /** Scheduled, its container has not started. */
  | { readonly is: 'waiting'; readonly agoMinutes: number; readonly node: string; readonly reason: string; readonly message: string }
  /** Ends again and again. */
  | {
      readonly is: 'crashing';
      readonly agoMinutes: number;
      readonly node: string;
      readonly restarts: number;
      readonly reason: string;
      readonly exitCode: number;
      /** How long the last run took, and how long ago it ended. */
      readonly ranSeconds: number;
      readonly endedAgo: number;
      readonly backOff: string;
    }
  /** Ran to its end (Jobs). */
  | {
      readonly is: 'ended';
      readonly agoMinutes: number;
      readonly node: string;
      readonly reason: string;
      readonly exitCode: number;
      readonly ranSeconds: number;
    }
  /** Its node went silent: what it last said stands, readiness was taken away. */
  | { readonly is: 'lost'; readonly agoMinutes: number; readonly node: string; readonly lostAgo: number; readonly deletedAgo?: number };

/** What the API server adds to a container that says nothing about these. */
export function containerOf(spec: ContainerSpec): Fields {
  return {
    name: spec.name,
    image: spec.image,
    ...(spec.command ? { command: spec.command } : {}),
    ...(spec.args ? { args: spec.args } : {}),
    ...(spec.port === undefined ? {} : { ports: [{ name: 'http', containerPort: spec.port, protocol: 'TCP' }] }),
    ...(spec.envFrom ? { envFrom: spec.envFrom } : {}),
    ...(spec.env ? { env: spec.env } : {}),
    resources: { ...(spec.limits ? { limits: spec.limits } : {}), ...(spec.requests ? { requests: spec.requests } : {}) },
    ...(spec.volumeMounts ? { volumeMounts: spec.volumeMounts } : {}),
    ...(spec.liveness ? { livenessProbe: probeOf(spec.liveness) } : {}),
    ...(spec.readiness ? { readinessProbe: probeOf(spec.readiness) } : {}),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  };
}

function probeOf(probe: Fields): Fields {
  return { ...probe, timeoutSeconds: probe['timeoutSeconds'] ?? 1, periodSeconds: probe['periodSeconds'] ?? 10, successThreshold: 1, failureThreshold: 3 };
}

export function templateOf(spec: TemplateSpec): { readonly metadata: Fields; readonly spec: Fields } {
  return {
    metadata: { creationTimestamp: null, labels: spec.labels, ...(spec.annotations ? { annotations: spec.annotations } : {}) },
    spec: {
      ...(spec.volumes ? { volumes: spec.volumes } : {}),
      containers: spec.containers.map(containerOf),
      restartPolicy: spec.restartPolicy ?? 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      ...(spec.nodeSelector ? { nodeSelector: spec.nodeSelector } : {}),
      ...(spec.serviceAccount ? { serviceAccountName: spec.serviceAccount, serviceAccount: spec.serviceAccount } : {}),
      securityContext: {},
      ...(spec.imagePullSecrets ? { imagePullSecrets: spec.imagePullSecrets.map((name) => ({ name })) } : {}),
      schedulerName: 'default-scheduler',
      ...(spec.tolerations ? { tolerations: spec.tolerations } : {}),
      ...(spec.priorityClassName ? { priorityClassName: spec.priorityClassName } : {}),
    },
  };
}

/** Makes a pod of `owner`, its status, and the events that such a pod has left behind. */
export function addPod(
  world: World,
  owner: KubeObject,
  spec: TemplateSpec,
  state: PodState,
  name = `${owner.metadata.name}-${suffixOf(`${owner.metadata.name} ${JSON.stringify(state)}`, 5)}`,
): KubeObject {
  const template = templateOf(spec);
  const node = state.is === 'unscheduled' ? undefined : world.objects.get('Node')?.find(({ metadata }) => metadata.name === state.node);
  const hash = owner.kind === 'ReplicaSet' ? { 'pod-template-hash': owner.metadata.name.split('-').at(-1) } : {};
  const pod = world.add({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(world, 'Pod', name, state.agoMinutes, {
      namespace: owner.metadata.namespace ?? world.namespace,
      generateName: `${owner.metadata.name}-`,
      labels: {
        ...spec.labels,
        ...hash,
        ...(owner.kind === 'Job' ? { 'batch.kubernetes.io/job-name': owner.metadata.name, 'job-name': owner.metadata.name } : {}),
      },
      ...(spec.annotations ? { annotations: spec.annotations } : {}),
      ownerReferences: ownedBy(owner),
      ...(state.is === 'lost' && state.deletedAgo !== undefined
        ? { deletionTimestamp: world.ago(state.deletedAgo - 0.5), deletionGracePeriodSeconds: 30 }
        : {}),
    }),
    spec: podSpec(template.spec, name, node?.metadata.name, spec),
    status: statusOf(world, spec, state, node, name),
  });
  addPodEvents(world, pod, spec, state);
  return pod;
}

function podSpec(template: Fields, name: string, nodeName: string | undefined, spec: TemplateSpec): Fields {
  const access = `kube-api-access-${suffixOf(`access ${name}`, 5)}`;
  const mount = { name: access, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  const containers = (template['containers'] as readonly Fields[]).map((container) => ({
    ...container,
    volumeMounts: [...((container['volumeMounts'] as readonly Fields[] | undefined) ?? []), mount],
  }));
  const projected = {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
    defaultMode: 420,
  };
  const seconds = { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };
  return {
    ...template,
    volumes: [...((template['volumes'] as readonly Fields[] | undefined) ?? []), { name: access, projected }],
    containers,
    serviceAccountName: spec.serviceAccount ?? 'default',
    serviceAccount: spec.serviceAccount ?? 'default',
    ...(nodeName === undefined ? {} : { nodeName }),
    tolerations: [...(spec.tolerations ?? []), { key: 'node.kubernetes.io/not-ready', ...seconds }, { key: 'node.kubernetes.io/unreachable', ...seconds }],
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
  };
}

/** The events of a normal start; those of the trouble are the story's own. */
function addPodEvents(world: World, pod: KubeObject, spec: TemplateSpec, state: PodState): void {
  if (state.is === 'unscheduled' || state.is === 'lost') return;
  const { name, namespace } = pod.metadata;
  const host = state.node;
  const once = { about: pod, type: 'Normal' as const };
  world.event({
    ...once,
    reason: 'Scheduled',
    message: `Successfully assigned ${namespace}/${name} to ${host}`,
    firstAgo: state.agoMinutes,
    component: 'default-scheduler',
  });
  if (state.is === 'waiting') return;
  const again = state.is === 'crashing' ? { lastAgo: state.endedAgo + state.ranSeconds / 60, count: state.restarts + 1 } : {};
  for (const container of spec.containers) {
    const at = { ...once, firstAgo: state.agoMinutes - 0.05, component: 'kubelet', host, fieldPath: `spec.containers{${container.name}}`, ...again };
    world.event({ ...at, reason: 'Pulled', message: `Container image "${container.image}" already present on machine` });
    world.event({ ...at, reason: 'Created', message: `Created container: ${container.name}` });
    world.event({ ...at, reason: 'Started', message: `Started container ${container.name}` });
  }
}
