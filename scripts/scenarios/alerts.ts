import { fingerprintOf } from '#ingest/fingerprint.ts';
import type { World } from './world.ts';

export interface AlertSpec {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Minutes before the snapshot. */
  readonly firedAgo: number;
  /** The rule's expression. */
  readonly expression: string;
}

/** What the scrape of kube-state-metrics puts on every alert made from its series (kube-prometheus-stack's defaults). */
export const FROM_KUBE_STATE_METRICS = {
  endpoint: 'http',
  instance: '10.244.13.77:8080',
  job: 'kube-state-metrics',
  service: 'kube-prometheus-stack-kube-state-metrics',
} as const;

const PROMETHEUS = 'http://kube-prometheus-stack-prometheus.monitoring:9090';
export const RUNBOOKS = 'https://runbooks.prometheus-operator.dev/runbooks/kubernetes';

/** The body that Alertmanager 0.28 posts for one group of firing alerts. */
export function webhookBody(world: World, groupLabels: Readonly<Record<string, string>>, alerts: readonly AlertSpec[]): Readonly<Record<string, unknown>> {
  const sent = alerts.map(({ labels, annotations, firedAgo, expression }) => {
    const full = { ...labels, prometheus: 'monitoring/kube-prometheus-stack-prometheus' };
    return {
      status: 'firing',
      labels: sorted(full),
      annotations: sorted(annotations),
      startsAt: world.ago(firedAgo).replace('Z', '.514Z'),
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: `${PROMETHEUS}/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=1`,
      fingerprint: fingerprintOf(full),
    };
  });
  return {
    receiver: 'oncallm',
    status: 'firing',
    alerts: sent,
    groupLabels,
    commonLabels: common(sent.map(({ labels }) => labels)),
    commonAnnotations: common(sent.map(({ annotations }) => annotations)),
    externalURL: 'http://kube-prometheus-stack-alertmanager.monitoring:9093',
    version: '4',
    groupKey: `{}/{severity=~"critical|warning"}:{${Object.entries(groupLabels)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .join(', ')}}`,
    truncatedAlerts: 0,
  };
}

function sorted(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function common(sets: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const [first = {}, ...others] = sets;
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => others.every((set) => set[key] === value)));
}
