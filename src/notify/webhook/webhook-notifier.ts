import type { Message, Notifier } from '../notifier.ts';
import { createJsonPost } from '../post-json.ts';

export interface WebhookNotifierSettings {
  readonly url: string;
  /** '' sends none. */
  readonly token: string;
  readonly version: string;
}

/** Posts the report as JSON: `{ "event": "report.completed", "investigation": "<id>", "report": <as GET /reports/{fingerprint}> }`. */
export function createWebhookNotifier({ url, token, version }: WebhookNotifierSettings): Notifier {
  const post = createJsonPost(url, { 'user-agent': `oncallm/${version}`, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) });
  return {
    name: 'webhook',
    send: ({ investigationId, ended, report }: Message, signal: AbortSignal) =>
      post({ event: `report.${ended}`, investigation: investigationId, report }, signal),
  };
}
