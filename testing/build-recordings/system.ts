import { addWorkload, DAY } from './draft.ts';
import type { Draft, Template } from './shape.ts';

const COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

/** What every cluster runs besides the application: DNS, proxies, the control plane, metrics. Adds to the draft. */
export function addSystem(draft: Draft): void {
  const ago = 88 * DAY;
  const system = { namespace: 'kube-system', ago };
  const every = draft.nodes.map(({ name }) => name);
  addWorkload(draft, 'coredns', dns(), { ...system, replicas: 2, nodes: ['worker-1', 'worker-3'] });
  if (draft.exporter) addWorkload(draft, 'kube-prometheus-stack-kube-state-metrics', stateMetrics(), { namespace: 'monitoring', ago, nodes: ['worker-3'] });
  if (!draft.selfContained) addWorkload(draft, 'kube-proxy', proxy(), { ...system, kind: 'DaemonSet', nodes: every });
  for (const name of draft.selfContained ? [] : ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd']) {
    const [pod] = addWorkload(draft, name, control(name), { ...system, nodes: ['control-1'] }).pods;
    const workload = draft.workloads.at(-1);
    if (workload) workload.kind = 'Static';
    if (pod) pod.name = `${name}-control-1`;
  }
  draft.services.push({
    name: 'kube-dns',
    namespace: 'kube-system',
    type: 'ClusterIP',
    selector: { 'k8s-app': 'kube-dns' },
    ago,
    ports: [
      { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, targetPort: 53, protocol: 'TCP' },
      { name: 'metrics', port: 9153, targetPort: 9153, protocol: 'TCP' },
    ],
  });
  draft.configMaps.push({ name: 'coredns', namespace: 'kube-system', ago, data: { Corefile: COREFILE } });
}

function dns(): Template {
  return {
    labels: { 'k8s-app': 'kube-dns' },
    spec: {
      serviceAccountName: 'coredns',
      priorityClassName: 'system-cluster-critical',
      dnsPolicy: 'Default',
      containers: [
        {
          name: 'coredns',
          image: 'registry.k8s.io/coredns/coredns:v1.11.3',
          args: ['-conf', '/etc/coredns/Corefile'],
          ports: [
            { name: 'dns', containerPort: 53, protocol: 'UDP' },
            { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
            { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
          ],
          resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
          readinessProbe: {
            httpGet: { path: '/ready', port: 8181, scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
          volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
        },
      ],
      volumes: [{ name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }], defaultMode: 420 } }],
    },
  };
}

function proxy(): Template {
  return {
    labels: { 'k8s-app': 'kube-proxy' },
    spec: {
      serviceAccountName: 'kube-proxy',
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      tolerations: [{ operator: 'Exists' }],
      containers: [
        { name: 'kube-proxy', image: 'registry.k8s.io/kube-proxy:v1.32.4', command: ['/usr/local/bin/kube-proxy', '--config=/var/lib/kube-proxy/config.conf'] },
      ],
    },
  };
}

/** The source of the metrics that autoscalers use. */
export function addMetricsServer(draft: Draft): void {
  addWorkload(draft, 'metrics-server', metricsServer(), { namespace: 'kube-system', ago: 88 * DAY, nodes: ['worker-2'] });
}

function metricsServer(): Template {
  return {
    labels: { 'k8s-app': 'metrics-server' },
    spec: {
      serviceAccountName: 'metrics-server',
      containers: [
        {
          name: 'metrics-server',
          image: 'registry.k8s.io/metrics-server/metrics-server:v0.7.2',
          args: ['--secure-port=10250', '--kubelet-insecure-tls'],
          ports: [{ name: 'https', containerPort: 10250 }],
        },
      ],
    },
  };
}

function stateMetrics(): Template {
  return {
    labels: { 'app.kubernetes.io/name': 'kube-state-metrics' },
    spec: {
      serviceAccountName: 'kube-prometheus-stack-kube-state-metrics',
      containers: [
        {
          name: 'kube-state-metrics',
          image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0',
          args: ['--port=8080'],
          ports: [{ name: 'http', containerPort: 8080 }],
        },
      ],
    },
  };
}

function control(name: string): Template {
  const image = name === 'etcd' ? 'registry.k8s.io/etcd:3.5.16-0' : `registry.k8s.io/${name}:v1.32.4`;
  return {
    labels: { component: name },
    spec: {
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
      containers: [{ name, image, command: [name] }],
    },
  };
}
