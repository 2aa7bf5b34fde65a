import type { FastifyReply, FastifyRequest } from 'fastify';
import { createTokenCheck } from './bearer-token.ts';
import { createBodyBudget } from './body-budget.ts';
import { failWebhook, type WebhookContext } from './webhook-context.ts';

/** Seconds after which a sender that found no room for its body may come again. */
const BUSY_SECONDS = '2';

/** What must hold before a body is read: the right token, a store to put it in, and memory to read it into. Answers by itself when it does not. */
export function createAdmission(context: WebhookContext): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined> {
  const { deps, drain } = context;
  const tokenIsAccepted = createTokenCheck(deps.options.webhookTokens);
  const bodies = createBodyBudget(deps.options.bodyLimitBytes);

  return async (request, reply) => {
    drain.track(reply);
    if (!tokenIsAccepted(request.headers.authorization)) {
      const fields = { client: request.ip, path: request.url.slice(0, 300), given: request.headers.authorization !== undefined };
      deps.log.warn(fields, 'Unauthorized webhook request');
      reply.header('WWW-Authenticate', 'Bearer');
      return failWebhook(context, request, reply, { status: 401, detail: 'Unauthorized' }, 'unauthorized');
    }
    if (!deps.ready()) return failWebhook(context, request, reply, { status: 503, detail: 'Service not initialised' }, 'not_ready');
    if (!bodies.admit(request, reply)) {
      reply.header('Retry-After', BUSY_SECONDS);
      return failWebhook(context, request, reply, { status: 503, detail: 'Too many large requests at once' }, 'busy');
    }
    return undefined;
  };
}
