import type { Ask, Evidence, UnavailableReason } from '#domain/evidence.ts';
import type { PastIncident, Runbook } from '#domain/knowledge.ts';
import type { KubernetesEvent, Node } from '#domain/kubernetes/cluster.ts';
import type { ObjectMeta } from '#domain/kubernetes/meta.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import type { Container, Pod, PodSpec, PodStatus, PodTemplate } from '#domain/kubernetes/pod.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import type { ObservedCall } from '#domain/observed-call.ts';
import type { FiringAlert, LogLines, Question, Series } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import type { KubernetesTopic, KubernetesTopics } from '#domain/topic.ts';
import type { Verdict } from '#rules/rule.ts';

/** A small typed world for the tests of rules: what each list holds, what logs and metrics say. What is not given is not there (an empty list), what is in `gaps` cannot be read. */
export interface World extends Partial<{ readonly [T in KubernetesTopic]: readonly KubernetesTopics[T][] }> {
  /** By `namespace/pod/container`, with ` previous` behind it for the run before. */
  readonly logs?: Readonly<Record<string, readonly string[]>>;
  /** The alerts of the incident. */
  readonly alerts?: readonly FiringAlert[];
  readonly runbooks?: readonly Runbook[];
  /** Incidents before. */
  readonly past?: readonly PastIncident[];
  /** By metric name. */
  readonly metrics?: Readonly<Record<string, readonly Series[]>>;
  /** Who was seen calling whom. */
  readonly calls?: readonly ObservedCall[];
  readonly gaps?: Partial<Record<Question['topic'], UnavailableReason>>;
}

export const NOW = '2026-03-01T12:00:00Z';

/** The door to a world. */
export function askIn(world: World): Ask {
  const answer = (question: Question): Evidence<unknown> => {
    const asked = { question, observedAt: NOW };
    const gap = world.gaps?.[question.topic];
    if (gap) return { ...asked, outcome: 'unavailable', reason: gap, why: `${question.topic}: ${gap}` };
    if (question.about === 'log') {
      const lines = world.logs?.[`${question.namespace}/${question.pod}/${question.container}${question.previous ? ' previous' : ''}`];
      const data: LogLines = { lines: (lines ?? []).map((text) => ({ at: null, text })), truncated: false };
      return lines ? { ...asked, outcome: 'present', data } : { ...asked, outcome: 'absent' };
    }
    if (question.about === 'alerts') return { ...asked, outcome: 'present', data: world.alerts ?? [] };
    if (question.about === 'runbooks') return { ...asked, outcome: 'present', data: world.runbooks ?? [] };
    if (question.about === 'past') return { ...asked, outcome: 'present', data: world.past ?? [] };
    if (question.about === 'calls') return { ...asked, outcome: 'present', data: world.calls ?? [] };
    if (question.about === 'series') return { ...asked, outcome: 'present', data: world.metrics?.[question.metric] ?? [] };
    const items = (world[question.topic] ?? []) as readonly { readonly metadata: ObjectMeta }[];
    return { ...asked, outcome: 'present', data: question.namespace ? items.filter(({ metadata }) => metadata.namespace === question.namespace) : items };
  };
  return (async (question: Question) => answer(question)) as Ask;
}

/** The single verdict of a judgement, for tests of rules that give one. */
export function only(verdicts: Verdict | readonly Verdict[]): Verdict {
  const all = [verdicts].flat() as readonly Verdict[];
  if (all.length !== 1 || all[0] === undefined) throw new Error(`expected one verdict, got ${all.length}`);
  return all[0];
}

let uids = 0;

export function meta(name: string, more: Partial<ObjectMeta> = {}): ObjectMeta {
  uids += 1;
  return {
    name,
    namespace: 'shop',
    uid: `uid-${uids}`,
    creationTimestamp: '2026-03-01T10:00:00Z',
    labels: {},
    annotations: {},
    ownerReferences: [],
    finalizers: [],
    managedFields: [],
    ...more,
  };
}

export function container(name: string, more: Partial<Container> = {}): Container {
  return {
    name,
    image: `registry.example/${name}:1.0`,
    command: [],
    args: [],
    env: [],
    envFrom: [],
    ports: [],
    resources: { requests: {}, limits: {} },
    volumeMounts: [],
    ...more,
  };
}

export function podSpec(more: Partial<PodSpec> = {}): PodSpec {
  return {
    containers: [container('app')],
    initContainers: [],
    volumes: [],
    nodeSelector: {},
    tolerations: [],
    topologySpreadConstraints: [],
    imagePullSecrets: [],
    hostAliases: [],
    schedulingGates: [],
    readinessGates: [],
    ...more,
  };
}

/** A running, ready pod on node-1, but for what is said. */
export function pod(
  name: string,
  more: { readonly metadata?: Partial<ObjectMeta>; readonly spec?: Partial<PodSpec>; readonly status?: Partial<PodStatus> } = {},
): Pod {
  const spec = podSpec({ nodeName: 'node-1', ...more.spec });
  const status: PodStatus = {
    phase: 'Running',
    podIP: '10.0.0.7',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: spec.containers.map(({ name: called, image }) => ({
      name: called,
      image,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: '2026-03-01T10:00:05Z' } },
      lastState: {},
    })),
    initContainerStatuses: [],
    ephemeralContainerStatuses: [],
    ...more.status,
  };
  return { kind: 'Pod', metadata: meta(name, more.metadata), spec, status };
}

/** A Deployment's view as the rules get it; `pods` become its own (their owner is set to it). */
export function workload(name: string, pods: readonly Pod[] = [], more: Partial<Workload> = {}): { readonly subject: Workload; readonly pods: readonly Pod[] } {
  const uid = `rs-of-${name}`;
  const owned = pods.map((one) => ({
    ...one,
    metadata: { ...one.metadata, ownerReferences: [{ kind: 'ReplicaSet', name: `${name}-abc`, uid, controller: true }] },
  }));
  const template: PodTemplate = { metadata: { ...meta('', { labels: { app: name } }) }, spec: pods[0]?.spec ?? podSpec() };
  const ref: ObjectRef = { kind: 'Deployment', namespace: 'shop', name, uid: `deploy-${name}` };
  const seenIn = { outcome: 'present', question: { about: 'list', topic: 'deployments', namespace: 'shop' }, observedAt: NOW, data: [] } as const;
  const subject: Workload = {
    kind: 'Workload',
    ref,
    createdAt: '2026-02-01T10:00:00Z',
    desired: Math.max(1, pods.length),
    ready: pods.filter(({ status }) => status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')).length,
    template,
    ownerUids: [`deploy-${name}`, uid],
    seenIn,
    ...more,
  };
  return { subject, pods: owned };
}

export function event(
  about: { readonly kind: string; readonly metadata: ObjectMeta },
  reason: string,
  message: string,
  more: Partial<KubernetesEvent> = {},
): KubernetesEvent {
  const { name, namespace, uid } = about.metadata;
  return {
    kind: 'Event',
    metadata: meta(`${name}.${reason.toLowerCase()}`, { namespace: namespace ?? 'default' }),
    involvedObject: { kind: about.kind, name, namespace, uid },
    type: 'Warning',
    reason,
    message,
    count: 1,
    firstTimestamp: '2026-03-01T11:50:00Z',
    lastTimestamp: '2026-03-01T11:55:00Z',
    ...more,
  };
}

export function service(name: string, more: { readonly metadata?: Partial<ObjectMeta>; readonly spec?: Partial<Service['spec']> } = {}): Service {
  return {
    kind: 'Service',
    metadata: meta(name, more.metadata),
    spec: { type: 'ClusterIP', clusterIP: '10.96.0.10', selector: { app: name }, ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }], ...more.spec },
  };
}

export function node(
  name: string,
  more: { readonly metadata?: Partial<ObjectMeta>; readonly spec?: Partial<Node['spec']>; readonly status?: Partial<Node['status']> } = {},
): Node {
  return {
    kind: 'Node',
    metadata: meta(name, { namespace: undefined, ...more.metadata }),
    spec: { taints: [], ...more.spec },
    status: {
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
      allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
      addresses: [{ type: 'InternalIP', address: '192.0.2.1' }],
      nodeInfo: {},
      ...more.status,
    },
  };
}

/** A firing alert; its labels name what it is about, its description what it says. */
export function alert(name: string, labels: Readonly<Record<string, string>> = {}, description = ''): FiringAlert {
  return { name, labels, annotations: { description }, startsAt: '2026-03-01T11:55:00Z', expression: undefined };
}

/** What the subject of a test was read from. */
export const seenIn = { outcome: 'present', question: { about: 'list', topic: 'nodes' }, observedAt: NOW, data: [] } as const;
