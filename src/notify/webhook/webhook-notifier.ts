import { messageOf } from '#domain/error.ts';
import { fetchWithin, originOf } from '#lib/outbound.ts';
import type { Message, Notifier, Sent } from '../notifier.ts';

export interface WebhookNotifierSettings {
  readonly url: string;
  /** '' sends none. */
  readonly token: string;
  readonly version: string;
}

const TIMEOUT_MS = 10_000;

/** Statuses after which the same request may succeed later: timeouts, too many requests, and the receiver's own trouble. */
const isTemporary = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

/**
 * Posts the report as JSON: `{ "event": "report.completed", "investigation": "<id>", "report": <as GET /reports/{fingerprint}> }`. Does not follow redirects: the
 * token stays where it was meant for.
 */
export function createWebhookNotifier({ url, token, version }: WebhookNotifierSettings): Notifier {
  const host = URL.parse(url)?.host ?? 'the configured address';
  const fetch = fetchWithin(originOf(url));
  return {
    name: 'webhook',
    async send({ investigationId, ended, report }: Message, signal: AbortSignal): Promise<Sent> {
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'user-agent': `oncallm/${version}`, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
          body: JSON.stringify({ event: `report.${ended}`, investigation: investigationId, report }),
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        await answer.body?.cancel();
        if (answer.ok) return { delivered: true };
        return { delivered: false, retry: isTemporary(answer.status), why: `POST to ${host} was answered with status ${answer.status}` };
      } catch (thrown) {
        const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
        return { delivered: false, retry: true, why: `POST to ${host} failed: ${messageOf(cause).replaceAll(url, host)}` };
      }
    },
  };
}
