import type { Alert, Delivery } from './alert.ts';
import type { Severity } from './severity.ts';

/** What a person calls "it": one or more episodes with one investigation at a time. */
export interface Incident {
  /** UUIDv7. */
  readonly id: string;
  readonly cluster: string;
  /** See groupOf. */
  readonly group: string;
  /** One line: the cause when it is known, else the alert and how many. */
  readonly title: string;
  readonly severity: Severity;
  readonly state: 'open' | 'closed';
  readonly openedAt: string;
  /** Last time an episode joined. */
  readonly updatedAt: string;
  readonly closedAt: string | null;
  /** The incident that a person took its alerts out of; null or absent for any other. */
  readonly splitFrom?: string | null;
}

/** Which Alertmanager group an alert belongs to; alerts of one group share an incident for as long as the correlation window says. */
export function groupOf(delivery: Pick<Delivery, 'groupKey' | 'groupLabels'>, alert: Pick<Alert, 'fingerprint'>): string {
  if (delivery.groupKey) return delivery.groupKey;
  const names = Object.keys(delivery.groupLabels).sort();
  if (names.length > 0) return JSON.stringify(names.map((name) => [name, delivery.groupLabels[name]]));
  return `alert:${alert.fingerprint}`;
}
