import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Delivery } from '#domain/alert.ts';
import type { Queue, Reading, Recorded } from '#store/store.ts';

const FAILURES = [
  'invalid_format',
  'invalid_cluster',
  'unauthorized',
  'too_large',
  'rate_limited',
  'not_ready',
  'busy',
  'store',
  'method',
  'timeout',
  'aborted',
  'bad_request',
  'internal',
] as const;

/** Why a webhook request was not answered with 200; the label of oncallm_webhook_errors_total. */
export type WebhookFailure = (typeof FAILURES)[number];

export interface WebMetrics {
  answered(status: number, seconds: number): void;
  failed(reason: WebhookFailure): void;
  received(delivery: Delivery, rejectedAlerts: number): void;
  duplicate(delivery: Delivery): void;
  recorded(recorded: Recorded): void;
}

/** Registers what the web server and the state of the store have to tell; the names are public (docs/metrics). */
export function createWebMetrics(registry: Registry, reading: Reading & Pick<Queue, 'queueSize'>): WebMetrics {
  registerStateGauges(registry, reading);
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) => new Counter<L>({ name, help, labelNames, registers });

  const requests = counter('oncallm_webhook_requests_total', 'Webhook requests by status of the answer.', ['status']);
  const errors = counter('oncallm_webhook_errors_total', 'Webhook requests that were not answered with 200, by reason.', ['reason']);
  const duration = new Histogram({
    name: 'oncallm_webhook_duration_seconds',
    help: 'Time from the head of a webhook request to its answer.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const received = counter('oncallm_alerts_received_total', 'Alerts delivered, repeats and duplicates included, by status.', ['status']);
  const duplicates = counter('oncallm_alerts_duplicate_total', 'Alerts delivered again within 60 seconds, which were not recorded again.');
  const rejected = counter('oncallm_alerts_rejected_total', 'Alerts in accepted requests that could not be read.');
  const truncated = counter('oncallm_alerts_truncated_total', 'Alerts that senders cut off (max_alerts); they never come.');
  const verdicts = counter('oncallm_alerts_recorded_total', 'Alerts recorded, by what they were: new-episode, repeat, resolves, stale-copy.', ['verdict']);
  const queued = counter('oncallm_investigations_queued_total', 'Investigations that deliveries queued.');

  // From zero, so that the first one is an increase that a query sees.
  for (const reason of FAILURES) errors.inc({ reason }, 0);
  requests.inc({ status: '200' }, 0);

  return {
    answered(status, seconds) {
      requests.inc({ status: String(status) });
      duration.observe(seconds);
    },
    failed: (reason) => errors.inc({ reason }),
    received(delivery, rejectedAlerts) {
      for (const { status } of delivery.alerts) received.inc({ status });
      rejected.inc(rejectedAlerts);
      truncated.inc(delivery.truncatedAlerts);
    },
    duplicate: (delivery) => duplicates.inc(delivery.alerts.length),
    recorded(recorded) {
      for (const { verdict } of recorded.alerts) verdicts.inc({ verdict });
      queued.inc(recorded.queued.length);
    },
  };
}

/** Read from the store at each scrape. What cannot be read has no value: a gap, not a zero. */
function registerStateGauges(registry: Registry, reading: Reading & Pick<Queue, 'queueSize'>): void {
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[], read: (gauge: Gauge<L>) => Promise<void>) =>
    new Gauge<L>({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        this.reset();
        if (labelNames.length === 0) this.remove(); // reset() leaves a zero where there are no labels
        await read(this).catch(() => undefined);
      },
    });
  const seconds = (at: string): number => Date.parse(at) / 1_000;

  gauge('oncallm_queue_size', 'Investigations by state.', ['state'], async (value) => {
    const { queued, running } = await reading.queueSize();
    value.set({ state: 'queued' }, queued);
    value.set({ state: 'running' }, running);
  });
  gauge('oncallm_queue_oldest_timestamp_seconds', 'When the investigation that waits longest was queued.', [], async (value) => {
    const { oldestQueuedAt } = await reading.queueSize();
    if (oldestQueuedAt !== null) value.set(seconds(oldestQueuedAt));
  });
  gauge('oncallm_open', 'What is open: incidents, episodes.', ['what'], async (value) => {
    const { openIncidents, openEpisodes } = await reading.counts();
    value.set({ what: 'incidents' }, openIncidents);
    value.set({ what: 'episodes' }, openEpisodes);
  });
  gauge('oncallm_last_delivery_timestamp_seconds', 'When the last delivery came.', [], async (value) => {
    const { lastDeliveryAt } = await reading.lastSigns();
    if (lastDeliveryAt !== null) value.set(seconds(lastDeliveryAt));
  });
  gauge('oncallm_last_watchdog_timestamp_seconds', 'When the last Watchdog of a cluster came.', ['cluster'], async (value) => {
    for (const { cluster, at } of (await reading.lastSigns()).watchdogs.slice(0, 100)) value.set({ cluster }, seconds(at));
  });
}
