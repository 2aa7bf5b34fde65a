import { Counter, Gauge, type Registry } from 'prom-client';
import type { NoticeClaim, NoticeOutcome } from '#domain/notice.ts';
import type { Outbox } from '#store/store.ts';

/** As the label of `oncallm_notification_attempts_total` has them. */
const RESULTS: Readonly<Record<NoticeOutcome['state'], string>> = { sent: 'sent', waiting: 'failed', 'given-up': 'given_up' };

/** Counts what became of what notifiers are owed, for /metrics; returns what hears of each attempt. Only where there are notifiers. */
export function createNoticeMetrics(
  registry: Registry,
  store: Pick<Outbox, 'noticesWaiting'>,
  notifiers: readonly string[],
): ((notice: NoticeClaim, outcome: NoticeOutcome) => void) | undefined {
  if (notifiers.length === 0) return undefined;
  const attempts = new Counter({
    name: 'oncallm_notification_attempts_total',
    help: 'Attempts of this process to notify, by result: sent, failed (and tried again), given_up.',
    labelNames: ['notifier', 'result'],
    registers: [registry],
  });
  for (const notifier of notifiers) for (const result of Object.values(RESULTS)) attempts.inc({ notifier, result }, 0);
  new Gauge({
    name: 'oncallm_notifications_waiting',
    help: 'Notifications that are owed and not sent yet, of all replicas.',
    labelNames: ['notifier'],
    registers: [registry],
    async collect() {
      this.reset();
      const waiting = await store.noticesWaiting().catch(() => undefined);
      if (waiting === undefined) return;
      for (const notifier of notifiers) this.set({ notifier }, waiting.find((one) => one.notifier === notifier)?.waiting ?? 0);
    },
  });
  return ({ notifier }, { state }) => attempts.inc({ notifier, result: RESULTS[state] });
}
