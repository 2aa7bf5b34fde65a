import type { Evidence, Present, Unavailable } from '#domain/evidence.ts';
import type { KubernetesObject, ObjectMeta } from '#domain/kubernetes/meta.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { list, questionKey } from '#domain/question.ts';
import { type KubernetesTopic, type KubernetesTopics, TOPIC_FACTS } from '#domain/topic.ts';
import type { AskFor } from '../rule.ts';

/** Where the marks of what delivered a workload are looked for. Every investigation lists these in any case. */
export const MARKED = ['deployments', 'statefulsets', 'daemonsets'] as const;
export type DeliveryTopic = 'applications' | 'kustomizations' | 'helmreleases';

/** What delivered some workloads of a namespace, as their marks say. */
export interface Deliverer {
  readonly topic: DeliveryTopic;
  /** Undefined where the mark does not tell: an Application in Argo CD's own namespace. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly workloads: readonly ObjectRef[];
}

/** An object that delivered workloads, or why it could not be read. What its cluster does not have is not among them: it is delivered from another cluster then, or was. */
export type Delivery<T extends DeliveryTopic> =
  | { readonly deliverer: Deliverer; readonly ref: ObjectRef; readonly object: KubernetesTopics[T]; readonly seenIn: Present<unknown> }
  | { readonly deliverer: Deliverer; readonly gap: Unavailable };

type Mark = Omit<Deliverer, 'workloads'>;

const FLUX = { kustomizations: 'kustomize.toolkit.fluxcd.io', helmreleases: 'helm.toolkit.fluxcd.io' } as const;

/** What Argo CD calls itself where it writes: the newer name, and that of client-side apply before 2.5. */
const ARGO_WRITES = new Set(['argocd-controller', 'argocd-application-controller']);

/**
 * The marks that Argo CD and Flux leave on what they apply. Only those that nobody else writes: `app.kubernetes.io/instance`, by which Argo CD tracks before version 3 unless told
 * otherwise, is on many a chart that no Argo CD has seen, and counts where Argo CD wrote the object.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ · https://fluxcd.io/flux/components/kustomize/kustomizations/#working-with-kustomizations
 */
function marksOf({ name: marked, labels, annotations, managedFields }: ObjectMeta): readonly Mark[] {
  const byArgo = managedFields.some(({ manager = '' }) => ARGO_WRITES.has(manager));
  const instance =
    trackedBy(annotations['argocd.argoproj.io/tracking-id'], marked) ??
    labels['argocd.argoproj.io/instance'] ??
    (byArgo ? labels['app.kubernetes.io/instance'] : undefined);
  const flux = (['kustomizations', 'helmreleases'] as const).flatMap((topic) => {
    const [name, namespace] = [labels[`${FLUX[topic]}/name`], labels[`${FLUX[topic]}/namespace`]];
    return name && namespace ? [{ topic, namespace, name }] : [];
  });
  return [...(instance ? [applicationOf(instance)] : []), ...flux];
}

/** The application of `<application>:<group>/<kind>:<namespace>/<name>`; of another object's mark, which an operator has copied with the rest, none. */
function trackedBy(id: string | undefined, name: string): string | undefined {
  const [application, , object] = id?.split(':') ?? [];
  return object?.endsWith(`/${name}`) ? application : undefined;
}

/** `<namespace>_<name>` of an Application that is not in Argo CD's own namespace; no name has a `_`. https://argo-cd.readthedocs.io/en/stable/operator-manual/app-any-namespace/ */
function applicationOf(instance: string): Mark {
  const [before = '', behind] = instance.split('_', 2);
  return behind ? { topic: 'applications', namespace: before, name: behind } : { topic: 'applications', namespace: undefined, name: instance };
}

/** What delivered the workloads of a namespace, each once. Without a mark there is nothing, and nothing more may be asked. */
export async function deliverersIn(namespace: string, ask: AskFor<(typeof MARKED)[number]>): Promise<readonly Deliverer[]> {
  const lists = await Promise.all(MARKED.map((topic) => ask(list(topic, namespace)) as Promise<Evidence<readonly KubernetesObject[]>>));
  const marked = lists
    .flatMap((evidence) => (evidence.outcome === 'present' ? evidence.data : []))
    .flatMap(({ kind, metadata }) => marksOf(metadata).map((mark) => ({ mark, workload: { kind, namespace: metadata.namespace, name: metadata.name } })));
  const byMark = Map.groupBy(marked, ({ mark }) => `${mark.topic} ${mark.namespace ?? '*'} ${mark.name}`);
  return [...byMark.values()].flatMap((same) => (same[0] ? [{ ...same[0].mark, workloads: same.map(({ workload }) => workload) }] : []));
}

/** The objects of a topic that delivered the workloads of `namespace`; `read` lists the topic in a namespace, or in all. Each list that could not be read is one gap. */
export async function deliveriesIn<T extends DeliveryTopic>(
  topic: T,
  namespace: string,
  ask: AskFor<(typeof MARKED)[number]>,
  read: (namespace: string | undefined) => Promise<Evidence<readonly KubernetesTopics[T][]>>,
): Promise<readonly Delivery<T>[]> {
  const deliverers = (await deliverersIn(namespace, ask)).filter((one) => one.topic === topic);
  const deliveries = await Promise.all(deliverers.map(async (deliverer) => pickDelivery(deliverer, namespace, await read(deliverer.namespace))));
  const gaps = new Set<string>();
  return deliveries.flat().filter((delivery) => {
    if (!('gap' in delivery)) return true;
    const key = questionKey(delivery.gap.question);
    return !gaps.has(key) && gaps.add(key);
  });
}

function pickDelivery<T extends DeliveryTopic>(
  deliverer: Deliverer,
  namespace: string,
  seenIn: Evidence<readonly KubernetesTopics[T][]>,
): readonly Delivery<T>[] {
  if (seenIn.outcome === 'unavailable') return [{ deliverer, gap: seenIn }];
  if (seenIn.outcome === 'absent') return [];
  const named = seenIn.data.filter(({ metadata }) => metadata.name === deliverer.name && metadata.namespace === (deliverer.namespace ?? metadata.namespace));
  // Applications of one name in several namespaces: the one that delivers here.
  const fitting = named.length > 1 ? named.filter((one) => 'destinationNamespace' in one.spec && one.spec.destinationNamespace === namespace) : named;
  const [object] = fitting;
  if (!object || fitting.length > 1) return [];
  return [{ deliverer, ref: { kind: object.kind, namespace: object.metadata.namespace, name: object.metadata.name }, object, seenIn }];
}

/** `applications.argoproj.io/checkout`: other add-ons have kinds of the same name. */
export function deliveryArg(topic: KubernetesTopic, { name }: ObjectRef): string {
  return `${topic}.${TOPIC_FACTS[topic].group}/${name}`;
}
