/** Label or annotation set. Names may be any UTF-8 since Alertmanager 0.27. */
export type LabelSet = Readonly<Record<string, string>>;

export type AlertStatus = 'firing' | 'resolved';

/** One alert as delivered, brought into one shape (see ingest/parse-delivery.ts). Times are UTC RFC 3339. */
export interface Alert {
  /** As the sender gave it; computed as Prometheus does when the sender gave none. */
  readonly fingerprint: string;
  readonly status: AlertStatus;
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  /** When the rule fired (not when the trouble began). */
  readonly startsAt: string;
  /** null while firing: the wire's zero time (year 1) means "not set". */
  readonly endsAt: string | null;
  /** '' when the sender gave none. */
  readonly generatorUrl: string;
}

/** One webhook request: a group of alerts with what the sender said about the group. */
export interface Delivery {
  /** UUIDv7. */
  readonly id: string;
  /** Name of the cluster it came from: the path of the webhook, else `default`. */
  readonly cluster: string;
  readonly receivedAt: string;
  readonly remoteAddress: string;
  readonly userAgent: string;
  /** `''` where the sender gave none. */
  readonly receiver: string;
  readonly groupKey: string;
  readonly groupLabels: LabelSet;
  readonly commonLabels: LabelSet;
  readonly commonAnnotations: LabelSet;
  readonly externalUrl: string;
  /** How many alerts the sender cut off (`max_alerts`); they never come. */
  readonly truncatedAlerts: number;
  /** `''` before Alertmanager 0.32. */
  readonly notificationReason: string;
  readonly alerts: readonly Alert[];
  /** The body as received, for replay. */
  readonly body: string;
}

/** What the documents call a missing alertname. */
export const NO_ALERT_NAME = '(no alertname)';
/** What webhook-api.md answers for an alert without a namespace label. */
export const UNKNOWN_NAMESPACE = 'Unknown';

export function alertNameOf(labels: LabelSet): string {
  return labels['alertname'] || NO_ALERT_NAME;
}

/** The `namespace` label as delivered (it may be the exporter's: see investigate/ for the true subject). */
export function namespaceOf(labels: LabelSet): string {
  return labels['namespace'] || UNKNOWN_NAMESPACE;
}

/**
 * Alerts that always fire by design, or say only something about other alerts: stored, never investigated.
 * Source: kube-prometheus `general.rules` (Watchdog, InfoInhibitor), the dead man's switch of older charts.
 */
export function isAlwaysFiring(labels: LabelSet): boolean {
  return ['Watchdog', 'InfoInhibitor', 'DeadMansSwitch', 'DeadMansSnitch'].includes(labels['alertname'] ?? '') || labels['severity'] === 'none';
}
