import type { Ask } from '#domain/evidence.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { type ObjectRef, refKey } from '#domain/object-ref.ts';
import type { CallParty, ObservedCall } from '#domain/observed-call.ts';
import { list } from '#domain/question.ts';
import type { ServiceSubject, Subject, Workload } from '#domain/subject.ts';
import { belongsTo } from '#rules/support/pods.ts';

/** How trouble spreads from one object to others: `Node -> pods -> workload -> Services -> callers`, `claim -> workloads that mount it`. */
export interface Relations {
  /** Everything that suffers when `from` does, with the number of steps to it; the objects themselves have 0. */
  reach(from: readonly ObjectRef[]): ReadonlyMap<string, number>;
  /** Everything that these suffer from when it is in trouble, with the number of steps to it; the objects themselves have 0. */
  below(of: readonly ObjectRef[]): ReadonlyMap<string, number>;
  /** The workloads that made a pod; none for anything else. */
  makersOf(pod: ObjectRef): readonly ObjectRef[];
}

/** Calls are followed at most this far: beyond it nearly everything depends on nearly everything. */
const MOST_STEPS = 6;

/** @param observed who was seen calling whom, besides what the workloads are told to call */
export async function relate(subjects: readonly Subject[], ask: Ask, observed: readonly ObservedCall[] = []): Promise<Relations> {
  const workloads = subjects.filter((subject): subject is Workload => subject.kind === 'Workload');
  const services = subjects.filter((subject): subject is ServiceSubject => subject.kind === 'Service');
  const pods = (await Promise.all([...new Set(workloads.map(({ ref }) => ref.namespace))].map((namespace) => ask(list('pods', namespace))))).flatMap(
    (evidence) => (evidence.outcome === 'present' ? evidence.data : []),
  );
  const edges = new Map<string, Set<string>>();
  const back = new Map<string, Set<string>>();
  const spread = (from: ObjectRef, to: ObjectRef): void => {
    edges.set(refKey(from), (edges.get(refKey(from)) ?? new Set()).add(refKey(to)));
    back.set(refKey(to), (back.get(refKey(to)) ?? new Set()).add(refKey(from)));
  };

  const byOwner = ownersOf(workloads);
  const makers = new Map<string, readonly ObjectRef[]>();
  for (const pod of pods) {
    const ref = { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name };
    if (pod.spec.nodeName) spread({ kind: 'Node', name: pod.spec.nodeName }, ref);
    const owners = ownersOfPod(pod, byOwner, workloads).map((owner) => owner.ref);
    makers.set(refKey(ref), owners);
    for (const owner of owners) spread(ref, owner);
  }
  for (const workload of workloads) {
    for (const { persistentVolumeClaim } of workload.template.spec.volumes)
      if (persistentVolumeClaim)
        spread({ kind: 'PersistentVolumeClaim', namespace: workload.ref.namespace, name: persistentVolumeClaim.claimName }, workload.ref);
    const hosts = hostsNamedBy(workload);
    for (const service of services) {
      if (selects(service, workload)) spread(workload.ref, service.ref);
      if (calls(hosts, workload.ref, service.ref)) spread(service.ref, workload.ref);
    }
  }
  const partyOf = observed.length > 0 ? partyFinder(workloads, services) : undefined;
  for (const { client, server } of observed) {
    const [from, to] = [partyOf?.(server), partyOf?.(client)];
    if (from && to && refKey(from) !== refKey(to)) spread(from, to);
  }
  return { reach: (from) => reach(from, edges), below: (of) => reach(of, back), makersOf: (pod) => makers.get(refKey(pod)) ?? [] };
}

/** Finds the workload that a party of a call is: of its own name, or that of a Service in front of it. None where several may be meant. */
function partyFinder(workloads: readonly Workload[], services: readonly ServiceSubject[]): (party: CallParty) => ObjectRef | undefined {
  const named = [
    ...workloads.map(({ ref }) => ({ name: ref.name, ref })),
    ...services.flatMap((service) => workloads.filter((workload) => selects(service, workload)).map(({ ref }) => ({ name: service.ref.name, ref }))),
  ];
  const byName = Map.groupBy(named, ({ name }) => name);
  return ({ name, namespace }) => {
    const fitting = (byName.get(name) ?? []).filter(({ ref }) => namespace === undefined || ref.namespace === namespace).map(({ ref }) => ref);
    const meant = new Map(fitting.map((ref) => [refKey(ref), ref]));
    return meant.size === 1 ? fitting[0] : undefined;
  };
}

function reach(from: readonly ObjectRef[], edges: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, number> {
  const steps = new Map(from.map((ref) => [refKey(ref), 0]));
  let front = [...steps.keys()];
  for (let step = 1; step <= MOST_STEPS && front.length > 0; step += 1) {
    front = front.flatMap((key) => [...(edges.get(key) ?? [])]).filter((key) => !steps.has(key));
    for (const key of front) steps.set(key, step);
  }
  return steps;
}

function ownersOf(workloads: readonly Workload[]): ReadonlyMap<string, Workload> {
  return new Map(workloads.flatMap((workload) => workload.ownerUids.map((uid) => [uid, workload] as const)));
}

function ownersOfPod(pod: Pod, byOwner: ReadonlyMap<string, Workload>, workloads: readonly Workload[]): readonly Workload[] {
  const owned = pod.metadata.ownerReferences.flatMap(({ uid }) => byOwner.get(uid) ?? []);
  return owned.length > 0 ? owned : workloads.filter((workload) => workload.ref.kind === 'Pod' && belongsTo(pod, workload));
}

function selects({ ref, object }: ServiceSubject, workload: Workload): boolean {
  const wanted = Object.entries(object.spec.selector);
  return ref.namespace === workload.ref.namespace && wanted.length > 0 && wanted.every(([name, value]) => workload.template.metadata.labels[name] === value);
}

/**
 * Hosts that a workload names in what it is started with: whole words, as `cart`, and for longer names their first two labels
 * (`cart.shop` of `cart.shop.svc.cluster.local`).
 */
export function hostsNamedBy({ template }: Pick<Workload, 'template'>): ReadonlySet<string> {
  const texts = template.spec.containers.flatMap(({ env, args, command }) => [...env.map(({ value }) => value ?? ''), ...args, ...command]);
  const hosts = texts
    .flatMap((text) =>
      text
        .slice(0, 4000)
        .toLowerCase()
        .split(/[^a-z0-9.-]+/),
    )
    .map((word) => word.replace(/^[.-]+|[.-]+$/g, ''));
  return new Set(hosts.filter(Boolean).flatMap((host) => [host, host.split('.').slice(0, 2).join('.')]));
}

function calls(hosts: ReadonlySet<string>, from: ObjectRef, to: ObjectRef): boolean {
  return hosts.has(`${to.name}.${to.namespace}`) || (from.namespace === to.namespace && hosts.has(to.name));
}
