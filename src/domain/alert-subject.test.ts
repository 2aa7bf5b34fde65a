import { describe, expect, it } from 'vitest';
import { firedLabels, LABEL_VALUES, readStockAlerts, type StockAlert } from '#testing/alerts/stock-alerts.ts';
import { aboutOf, readSubject } from './alert-subject.ts';

const STATE_METRICS = {
  job: 'kube-state-metrics',
  container: 'kube-state-metrics',
  endpoint: 'http',
  instance: '10.0.0.9:8080',
  service: 'stack-kube-state-metrics',
};

describe('what an alert is about (point 31)', () => {
  it('is the pod that the series names, not the exporter', () => {
    const subject = readSubject({ ...STATE_METRICS, container: 'server', namespace: 'shop', pod: 'checkout-6c9f7-x2x7k' });
    expect(subject.objects).toEqual([{ kind: 'Pod', namespace: 'shop', name: 'checkout-6c9f7-x2x7k' }]);
    expect(subject.namespace).toBe('shop');
  });

  it('is the Deployment when the pod label is that of kube-state-metrics', () => {
    const subject = readSubject({ ...STATE_METRICS, namespace: 'shop', pod: 'stack-kube-state-metrics-5d7-abc', deployment: 'checkout' });
    expect(subject.objects).toEqual([{ kind: 'Deployment', namespace: 'shop', name: 'checkout' }]);
  });

  it('is the node, in no namespace, when only the exporter has one', () => {
    const subject = readSubject({
      ...STATE_METRICS,
      namespace: 'monitoring',
      pod: 'stack-kube-state-metrics-5d7-abc',
      node: 'worker-1',
      condition: 'Ready',
      status: 'true',
    });
    expect(subject).toMatchObject({ objects: [{ kind: 'Node', name: 'worker-1' }], namespace: undefined });
  });

  it('prefers exported labels', () => {
    const subject = readSubject({
      job: 'kube-state-metrics',
      namespace: 'monitoring',
      pod: 'kube-state-metrics-1',
      exported_namespace: 'shop',
      exported_pod: 'cart-0',
    });
    expect(subject).toMatchObject({ namespace: 'shop', objects: [{ kind: 'Pod', namespace: 'shop', name: 'cart-0' }] });
  });

  it.each([
    ['10.1.2.3:9100', '10.1.2.3'],
    ['[fd00::3]:9100', 'fd00::3'],
    ['worker-3', 'worker-3'],
  ])('finds the node of a node-exporter alert by instance %s', (instance, address) => {
    const subject = readSubject({ job: 'node-exporter', namespace: 'monitoring', pod: 'node-exporter-x', instance, mountpoint: '/' });
    expect(subject).toMatchObject({
      nodeAddress: address,
      namespace: undefined,
      objects: [],
      nodeOfPod: { kind: 'Pod', namespace: 'monitoring', name: 'node-exporter-x' },
    });
  });

  it('is the claim, not the kubelet service it was read from', () => {
    const subject = readSubject({
      job: 'kubelet',
      service: 'stack-kubelet',
      namespace: 'shop',
      persistentvolumeclaim: 'data-db-0',
      node: 'worker-1',
      instance: '10.0.0.1:10250',
    });
    expect(subject.objects).toEqual([
      { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data-db-0' },
      { kind: 'Node', namespace: undefined, name: 'worker-1' },
    ]);
    expect(subject.nodeAddress).toBeUndefined();
  });

  it('never takes the scrape job for a Kubernetes Job', () => {
    expect(readSubject({ job: 'checkout', namespace: 'shop' }).objects).toEqual([]);
    expect(readSubject({ job: 'kube-state-metrics', namespace: 'shop', job_name: 'backup-1' }).objects).toEqual([
      { kind: 'Job', namespace: 'shop', name: 'backup-1' },
    ]);
  });

  it('copes with no labels at all', () => {
    expect(readSubject({})).toEqual({ objects: [], namespace: undefined, names: [], nodeAddress: undefined, address: undefined, nodeOfPod: undefined });
  });

  it.each([
    [{ app: 'cart', namespace: 'shop' }, ['cart']],
    [{ app_kubernetes_io_name: 'cart', job: 'shop/cart-metrics', namespace: 'shop' }, ['cart', 'cart-metrics']],
    [{ workload: 'cart', workload_type: 'deployment', namespace: 'shop' }, ['cart']],
    [{ owner_name: 'cart', owner_kind: 'Deployment', namespace: 'shop' }, ['cart']],
    [{ service_name: 'cart', k8s_namespace_name: 'shop' }, ['cart']],
  ])('keeps what users call things for looking it up: %j', (labels, names) => {
    expect(readSubject(labels)).toMatchObject({ names, namespace: 'shop', objects: [] });
  });

  it.each([
    [{ destination_service: 'cart.shop.svc.cluster.local', namespace: 'istio-system' }],
    [{ destination_service_name: 'cart', destination_service_namespace: 'shop', namespace: 'istio-system' }],
    [{ instance: 'http://cart.shop.svc:8080/health', job: 'blackbox' }],
  ])('is the called Service: %j', (labels) => {
    expect(readSubject(labels)).toMatchObject({ namespace: 'shop', objects: [{ kind: 'Service', namespace: 'shop', name: 'cart' }] });
  });

  it('reads the names of OpenTelemetry', () => {
    expect(readSubject({ k8s_pod_name: 'cart-0', k8s_namespace_name: 'shop' })).toMatchObject({
      namespace: 'shop',
      objects: [{ kind: 'Pod', namespace: 'shop', name: 'cart-0' }],
    });
  });

  it.each([
    ['10.244.1.7:8080', '10.244.1.7'],
    ['https://tickets.example/buy', 'tickets.example'],
  ])('keeps the address of what nothing else names: %s', (instance, address) => {
    expect(readSubject({ job: 'probe', instance })).toMatchObject({ objects: [], address, nodeAddress: undefined });
  });
});

const KINDS: Readonly<Record<string, string>> = {
  persistentvolumeclaim: 'PersistentVolumeClaim',
  job_name: 'Job',
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  horizontalpodautoscaler: 'HorizontalPodAutoscaler',
  poddisruptionbudget: 'PodDisruptionBudget',
  resourcequota: 'ResourceQuota',
  persistentvolume: 'PersistentVolume',
};

/** What each of them must come to, by what its labels name (alerts without labels are about nothing that has a name). */
function expectedOf({ alert, labels, means }: StockAlert): object {
  const has = (label: string, meaning: string) => labels.includes(label) && means[label] === meaning;
  const kind = Object.keys(KINDS).find((label) => labels.includes(label));
  if (kind === 'persistentvolume') return { namespace: undefined, objects: [{ kind: 'PersistentVolume', name: 'some-persistentvolume' }] };
  if (kind)
    return { namespace: 'shop', objects: expect.arrayContaining([{ kind: KINDS[kind], namespace: 'shop', name: `some-${kind.replaceAll('_', '-')}` }]) };
  if (has('pod', 'subject')) return { namespace: 'shop', objects: [{ kind: 'Pod', namespace: 'shop', name: 'checkout-6c9f7-x2x7k' }] };
  if (has('pod', 'node-exporter')) {
    const { namespace, pod } = LABEL_VALUES['node-exporter'] ?? {};
    return { namespace: undefined, objects: [], nodeAddress: '10.0.0.11', nodeOfPod: { kind: 'Pod', namespace, name: pod } };
  }
  if (labels.includes('node')) return { namespace: undefined, objects: [{ kind: 'Node', name: 'worker-1' }] };
  if (alert.startsWith('KubeAggregated')) return { namespace: undefined, objects: [{ kind: 'APIService', name: 'v1beta1.metrics.k8s.io' }] };
  if (has('pod', 'component'))
    return { namespace: 'monitoring', objects: expect.arrayContaining([{ kind: 'Pod', namespace: 'monitoring', name: 'prometheus-stack-0' }]) };
  if (has('service', 'component')) return { namespace: 'monitoring', objects: [{ kind: 'Service', namespace: 'monitoring', name: 'stack-prometheus' }] };
  return { objects: [], namespace: has('namespace', 'component') ? 'monitoring' : labels.includes('namespace') ? 'some-namespace' : undefined };
}

describe('the alerts that kube-prometheus-stack and kube-prometheus install', () => {
  const stock = readStockAlerts();

  it('are all there', () => {
    expect(stock.length).toBe(294);
  });

  it.each(stock.map((one) => [`${one.source} ${one.alert} ${one.severity}`, one] as const))('%s: resolves its true subject', (_, one) => {
    expect(readSubject(firedLabels(one))).toMatchObject(expectedOf(one));
  });

  it('never make an object of the exporter that reported them', () => {
    for (const one of stock) {
      const said = JSON.stringify(readSubject(firedLabels(one)).objects);
      expect(said, one.alert).not.toMatch(/kube-state-metrics|node-exporter|kubelet/);
    }
  });

  it.each(['kube-state-metrics', 'node-exporter', 'kubelet'])('TargetDown of the exporter %s is about the exporter', (job) => {
    expect(readSubject({ alertname: 'TargetDown', severity: 'warning', job, namespace: 'monitoring', service: `stack-${job}` })).toMatchObject({
      namespace: 'monitoring',
      objects: [{ kind: 'Service', namespace: 'monitoring', name: `stack-${job}` }],
    });
  });

  it.each([
    [
      'KubeSchedulerInstanceUnreachable',
      { job: 'kube-scheduler', namespace: 'kube-system', pod: 'kube-scheduler-cp-1', instance: '10.0.0.1:10259' },
      '10.0.0.1',
    ],
    ['KubeAPIInstanceUnreachable', { job: 'apiserver', namespace: 'default', service: 'kubernetes', instance: '10.0.0.1:6443' }, '10.0.0.1'],
    ['etcdNoLeader', { job: 'kube-etcd', namespace: 'kube-system', pod: 'etcd-cp-1', instance: '10.0.0.1:2381' }, '10.0.0.1'],
    ['KubeletInstanceUnreachable', { job: 'kubelet', namespace: 'kube-system', service: 'stack-kubelet', instance: '10.0.0.1:10250' }, '10.0.0.1'],
  ])('%s knows the node of the component', (alertname, labels, nodeAddress) => {
    expect(readSubject({ alertname, ...labels })).toMatchObject({ nodeAddress });
  });
});

describe('what an alert is about, in a word', () => {
  it.each([
    [{ ...STATE_METRICS, pod: 'cart-6d9f7c5b48-x2vlq', namespace: 'shop' }, 'Pod cart-6d9f7c5b48-x2vlq'],
    [{ ...STATE_METRICS, deployment: 'cart', namespace: 'shop' }, 'Deployment cart'],
    [{ ...STATE_METRICS, node: 'worker-1' }, 'Node worker-1'],
    [{ job: 'node-exporter', instance: '10.0.0.4:9100', pod: 'node-exporter-x', namespace: 'monitoring' }, '10.0.0.4'],
    [{ app: 'cart', namespace: 'shop' }, 'cart'],
    [{ namespace: 'shop' }, ''],
    [{}, ''],
  ])('%j: %s', (labels, about) => {
    expect(aboutOf({ alertname: 'A', ...labels })).toBe(about);
  });
});
