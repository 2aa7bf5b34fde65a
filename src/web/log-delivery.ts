import type { Logger } from 'pino';
import type { Delivery } from '#domain/alert.ts';
import type { RejectedAlert } from '#ingest/parse-delivery.ts';
import type { Recorded } from '#store/store.ts';

/** The one line that a delivery leaves in the log; a warning when some of its alerts are lost. */
export function logDelivery(log: Logger, delivery: Delivery, rejected: readonly RejectedAlert[], outcome: Recorded | 'duplicate'): void {
  const fields = {
    delivery: delivery.id,
    cluster: delivery.cluster,
    client: delivery.remoteAddress,
    sender: delivery.userAgent,
    receiver: delivery.receiver.slice(0, 200),
    alerts: delivery.alerts.length,
    firing: delivery.alerts.filter(({ status }) => status === 'firing').length,
    bytes: delivery.body.length,
  };
  if (outcome === 'duplicate') {
    log.info(fields, 'delivery is a duplicate');
    return;
  }
  const opened = outcome.alerts.filter(({ verdict }) => verdict === 'new-episode').length;
  const recorded = { ...fields, opened, queued: outcome.queued.length, cancelled: outcome.cancelled.length };
  if (delivery.truncatedAlerts === 0 && rejected.length === 0) {
    log.info(recorded, 'delivery recorded');
    return;
  }
  log.warn(
    {
      ...recorded,
      truncated: delivery.truncatedAlerts,
      rejected: rejected.slice(0, 5).map(({ index, why }) => `alerts[${index}] ${why}`),
      ...(delivery.truncatedAlerts > 0 ? { fix: 'Remove max_alerts from the webhook_config: the alerts it cuts off never come.' } : {}),
    },
    'delivery recorded in part',
  );
}
