import type { AlertSubject } from '#domain/alert-subject.ts';
import type { Ask } from '#domain/evidence.ts';
import type { PersistentVolume } from '#domain/kubernetes/cluster.ts';
import type { KubernetesObject } from '#domain/kubernetes/meta.ts';
import type { Ingress } from '#domain/kubernetes/network.ts';
import type { HorizontalPodAutoscaler } from '#domain/kubernetes/workload.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { type KubernetesTopic, type KubernetesTopics, TOPIC_FACTS } from '#domain/topic.ts';

/** What makes pods, in the order in which a name is looked up. */
const MAKERS = ['deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'] as const;
/** What a bare name may mean. */
const NAMED = ['deployments', 'statefulsets', 'daemonsets', 'cronjobs', 'services'] as const;
/** Labels of pods that hold what people call an application. */
const APP_LABELS = ['app.kubernetes.io/name', 'app', 'k8s-app', 'app.kubernetes.io/instance', 'app.kubernetes.io/component'];
/** A name that fits more pods than this names no one thing. */
const MOST_PODS = 50;

/**
 * The objects that an alert is about, as the cluster has them: what is named and exists, for a pod that is gone what made it, and what
 * bare names and addresses turn out to be. What a list does not have is not among them; what could not be listed is, unproven.
 */
export async function resolveObjects(subject: AlertSubject, ask: Ask): Promise<readonly ObjectRef[]> {
  const found = (await Promise.all(subject.objects.map((ref) => living(ref, ask)))).flat();
  const node = await nodeOf(subject, ask);
  const known = node ? [...found, node] : found;
  // A workload's name tells more than the kind-less names; those than an address.
  if (known.length > 0) return known;
  const called = await firstCalled([...subject.objects.map(({ name }) => name), ...subject.names], subject.namespace, ask);
  return called.length > 0 ? called : await at(subject.address, subject.namespace, ask);
}

/** The object itself when it exists; for a pod that is gone, it and the controller that made it (its name begins with the controller's). */
async function living(ref: ObjectRef, ask: Ask): Promise<readonly ObjectRef[]> {
  const topic = topicOf(ref.kind);
  if (!topic) return [ref];
  const objects = await ask(list(topic, TOPIC_FACTS[topic].namespaced ? ref.namespace : undefined));
  if (objects.outcome !== 'present') return [ref];
  const same = objects.data.find(({ metadata }) => metadata.name === ref.name && (!ref.namespace || metadata.namespace === ref.namespace));
  if (same) return [{ ...ref, namespace: same.metadata.namespace, uid: same.metadata.uid }, ...standsFor(same)];
  if (ref.kind !== 'Pod') return [];
  const makers = (await Promise.all(MAKERS.map((one) => refsIn(one, ref.namespace, ask)))).flat();
  const maker = makers.filter(({ name }) => ref.name.startsWith(`${name}-`)).sort((left, right) => right.name.length - left.name.length)[0];
  return maker ? [ref, maker] : [ref];
}

/** What suffers when an object of these kinds does: an autoscaler's workload, a volume's claim, the Services behind an Ingress. */
function standsFor(object: KubernetesTopics[KubernetesTopic]): readonly ObjectRef[] {
  const { namespace } = object.metadata;
  switch (object.kind) {
    case 'HorizontalPodAutoscaler': {
      const { kind, name } = (object as HorizontalPodAutoscaler).spec.scaleTargetRef;
      return [{ kind, namespace, name }];
    }
    case 'PersistentVolume': {
      const claim = (object as PersistentVolume).spec.claimRef;
      return claim ? [{ kind: 'PersistentVolumeClaim', namespace: claim.namespace, name: claim.name }] : [];
    }
    case 'Ingress': {
      const { rules, defaultBackend } = (object as Ingress).spec;
      const backends = [...rules.flatMap(({ paths }) => paths.map(({ backend }) => backend)), ...(defaultBackend ? [defaultBackend] : [])];
      return backends.flatMap(({ serviceName }) => (serviceName ? [{ kind: 'Service', namespace, name: serviceName }] : []));
    }
    default:
      return [];
  }
}

async function nodeOf(subject: AlertSubject, ask: Ask): Promise<ObjectRef | undefined> {
  if (subject.nodeOfPod) {
    const pods = await ask(list('pods', subject.nodeOfPod.namespace));
    const nodeName = pods.outcome === 'present' ? pods.data.find(({ metadata }) => metadata.name === subject.nodeOfPod?.name)?.spec.nodeName : undefined;
    if (nodeName) return { kind: 'Node', name: nodeName };
  }
  return subject.nodeAddress ? await nodeAt(subject.nodeAddress, ask) : undefined;
}

async function nodeAt(host: string, ask: Ask): Promise<ObjectRef | undefined> {
  const nodes = await ask(list('nodes'));
  if (nodes.outcome !== 'present') return undefined;
  const node = nodes.data.find(({ metadata, status }) => metadata.name === host || status.addresses.some(({ address }) => address === host));
  return node && { kind: 'Node', name: node.metadata.name, uid: node.metadata.uid };
}

/** What the first name that means anything means: workloads and Services of that name, else the pods that carry it as their application. */
async function firstCalled(names: readonly string[], namespace: string | undefined, ask: Ask): Promise<readonly ObjectRef[]> {
  if (names.length === 0) return [];
  const objects = (await Promise.all(NAMED.map((topic) => refsIn(topic, namespace, ask)))).flat();
  for (const wanted of names) {
    const called = objects.filter(({ name }) => name === wanted);
    if (called.length > 0) return called;
  }
  const pods = await ask(list('pods', namespace));
  if (pods.outcome !== 'present') return [];
  for (const wanted of names) {
    const labelled = pods.data.filter(({ metadata }) => APP_LABELS.some((label) => metadata.labels[label] === wanted));
    if (labelled.length > 0 && labelled.length <= MOST_PODS) return labelled.map(refOf);
  }
  return [];
}

/** The pod, else the node, else the Ingress that an address leads to. */
async function at(address: string | undefined, namespace: string | undefined, ask: Ask): Promise<readonly ObjectRef[]> {
  if (!address) return [];
  const pods = await ask(list('pods', namespace));
  const pod = pods.outcome === 'present' ? pods.data.find(({ status, spec }) => status.podIP === address && !spec.hostNetwork) : undefined;
  if (pod) return [refOf(pod)];
  const node = await nodeAt(address, ask);
  if (node) return [node];
  const ingresses = await ask(list('ingresses', namespace));
  return ingresses.outcome === 'present' ? ingresses.data.filter(({ spec }) => spec.rules.some(({ host }) => host === address)).map(refOf) : [];
}

async function refsIn(topic: KubernetesTopic, namespace: string | undefined, ask: Ask): Promise<readonly ObjectRef[]> {
  const objects = await ask(list(topic, namespace));
  return objects.outcome === 'present' ? (objects.data as readonly KubernetesObject[]).map(refOf) : [];
}

function refOf({ kind, metadata }: KubernetesObject): ObjectRef {
  return { kind, namespace: metadata.namespace, name: metadata.name, uid: metadata.uid };
}

function topicOf(kind: string): KubernetesTopic | undefined {
  return (Object.keys(TOPIC_FACTS) as KubernetesTopic[]).find((topic) => TOPIC_FACTS[topic].kind === kind);
}
