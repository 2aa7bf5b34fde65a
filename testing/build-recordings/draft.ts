import { digest } from '../../scripts/scenarios/world.ts';
import type { Container, Draft, Line, NodeDraft, PodDraft, Revision, ServiceDraft, Template, Workload } from './shape.ts';

const HOUR = 60;
export const DAY = 24 * HOUR;

/** An empty draft. Its time follows from its id: some minute of 2026. */
export function createDraft(id: string, namespace: string): Draft {
  const number = Number.parseInt(digest(`time ${id}`).slice(0, 8), 16);
  const takenAt = new Date(Date.UTC(2026, 0, 3) + (number % (330 * DAY)) * 60_000 + (number % 59) * 1000).toISOString().replace('.000Z', 'Z');
  return {
    id,
    takenAt,
    namespace,
    stamped: number % 6 === 0,
    selfContained: number % 5 < 4,
    exporter: false,
    nodes: fourNodes(),
    workloads: [],
    services: [],
    configMaps: [],
    secrets: [],
    serviceAccounts: [],
    namespaces: [],
    extras: [],
    metrics: [],
    groupLabels: {},
    alerts: [],
    expected: { root_cause: '', object: '', family: '' },
  };
}

function fourNodes(): NodeDraft[] {
  const worker = (number: number): NodeDraft => ({
    name: `worker-${number}`,
    ip: `192.168.56.${20 + number}`,
    cpu: 8,
    memoryKi: 32_864_012,
    labels: { 'topology.kubernetes.io/zone': `rack-${number}` },
    taints: [],
    conditions: {},
    ago: 140 * DAY,
  });
  const control: NodeDraft = {
    ...worker(0),
    name: 'control-1',
    ip: '192.168.56.10',
    cpu: 4,
    memoryKi: 8_144_032,
    labels: { 'node-role.kubernetes.io/control-plane': '', 'topology.kubernetes.io/zone': 'rack-1' },
    taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
  };
  return [control, worker(1), worker(2), worker(3)];
}

export interface WorkloadOptions {
  readonly kind?: Workload['kind'];
  readonly replicas?: number;
  readonly ago?: number;
  /** Image of the revision before, if there was one. */
  readonly before?: string;
  readonly nodes?: readonly string[];
  readonly strategy?: Workload['strategy'];
  readonly claims?: Workload['claims'];
  readonly routine?: Workload['routine'];
  readonly namespace?: string;
}

/** Adds a workload whose pods have been running for long, spread over the workers. */
export function addWorkload(draft: Draft, name: string, template: Template, options: WorkloadOptions = {}): Workload {
  const seed = Number.parseInt(digest(`${draft.id} ${name}`).slice(0, 6), 16);
  const ago = options.ago ?? (2 + (seed % 17)) * DAY + (seed % 1000);
  const kind = options.kind ?? 'Deployment';
  const workers = draft.nodes.filter(({ name: node }) => node.startsWith('worker')).map((node) => node.name);
  const nodes = options.nodes ?? (kind === 'DaemonSet' ? workers : workers.map((_, at) => workers[(at + seed) % workers.length] ?? ''));
  const replicas = kind === 'DaemonSet' ? nodes.length : (options.replicas ?? 1);
  const revisions: Revision[] = [];
  if (options.before !== undefined && seed % 4 === 0) {
    const old = structuredClone(template);
    const [first] = old.spec.containers;
    if (first) first.image = options.before;
    revisions.push({ template: old, ago: ago + 9 * DAY });
  }
  revisions.push({ template, ago });
  const workload: Workload = {
    kind,
    name,
    namespace: options.namespace ?? draft.namespace,
    replicas,
    revisions,
    pods: [],
    strategy: options.strategy ?? 'RollingUpdate',
    claims: options.claims ?? [],
    annotations: {},
    routine: options.routine ?? (() => []),
  };
  for (let at = 0; at < replicas; at += 1) workload.pods.push(newPod(workload, ago - at * 0.4, nodes[at % nodes.length]));
  draft.workloads.push(workload);
  return workload;
}

/** A pod of the newest revision, running. */
export function newPod(workload: Workload, ago: number, node: string | undefined): PodDraft {
  return {
    revision: workload.revisions.length - 1,
    ago,
    ...(node === undefined ? {} : { node }),
    states: {},
    logs: {},
    previous: {},
    logErrors: {},
    events: [],
  };
}

export function workloadOf(draft: Draft, name: string): Workload {
  const found = draft.workloads.find((one) => one.name === name);
  if (!found) throw new Error(`${draft.id}: there is no workload ${name}`);
  return found;
}

export function serviceOf(draft: Draft, name: string): ServiceDraft {
  const found = draft.services.find((one) => one.name === name);
  if (!found) throw new Error(`${draft.id}: there is no service ${name}`);
  return found;
}

export function nodeOf(draft: Draft, name: string): NodeDraft {
  const found = draft.nodes.find((one) => one.name === name);
  if (!found) throw new Error(`${draft.id}: there is no node ${name}`);
  return found;
}

/** The template that is wanted now. */
export function templateOf(workload: Workload): Template {
  const last = workload.revisions.at(-1);
  if (!last) throw new Error(`${workload.name} has no revision`);
  return last.template;
}

export function mainOf(workload: Workload): Container {
  const [first] = templateOf(workload).spec.containers;
  if (!first) throw new Error(`${workload.name} has no container`);
  return first;
}

export function setEnv(container: Container, name: string, value: string): void {
  const found = (container.env ?? []).find((one) => one.name === name);
  if (found) {
    delete found.valueFrom;
    found.value = value;
  } else container.env = [...(container.env ?? []), { name, value }];
}

/** Rolls out a change; the pods of before stay as they are, `pods` new ones are made (they run). Returns the new ones. */
export function rollOut(workload: Workload, ago: number, change: (template: Template) => void, nodes: readonly string[] = ['worker-2']): PodDraft[] {
  const template = structuredClone(templateOf(workload));
  change(template);
  workload.revisions.push({ template, ago });
  const fresh = nodes.map((node, at) => newPod(workload, ago - at * 0.02, node));
  if (workload.strategy === 'Recreate' || workload.kind !== 'Deployment') {
    // A StatefulSet replaces its highest ordinal first and waits for it.
    if (workload.kind === 'StatefulSet') workload.pods.splice(workload.pods.length - fresh.length, fresh.length, ...fresh);
    else workload.pods = fresh;
  } else workload.pods.push(...fresh);
  return fresh;
}

/** As if the whole workload had been applied anew `ago` minutes before: one revision, young pods. Returns them. */
export function recreate(workload: Workload, ago: number, change: (template: Template) => void = () => {}): PodDraft[] {
  const template = structuredClone(templateOf(workload));
  change(template);
  const nodes = workload.pods.map(({ node }) => node);
  workload.revisions = [{ template, ago }];
  workload.pods = nodes.map((node, at) => newPod(workload, ago - at * 0.02, node));
  return workload.pods;
}

/** Pods that were deleted (a drain, a restart of their node) and made again `ago` minutes before, from the same template. */
export function replacePods(workload: Workload, ago: number, which: readonly number[] = workload.pods.map((_, at) => at)): PodDraft[] {
  return which.map((at) => {
    const fresh = newPod(workload, ago - at * 0.03, workload.pods[at]?.node);
    workload.pods[at] = fresh;
    return fresh;
  });
}

/** Adds lines to the log of the main container of every pod, or of those given. */
export function logTo(workload: Workload, lines: readonly Line[], pods: readonly PodDraft[] = workload.pods, container = mainOf(workload).name): void {
  for (const pod of pods) pod.logs[container] = [...(pod.logs[container] ?? []), ...lines];
}

/** A line again and again: from `first` minutes ago to `last`, every `every` minutes. */
export function repeat(first: number, last: number, every: number, text: (at: number) => readonly Line[1][]): Line[] {
  const lines: Line[] = [];
  let number = 0;
  for (let ago = first; ago >= last; ago -= every) {
    text(number).forEach((one, at) => {
      lines.push([ago - at * 0.0003, one]);
    });
    number += 1;
  }
  return lines;
}

/** Makes a change of a template from one of its main container. */
export function onMain(change: (container: Container) => void): (template: Template) => void {
  return ({ spec }) => {
    const [first] = spec.containers;
    if (first) change(first);
  };
}

/** Puts the first pod of each of these workloads on the node. */
export function settle(draft: Draft, node: string, names: readonly string[]): void {
  for (const name of names) {
    const [pod] = workloadOf(draft, name).pods;
    if (pod) pod.node = node;
  }
}
