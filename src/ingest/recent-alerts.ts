import type { Alert, Delivery } from '#domain/alert.ts';

/** How long the same alert again is a duplicate (webhook-api: "within 60 seconds"). */
const DUPLICATE_WINDOW_MS = 60_000;

/**
 * Remembers which alerts were committed a moment ago, so that the copy from a second Alertmanager or a redelivery can be answered without
 * touching the database. It may forget (capacity, restart) but never invents: what it does not know is recorded again, which the
 * store recognises too.
 */
export interface RecentAlerts {
  /**
   * True when for every alert of the delivery the last thing remembered was the same, less than the window ago; false for a delivery without alerts. What
   * resolved in between and fires again is no duplicate, though an alert without startsAt then looks like its first message.
   */
  holdsAll(delivery: Delivery, nowMs: number): boolean;
  /** To be called after the commit only. The window counts from the first sight: being a duplicate does not prolong it. */
  remember(delivery: Delivery, nowMs: number): void;
  readonly size: number;
}

export interface RecentAlertsOptions {
  readonly windowMs?: number;
  /** How many alerts to remember at most; the oldest go first. */
  readonly capacity?: number;
}

export function createRecentAlerts({ windowMs = DUPLICATE_WINDOW_MS, capacity = 50_000 }: RecentAlertsOptions = {}): RecentAlerts {
  // In order of insertion, which is order of time: the first entry is the oldest.
  const seen = new Map<string, { readonly status: Alert['status']; readonly at: number }>();

  const isRecent = (at: number, nowMs: number): boolean => nowMs - at < windowMs;
  const holds = (key: string, status: Alert['status'], nowMs: number): boolean => {
    const last = seen.get(key);
    return last !== undefined && last.status === status && isRecent(last.at, nowMs);
  };

  function forgetOld(nowMs: number): void {
    for (const [key, { at }] of seen) {
      if (isRecent(at, nowMs) && seen.size <= capacity) return;
      seen.delete(key);
    }
  }

  return {
    holdsAll: (delivery, nowMs) => delivery.alerts.length > 0 && delivery.alerts.every((alert) => holds(keyOf(delivery, alert), alert.status, nowMs)),
    remember(delivery, nowMs) {
      for (const alert of delivery.alerts) {
        const key = keyOf(delivery, alert);
        if (holds(key, alert.status, nowMs)) continue;
        seen.delete(key);
        seen.set(key, { status: alert.status, at: nowMs });
      }
      forgetOld(nowMs);
    },
    get size() {
      return seen.size;
    },
  };
}

/** An alert that came without startsAt got the time of its delivery (parse-alert.ts), which would make every copy another alert. */
function keyOf(delivery: Delivery, alert: Alert): string {
  const startsAt = alert.startsAt === delivery.receivedAt ? '' : alert.startsAt;
  return JSON.stringify([delivery.cluster, alert.fingerprint, startsAt]);
}
