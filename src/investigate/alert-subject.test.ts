import { describe, expect, it } from 'vitest';
import { readSubject } from './alert-subject.ts';

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
    expect(readSubject({})).toEqual({ objects: [], namespace: undefined, nodeAddress: undefined, nodeOfPod: undefined });
  });
});
