import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One rule of kube-prometheus-alerts.json; README.md beside it says what the fields mean. */
export interface StockAlert {
  readonly alert: string;
  readonly source: string;
  readonly severity: string;
  readonly for: string;
  /** Besides the static ones. */
  readonly labels: readonly string[];
  readonly means: Readonly<Record<string, string>>;
  readonly expr: string;
}

export function readStockAlerts(): readonly StockAlert[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'kube-prometheus-alerts.json'), 'utf8')) as readonly StockAlert[];
}

/** Labels as a chart install puts them on, by what the label names. */
export const LABEL_VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  subject: { namespace: 'shop', pod: 'checkout-6c9f7-x2x7k', container: 'server', node: 'worker-1', job: 'kube-scheduler' },
  component: {
    namespace: 'monitoring',
    pod: 'prometheus-stack-0',
    container: 'prometheus',
    service: 'stack-prometheus',
    job: 'stack-prometheus',
    instance: '10.244.0.4:9090',
    node: 'worker-1',
  },
  'kube-state-metrics': {
    job: 'kube-state-metrics',
    container: 'kube-state-metrics',
    endpoint: 'http',
    instance: '10.0.0.9:8080',
    service: 'stack-kube-state-metrics',
    namespace: 'monitoring',
    pod: 'stack-kube-state-metrics-5d7-abc',
  },
  'node-exporter': {
    namespace: 'monitoring',
    pod: 'stack-prometheus-node-exporter-abcde',
    container: 'node-exporter',
    service: 'stack-prometheus-node-exporter',
    job: 'node-exporter',
    instance: '10.0.0.11:9100',
  },
  kubelet: { namespace: 'kube-system', service: 'stack-kubelet', job: 'kubelet', node: 'worker-1', instance: '10.0.0.11:10250' },
};

/** The labels of a firing alert of this rule. */
export function firedLabels({ alert, severity, labels, means, expr }: StockAlert): Record<string, string> {
  const ofKubelet = expr.includes('job="kubelet"');
  const values = labels.map((label) => {
    if (label === 'name') return [label, alert.startsWith('KubeAggregated') ? 'v1beta1.metrics.k8s.io' : 'chronyd.service'];
    const meaning = means[label] ?? 'subject';
    return [label, LABEL_VALUES[ofKubelet && meaning === 'component' ? 'kubelet' : meaning]?.[label] ?? `some-${label.replaceAll('_', '-')}`];
  });
  return { alertname: alert, severity, ...Object.fromEntries(values) };
}
