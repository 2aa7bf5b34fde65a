import type { AlertSpec } from './alerts.ts';
import { addService } from './network.ts';
import { addNamespace, addNode, addStorageClass, NODES, type NodeSpec } from './nodes.ts';
import type { ContainerSpec, PodState, TemplateSpec } from './pods.ts';
import { addDaemonSet, addDeployment } from './workloads.ts';
import { createWorld, type World } from './world.ts';

/** One recorded incident: the cluster, the webhook that announced it, and what the answer must be. */
export interface Story {
  readonly name: string;
  readonly world: World;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly AlertSpec[];
  /** Alerts that Alertmanager sends as other groups, one webhook each, after the first. */
  readonly moreGroups?: readonly { readonly groupLabels: Readonly<Record<string, string>>; readonly alerts: readonly AlertSpec[] }[];
  /** OpenMetrics with times, where the alert is about what only metrics show. */
  readonly metrics?: string;
  readonly expected: {
    /** For the demo: what happened, in one sentence, as a colleague would say it afterwards. */
    readonly title: string;
    /** Acceptable root-cause codes; empty when nothing is wrong. */
    readonly codes: readonly string[];
    /** Objects that the first cause may name. */
    readonly objects: readonly { readonly kind: string; readonly namespace?: string; readonly name: string }[];
    readonly healthy: boolean;
  };
}

const MONTH = 60 * 24 * 31;

/** A cluster with its machines, system pods and one namespace for the story. */
export function baseCluster(takenAt: string, namespace: string, nodes: readonly NodeSpec[] = NODES): World {
  const world = createWorld(takenAt, namespace);
  for (const node of nodes) addNode(world, node);
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system', namespace]) addNamespace(world, name);
  addStorageClass(world, 'local-path');
  const silent = nodes.find(({ silentMinutes }) => silentMinutes !== undefined);
  const stateOn = (node: string, agoMinutes: number): PodState =>
    node === silent?.name ? { is: 'lost', agoMinutes, node, lostAgo: (silent.silentMinutes ?? 0) - 50 / 60 } : { is: 'running', agoMinutes, node };
  addDeployment(world, {
    name: 'coredns',
    namespace: 'kube-system',
    replicas: 2,
    revisions: [{ template: dns(), agoMinutes: MONTH, pods: [stateOn('worker-1', MONTH), stateOn('worker-3', MONTH)] }],
  });
  addService(world, {
    name: 'kube-dns',
    namespace: 'kube-system',
    agoMinutes: MONTH,
    port: 53,
    targetPort: 53,
    selector: { 'app.kubernetes.io/name': 'coredns' },
    clusterIP: '10.96.0.10',
  });
  addDaemonSet(world, {
    name: 'kube-proxy',
    namespace: 'kube-system',
    template: {
      labels: { 'k8s-app': 'kube-proxy' },
      containers: [{ name: 'kube-proxy', image: 'registry.k8s.io/kube-proxy:v1.33.1', command: ['/usr/local/bin/kube-proxy'] }],
      tolerations: [{ operator: 'Exists' }],
    },
    agoMinutes: MONTH,
    pods: nodes.map(({ name }) => stateOn(name, MONTH)),
  });
  return world;
}

function dns(): TemplateSpec {
  return {
    labels: { 'app.kubernetes.io/name': 'coredns', 'k8s-app': 'kube-dns' },
    containers: [
      {
        name: 'coredns',
        image: 'registry.k8s.io/coredns/coredns:v1.12.0',
        args: ['-conf', '/etc/coredns/Corefile'],
        port: 53,
        requests: { cpu: '100m', memory: '70Mi' },
        limits: { memory: '170Mi' },
      },
    ],
    priorityClassName: 'system-cluster-critical',
  };
}

export interface AppSpec {
  readonly name: string;
  readonly image: string;
  readonly port?: number;
  readonly team: string;
  readonly container?: Partial<ContainerSpec>;
  readonly template?: Partial<TemplateSpec>;
}

/** The template that the house's chart makes for a web service: probes on its port, requests and a memory limit. */
export function app({ name, image, port = 8080, team, container = {}, template = {} }: AppSpec): TemplateSpec {
  const get = (path: string): Readonly<Record<string, unknown>> => ({ httpGet: { path, port: 'http', scheme: 'HTTP' } });
  return {
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': team },
    containers: [
      {
        name,
        image,
        port,
        requests: { cpu: '100m', memory: '128Mi' },
        limits: { memory: '256Mi' },
        liveness: { ...get('/healthz'), initialDelaySeconds: 10 },
        readiness: get('/readyz'),
        ...container,
      },
    ],
    ...template,
  };
}

/** A Deployment that has been fine for days, with its Service. */
export function quietNeighbour(world: World, template: TemplateSpec, clusterIP: string, nodes: readonly string[], agoMinutes = 60 * 24 * 6): void {
  const name = template.labels['app.kubernetes.io/name'] ?? '';
  const { pods } = addDeployment(world, {
    name,
    replicas: nodes.length,
    revisions: [{ template, agoMinutes, pods: nodes.map((node, at) => ({ is: 'running', agoMinutes: agoMinutes - at * 0.01, node })) }],
  });
  addService(world, { name, agoMinutes: agoMinutes * 3, port: 80, targetPort: 'http', selector: { 'app.kubernetes.io/name': name }, clusterIP });
  for (const pod of pods.flat()) {
    world.log(pod, name, [
      [6, `level=info msg="listening" address=:${template.containers[0]?.port ?? 8080}`],
      [3.4, 'level=info msg="request served" status=200 duration_ms=14'],
      [1.2, 'level=info msg="request served" status=200 duration_ms=11'],
    ]);
  }
}
