import { type Alert, alertNameOf, type Delivery, namespaceOf } from '#domain/alert.ts';
import type { RejectedAlert } from '#ingest/parse-delivery.ts';
import type { ReportLink } from './access/report-links.ts';
import type { Standing } from './request-limits.ts';
import type { WebhookAnswer } from './schemas/webhook.ts';

/** The body of the 200: a link for every alert, in the order of delivery. */
export function webhookAnswer(delivery: Delivery, rejected: readonly RejectedAlert[], reportLink: ReportLink): WebhookAnswer {
  return {
    status: 'success',
    message: 'Alerts queued for analysis',
    report_urls: delivery.alerts.map((alert) => linkOf(alert, delivery.cluster, reportLink)),
    ...(rejected.length > 0 ? { rejected_alerts: rejected.slice(0, 100).map(({ index, why }) => ({ index, detail: why })) } : {}),
  };
}

function linkOf({ fingerprint, labels }: Alert, cluster: string, reportLink: ReportLink): WebhookAnswer['report_urls'][number] {
  return { fingerprint, alert_name: alertNameOf(labels), namespace: namespaceOf(labels), report_url: reportLink(fingerprint, cluster) };
}

/** The three headers of webhook-api; none when no limit is on. Set them with writeHeaders, which keeps their case. */
export function limitHeaders(standing: Standing | undefined): Readonly<Record<string, string>> {
  if (standing === undefined) return {};
  return {
    'X-RateLimit-Limit': String(standing.limit),
    'X-RateLimit-Remaining': String(standing.remaining),
    'X-RateLimit-Reset': String(standing.resetAt),
  };
}

/** Fastify writes header names in lower case; the API document and the people who grep for them do not. */
export function writeHeaders(reply: { readonly raw: { setHeader(name: string, value: string): unknown } }, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value);
}

/**
 * The status for a client over its limit: 429, but 503 for Alertmanager, which gives up on any 4xx until the next group interval and repeats
 * a 5xx soon. Source: prometheus/alertmanager, notify/util.go, Retrier.
 */
export function overLimitStatus(userAgent: string | undefined): 429 | 503 {
  return userAgent?.startsWith('Alertmanager/') ? 503 : 429;
}
