import { createWorld, FILES, type KubeObject, meta, type World } from '../../scripts/scenarios/world.ts';
import { makeNamespaces, makeNode, makeStorageClass } from './make-cluster.ts';
import { clusterIpOf, makeService } from './make-network.ts';
import type { PodPlan } from './make-pod.ts';
import { makeWorkload, planPods } from './make-workload.ts';
import type { Draft, Made, Place } from './shape.ts';

/** Makes every object of a draft. The result depends on the draft alone. */
export function render(draft: Draft): { readonly world: World; readonly made: Made } {
  const world = createWorld(draft.takenAt, draft.namespace);
  for (const kind of Object.keys(FILES)) if (!world.objects.has(kind)) world.objects.set(kind, []);
  for (const node of draft.nodes) makeNode(world, node, draft.selfContained);
  makeNamespaces(draft, world);
  makeStorageClass(world, 'standard', 'rancher.io/local-path', 'WaitForFirstConsumer', true);
  for (const { name, namespace = draft.namespace, data, ago } of draft.configMaps)
    world.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta(world, 'ConfigMap', name, ago, { namespace }), data });
  for (const { name, keys, type = 'Opaque', ago } of draft.secrets)
    world.add({ apiVersion: 'v1', kind: 'Secret', metadata: meta(world, 'Secret', name, ago), type, data: Object.fromEntries(keys.map((key) => [key, ''])) });

  const taken = new Map<string, number>();
  const plans = new Map(draft.workloads.map((workload) => [workload, planPods(draft, workload, taken)]));
  const ipOf = (name: string): string => {
    const plan = [...plans].find(([workload]) => workload.name === name)?.[1][0];
    if (!plan) throw new Error(`${draft.id}: no pod of ${name} has an address`);
    return plan.ip;
  };
  const clusterIp = (name: string): string => {
    const service = draft.services.find((one) => one.name === name);
    if (!service) throw new Error(`${draft.id}: there is no service ${name}`);
    return clusterIpOf(draft, service);
  };
  const now = Date.parse(draft.takenAt);
  const placeOf =
    (plan: PodPlan) =>
    (ago: number): Place => ({
      at: new Date(now - Math.round(ago * 60_000)),
      pod: plan.name,
      ip: plan.ip,
      node: plan.draft.node ?? '',
      ipOf,
      clusterIpOf: clusterIp,
    });

  for (const [workload, planned] of plans) {
    const [main] = workload.revisions.at(-1)?.template.spec.containers ?? [];
    for (const { draft: pod } of planned) {
      const state = pod.states[main?.name ?? ''];
      if (!main || pod.node === undefined || pod.failed || pod.lostAgo !== undefined || (state !== undefined && state.is !== 'running')) continue;
      const own = pod.logs[main.name] ?? [];
      pod.logs[main.name] = [...workload.routine(pod).filter(([ago]) => ago < pod.ago - 0.1), ...own];
    }
    makeWorkload(draft, world, workload, planned, placeOf);
  }
  for (const service of draft.services) makeService(draft, world, service);
  const find = (kind: string, name: string): KubeObject => {
    const found = world.objects.get(kind)?.find(({ metadata }) => metadata.name === name);
    if (!found) throw new Error(`${draft.id}: there is no ${kind} ${name}`);
    return found;
  };
  const podsOf = (name: string): readonly KubeObject[] => {
    const planned = [...plans].find(([workload]) => workload.name === name)?.[1] ?? [];
    return planned.map((plan) => find('Pod', plan.name));
  };
  const made: Made = { world, podsOf, find };
  for (const extra of draft.extras) extra(made);
  return { world, made };
}
