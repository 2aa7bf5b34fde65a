import { describe, expect, it } from 'vitest';
import type { LabelSet } from '#domain/alert.ts';
import { firedLabels, readStockAlerts } from '#testing/alerts/stock-alerts.ts';
import { correlationKeysOf } from './correlation-keys.ts';

const STATE_METRICS = { job: 'kube-state-metrics', container: 'kube-state-metrics', instance: '10.0.0.9:8080', service: 'stack-kube-state-metrics' };
const EXPORTER = { namespace: 'monitoring', pod: 'stack-kube-state-metrics-5d7-abc' };

describe('what alerts of one trouble share', () => {
  it.each<readonly [what: string, labels: LabelSet, keys: readonly string[]]>([
    ['the workload of a pod', { ...STATE_METRICS, namespace: 'shop', pod: 'checkout-6c9f7d5b8-x2x7k' }, ['workload/shop/checkout']],
    ['the namespace, where it is all that is named', { namespace: 'shop' }, ['namespace/shop']],
    [
      'the node of a pod before its workload',
      { ...STATE_METRICS, namespace: 'shop', pod: 'cart-0', node: 'worker-1' },
      ['node/worker-1', 'workload/shop/cart'],
    ],
    ['a node, and not the namespace of the exporter', { ...STATE_METRICS, ...EXPORTER, node: 'worker-1', condition: 'Ready' }, ['node/worker-1']],
    ['a workload', { ...STATE_METRICS, namespace: 'shop', pod: EXPORTER.pod, deployment: 'checkout' }, ['workload/shop/checkout']],
    [
      'the pod that the series named itself',
      { job: 'kube-state-metrics', ...EXPORTER, exported_namespace: 'shop', exported_pod: 'cart-0' },
      ['workload/shop/cart'],
    ],
    ['nothing of node-exporter itself', { job: 'node-exporter', namespace: 'monitoring', pod: 'node-exporter-x', instance: '10.1.2.3:9100' }, []],
    ['nothing without labels', {}, []],
    ['nothing with empty labels', { namespace: '', node: '', deployment: '' }, []],
  ])('%s', (_what, labels, keys) => {
    expect(correlationKeysOf({ labels: { alertname: 'Some', severity: 'warning', ...labels } })).toEqual(keys);
  });

  it('is nothing for what always fires', () => {
    expect(correlationKeysOf({ labels: { alertname: 'Watchdog', namespace: 'monitoring', severity: 'none' } })).toEqual([]);
    expect(correlationKeysOf({ labels: { alertname: 'InfoInhibitor', namespace: 'shop', severity: 'none' } })).toEqual([]);
  });

  it('is never the scrape job', () => {
    expect(correlationKeysOf({ labels: { alertname: 'A', job: 'backup', namespace: 'shop' } })).toEqual(['namespace/shop']);
  });

  it('is never the namespace of the exporter, for all stock alerts', () => {
    const exported = readStockAlerts().filter(({ means }) => ['kube-state-metrics', 'node-exporter'].includes(means['namespace'] ?? ''));
    expect(exported.length).toBeGreaterThan(10);
    expect(exported.filter((stock) => correlationKeysOf({ labels: firedLabels(stock) }).some((key) => key.startsWith('namespace/')))).toEqual([]);
  });

  it('lets a node and the pods on it meet', () => {
    const stock = readStockAlerts();
    const keysOf = (name: string, more: LabelSet = {}) =>
      stock.filter(({ alert }) => alert === name).map((each) => correlationKeysOf({ labels: { ...firedLabels(each), ...more } })[0]);
    const met = new Set([...keysOf('KubeNodeNotReady'), ...keysOf('KubePodNotReady', { node: 'worker-1' })]);
    expect(met).toEqual(new Set(['node/worker-1']));
  });
});
