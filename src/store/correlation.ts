import type { Alert, Delivery } from '#domain/alert.ts';
import { groupOf } from '#domain/incident.ts';
import type { PastCause } from '#domain/question.ts';
import type { Analysis } from '#domain/report.ts';
import { correlationKey, indexed } from './incident-facts.ts';
import type { RecordPolicy } from './store.ts';

/** Further keys bring alerts into an incident for this many correlation windows after it opened: a busy namespace is not one endless incident. */
export const FURTHER_WINDOWS = 6;

/** Nor are more alerts than this brought together by anything but their group: every change of an incident touches all of its alerts. */
export const MOST_BY_FURTHER = 100;

/** What leads an alert to an open incident. */
export interface Way {
  readonly key: string;
  /** `group`: its Alertmanager group; `further`: something else that it shares with others (RecordPolicy.keysOf). */
  readonly by: 'group' | 'further';
  /** Why an alert that is led this way is in the incident (Episode.joinedBy); '' for its group. */
  readonly shares: string;
}

type Group = Pick<Delivery, 'groupKey' | 'groupLabels'>;

/** An incident that has more alerts than this takes in no other by its cause. */
export const MOST_BY_CAUSE = 500;

/**
 * So many open incidents with one cause are looked at when an investigation ends, at most: its own and the oldest that have room. What is left is looked at when the next
 * ends. There is no limit of time: what is open and has the same cause is the same trouble.
 */
export const MOST_TWINS = 25;

/** Why the alerts of an incident that another took in are there. */
export function sharesCause(code: string): string {
  return indexed(`cause/${code}`);
}

/** Why alerts that a person put back into an incident (Corrections.join) are there. */
export const PUT_BACK = 'person';

/**
 * What two open incidents of one cluster share if they are one: the code of the first cause and the object to change, as far as the answer is `certain` or `likely`.
 */
export function causeKeyOf({ root_causes: [cause] }: Pick<Analysis, 'root_causes'>): string | null {
  if (cause === undefined || cause.confidence === 'possible') return null;
  return causeKey(cause);
}

/** By what a cause is recognised again, however sure it is this time. */
export function causeKey({ code, subject: { kind, namespace, name } }: PastCause): string {
  return correlationKey(`${code} ${kind}/${namespace ?? ''}/${name}`);
}

/** The key of the group that an alert came in. */
export function groupKeyOf(delivery: Group, alert: Alert): string {
  return correlationKey(groupOf(delivery, alert));
}

/** Leads to the incident that a person put this alert into when taking it out of another (Corrections.split). */
export function apartKey(fingerprint: string): string {
  return correlationKey(`apart:${fingerprint}`);
}

/** Where to look for the open incident that an alert belongs to, in this order. */
export function waysOf(delivery: Group, alert: Alert, { keysOf }: RecordPolicy): readonly Way[] {
  // No group can pass for one of these by accident: groups are named by the sender.
  const further = (keysOf?.(alert) ?? []).map((key): Way => ({ key: correlationKey(`shares:${key}`), by: 'further', shares: indexed(key) }));
  return [{ key: groupKeyOf(delivery, alert), by: 'group', shares: '' }, ...further];
}

/** Whether an open incident still takes an alert that was led to it in this way. Times are UTC RFC 3339; `joinedAt`: when something joined it last. */
export function takesMore(
  incident: { readonly openedAt: string; readonly joinedAt: string; readonly alerts: number },
  by: Way['by'],
  now: string,
  windowMs: number,
): boolean {
  if (Date.parse(now) - Date.parse(incident.joinedAt) > windowMs) return false;
  return by === 'group' || (incident.alerts < MOST_BY_FURTHER && Date.parse(now) - Date.parse(incident.openedAt) <= FURTHER_WINDOWS * windowMs);
}
