import { digest, type KubeObject, meta, ownedBy, suffixOf, type World } from '../../scripts/scenarios/world.ts';
import { emit } from './event.ts';
import { podStatus } from './pod-status.ts';
import type { Container, Draft, Fields, Place, PodDraft, PodSpec, Template } from './shape.ts';

/** Everything about one pod that must be known before its object is made. */
export interface PodPlan {
  readonly draft: PodDraft;
  readonly template: Template;
  readonly name: string;
  readonly ip: string;
  readonly hostIp: string;
  readonly namespace: string;
}

export function planPod(
  draft: Draft,
  pod: PodDraft,
  template: Template,
  owner: { kind: string; name: string; namespace: string },
  at: number,
  taken: Map<string, number>,
): PodPlan {
  const name =
    pod.name ?? (owner.kind === 'StatefulSet' ? `${owner.name}-${at}` : `${owner.name}-${suffixOf(`${draft.id} ${owner.name} ${at} ${pod.ago}`, 5)}`);
  pod.name = name;
  const node = draft.nodes.find((one) => one.name === pod.node);
  const subnet = node ? Number(node.ip.split('.')[3]) - (node.name.startsWith('control') ? 10 : 20) : 0;
  const count = (taken.get(node?.name ?? '') ?? 10 + (Number.parseInt(digest(draft.id).slice(0, 2), 16) % 90)) + 1;
  taken.set(node?.name ?? '', count);
  return {
    draft: pod,
    template,
    name,
    ip: template.spec.hostNetwork ? (node?.ip ?? '') : `10.42.${subnet}.${count}`,
    hostIp: node?.ip ?? '',
    namespace: owner.namespace,
  };
}

/** Makes the pod's object, the events of its start and its own ones, and its logs. */
export function makePod(
  draft: Draft,
  world: World,
  plan: PodPlan,
  owner: KubeObject,
  extraLabels: Record<string, string>,
  placeOf: (ago: number) => Place,
): KubeObject {
  const { draft: pod, template, name } = plan;
  const stateful = owner.kind === 'StatefulSet';
  const object = world.add({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(world, 'Pod', name, pod.ago, {
      namespace: plan.namespace,
      labels: {
        ...template.labels,
        ...extraLabels,
        ...(stateful ? { 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': name.split('-').at(-1) } : {}),
      },
      ...(template.annotations ? { annotations: template.annotations } : {}),
      ownerReferences: ownedBy(owner),
      ...(pod.deletingAgo === undefined ? {} : { deletionTimestamp: world.ago(pod.deletingAgo - 0.5), deletionGracePeriodSeconds: 30 }),
    }),
    spec: { ...podSpecOf(template.spec, true), ...(pod.node === undefined ? {} : { nodeName: pod.node }), ...tolerationsOf(template.spec, owner.kind) },
    status: podStatus(world, plan),
  });
  startEvents(world, object, plan);
  for (const { message, by = 'kubelet', container, ...rest } of pod.events) {
    emit(world, object, {
      ...rest,
      message: typeof message === 'string' ? message : message(placeOf(rest.last ?? rest.first)),
      by,
      ...(by === 'kubelet' && pod.node !== undefined ? { host: pod.node } : {}),
      ...(container === undefined
        ? {}
        : { fieldPath: `spec.${template.spec.initContainers?.some((one) => one.name === container) ? 'initContainers' : 'containers'}{${container}}` }),
    });
  }
  writeLogs(draft, world, object, plan, placeOf);
  return object;
}

/** The spec as the API server completes it; a pod's also names its service account. The token volume is left out, to keep recordings small. */
export function podSpecOf(spec: PodSpec, named = false): Fields {
  const full = (one: Container): Fields => ({
    ...one,
    resources: one.resources ?? {},
    imagePullPolicy: /:latest$|^[^:]*$/.test(one.image) ? 'Always' : 'IfNotPresent',
  });
  return {
    ...spec,
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(full) } : {}),
    containers: spec.containers.map(full),
    restartPolicy: spec.restartPolicy ?? 'Always',
    dnsPolicy: spec.dnsPolicy ?? 'ClusterFirst',
    ...(named || spec.serviceAccountName !== undefined ? { serviceAccountName: spec.serviceAccountName ?? 'default' } : {}),
    securityContext: spec.securityContext ?? {},
    schedulerName: 'default-scheduler',
  };
}

function tolerationsOf(spec: PodSpec, owner: string): Fields {
  const every = (key: string, effect: string): Fields => ({ key, operator: 'Exists', effect });
  if (owner === 'Node') return { tolerations: spec.tolerations, priority: 2_000_001_000 };
  const added =
    owner === 'DaemonSet'
      ? [
          every('node.kubernetes.io/not-ready', 'NoExecute'),
          every('node.kubernetes.io/unreachable', 'NoExecute'),
          every('node.kubernetes.io/unschedulable', 'NoSchedule'),
        ]
      : [
          { ...every('node.kubernetes.io/not-ready', 'NoExecute'), tolerationSeconds: 300 },
          { ...every('node.kubernetes.io/unreachable', 'NoExecute'), tolerationSeconds: 300 },
        ];
  return { tolerations: [...(spec.tolerations ?? []), ...added], priority: spec.priorityClassName?.startsWith('system') ? 2_000_000_000 : 0 };
}

/** What the scheduler and the kubelet say of an ordinary start. */
function startEvents(world: World, object: KubeObject, { draft: pod, template, name }: PodPlan): void {
  if (pod.node === undefined || pod.failed || template.spec.hostNetwork) return;
  emit(world, object, {
    type: 'Normal',
    reason: 'Scheduled',
    message: `Successfully assigned ${object.metadata.namespace}/${name} to ${pod.node}`,
    first: pod.ago,
    by: 'default-scheduler',
  });
  const all = [
    ...(template.spec.initContainers ?? []).map((one) => ['initContainers', one, pod.initStates?.[one.name]] as const),
    ...template.spec.containers.map((one) => ['containers', one, pod.states[one.name]] as const),
  ];
  for (const [list, container, state] of all) {
    if (list === 'containers' && pod.initStates && Object.values(pod.initStates).some(({ is }) => is === 'waiting')) continue;
    if (state?.is === 'waiting' && state.last === undefined) continue;
    const restarts = state?.restarts ?? 0;
    const last = state && 'last' in state ? state.last : undefined;
    const again = restarts > 0 && last ? { last: Math.min(pod.ago, last.ago + last.ranSeconds / 60), count: restarts + 1 } : {};
    const facts = { type: 'Normal' as const, first: pod.ago - 0.05, by: 'kubelet', host: pod.node, fieldPath: `spec.${list}{${container.name}}`, ...again };
    emit(world, object, { ...facts, reason: 'Pulled', message: `Container image "${container.image}" already present on machine` });
    emit(world, object, { ...facts, reason: 'Created', message: `Created container: ${container.name}` });
    emit(world, object, { ...facts, reason: 'Started', message: `Started container ${container.name}` });
  }
}

function writeLogs(draft: Draft, world: World, object: KubeObject, { draft: pod, name }: PodPlan, placeOf: (ago: number) => Place): void {
  const write = (file: string, lines: Draft['workloads'][number]['pods'][number]['logs'][string]): void => {
    const text = lines
      .toSorted(([left], [right]) => right - left)
      .map(([ago, line]) => {
        const place = placeOf(ago);
        const body = (typeof line === 'string' ? line : line(place)).split('\n');
        const stamp = draft.stamped ? `${place.at.toISOString().replace('Z', '318204Z')} ` : '';
        return body.map((one) => `${stamp}${one}\n`).join('');
      });
    world.logs.set(`${object.metadata.namespace}/${name}/${file}`, text.join(''));
  };
  for (const [container, lines] of Object.entries(pod.logs)) write(`${container}.log`, lines);
  for (const [container, lines] of Object.entries(pod.previous)) write(`${container}.previous.log`, lines);
  for (const [container, text] of Object.entries(pod.logErrors))
    world.logs.set(`${object.metadata.namespace}/${name}/${container}.log.error`, text.replace('PODNAME', name));
}
