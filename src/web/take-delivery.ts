import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Delivery } from '#domain/alert.ts';
import { parseDelivery, type RejectedAlert } from '#ingest/parse-delivery.ts';
import { logDelivery } from './log-delivery.ts';
import type { Standing } from './request-limits.ts';
import type { WebhookAnswer } from './schemas/webhook.ts';
import { limitHeaders, overLimitStatus, webhookAnswer, writeHeaders } from './webhook-answer.ts';
import { failWebhook, type WebhookContext } from './webhook-context.ts';

const INVALID_FORMAT = { status: 400, detail: 'Invalid alert format' };
const MAX_SENDER_LENGTH = 256;

/**
 * From the body of an admitted request to its answer. A delivery that was committed a moment ago costs nothing: neither the database nor
 * the limits. One that cannot be read counts for the limits. undefined: a problem was answered.
 */
export async function takeDelivery(context: WebhookContext, request: FastifyRequest, reply: FastifyReply, cluster: string): Promise<WebhookAnswer | undefined> {
  const { deps, limits, metrics, recent } = context;
  const now = deps.clock();
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, MAX_SENDER_LENGTH);
  const meta = { id: deps.newId(), cluster, receivedAt: now.toISOString(), remoteAddress: request.ip, userAgent };
  const parsed = parseDelivery(typeof request.body === 'string' ? request.body : '', meta);

  if (parsed.ok && recent.holdsAll(parsed.delivery, now.getTime())) {
    metrics.received(parsed.delivery, parsed.rejected.length);
    metrics.duplicate(parsed.delivery);
    logDelivery(deps.log, parsed.delivery, parsed.rejected, 'duplicate');
    return webhookAnswer(parsed.delivery, parsed.rejected, context.reportLink);
  }
  const standing = await limits.count(request.ip);
  writeHeaders(reply, limitHeaders(standing));
  if (standing?.exceeded) return refuseForNow(context, request, reply, standing);
  if (!parsed.ok) {
    deps.log.warn({ client: request.ip, cluster, sender: userAgent, why: parsed.why }, 'invalid alert format');
    failWebhook(context, request, reply, INVALID_FORMAT, 'invalid_format');
    return undefined;
  }
  await record(context, parsed.delivery, parsed.rejected);
  return webhookAnswer(parsed.delivery, parsed.rejected, context.reportLink);
}

async function record({ deps, metrics, recent, arrivals }: WebhookContext, delivery: Delivery, rejected: readonly RejectedAlert[]): Promise<void> {
  metrics.received(delivery, rejected.length);
  const recorded = await deps.receive(delivery);
  // Only now: a copy of what is not yet on disk must not be answered with 200.
  recent.remember(delivery, Date.parse(delivery.receivedAt));
  metrics.recorded(recorded);
  arrivals.announce(delivery);
  logDelivery(deps.log, delivery, rejected, recorded);
}

function refuseForNow(context: WebhookContext, request: FastifyRequest, reply: FastifyReply, { limit, retryAfter }: Standing): undefined {
  context.deps.log.warn({ client: request.ip, limit }, 'webhook rate limit exceeded');
  const problem = { status: overLimitStatus(request.headers['user-agent']), detail: `Rate limit exceeded. Try again in ${retryAfter} seconds.` };
  failWebhook(context, request, reply.header('Retry-After', String(retryAfter)), problem, 'rate_limited');
  return undefined;
}
