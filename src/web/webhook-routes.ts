import type { FastifyError } from 'fastify';
import { z } from 'zod';
import { OncallmError } from '#domain/error.ts';
import { createRecentAlerts } from '#ingest/recent-alerts.ts';
import { createAdmission } from './admit-webhook.ts';
import { logProblem, problemOf } from './answer-error.ts';
import { refuseOtherMethods } from './refuse-other-methods.ts';
import { createRequestLimits } from './request-limits.ts';
import { clusterNameSchema, problemSchema } from './schemas/shared.ts';
import { webhookAnswerSchema, webhookBodySchema } from './schemas/webhook.ts';
import { takeDelivery } from './take-delivery.ts';
import type { RouteDocument, WebApp } from './web-app.ts';
import type { WebhookFailure } from './web-metrics.ts';
import { limitHeaders, writeHeaders } from './webhook-answer.ts';
import { failWebhook, type WebhookContext } from './webhook-context.ts';

const METHODS = ['POST', 'PUT'] as const;
const DEFAULT_CLUSTER = 'default';

const RESPONSE = { 200: webhookAnswerSchema, 400: problemSchema, 401: problemSchema, 413: problemSchema, 429: problemSchema, 503: problemSchema };

/**
 * `/webhook` and `/webhook/{cluster}`, each with and without a slash at the end, since a redirect would lose alerts.
 *
 *     token ──▶ ready, room ──▶ body ──▶ read ──▶ duplicate? ──▶ limits ──▶ readable? ──▶ record ──▶ 200
 *      401         503          413                 200        429, 503       400         503
 */
export async function webhookRoutes(app: WebApp, surroundings: Pick<WebhookContext, 'deps' | 'metrics' | 'arrivals' | 'drain' | 'reportLink'>): Promise<void> {
  const { deps, metrics } = surroundings;
  const { options, clock } = deps;
  const limits = createRequestLimits({ perIp: options.rateLimitPerIp, global: options.rateLimitGlobal, clock, share: deps.shareCounts });
  const context: WebhookContext = { ...surroundings, limits, recent: createRecentAlerts() };

  // Any content type or none: Grafana, proxies and curl differ, and only the body matters.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  app.addHook('onRequest', async (request, reply) => {
    // What is no content type at all would be refused with 415, and the alerts lost.
    request.raw.headers['content-type'] = 'application/json';
    writeHeaders(reply, limitHeaders(await limits.peek(request.ip)));
  });
  app.addHook('onResponse', async (_request, reply) => metrics.answered(reply.statusCode, reply.elapsedTime / 1_000));
  app.addHook('onRequestAbort', async (_request) => metrics.failed('aborted'));
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const problem = problemOf(thrown, options.bodyLimitBytes);
    logProblem(deps.log, request, thrown, problem);
    return failWebhook(context, request, reply, problem, failureOf(thrown, problem.status));
  });

  const onRequest = createAdmission(context);
  const secured = options.webhookTokens.length > 0;
  for (const url of ['/webhook', '/webhook/']) {
    const document: RouteDocument = { ...DOCUMENT, secured };
    const config = url === '/webhook' ? { document } : {};
    app.route({
      method: [...METHODS],
      url,
      onRequest,
      config,
      schema: { response: RESPONSE },
      handler: (request, reply) => takeDelivery(context, request, reply, DEFAULT_CLUSTER),
    });
    refuseOtherMethods(app, url, METHODS, () => metrics.failed('method'));
  }
  for (const url of ['/webhook/:cluster', '/webhook/:cluster/']) {
    const document: RouteDocument = { ...DOCUMENT, summary: 'Receive alerts of a named cluster', secured };
    const config = url === '/webhook/:cluster' ? { document } : {};
    const schema = { params: z.object({ cluster: clusterNameSchema }), response: RESPONSE };
    app.route({
      method: [...METHODS],
      url,
      onRequest,
      config,
      schema,
      handler: (request, reply) => takeDelivery(context, request, reply, request.params.cluster),
    });
    refuseOtherMethods(app, url, METHODS, () => metrics.failed('method'));
  }
}

const DOCUMENT: RouteDocument = {
  summary: 'Receive alerts',
  description:
    'Takes the webhook of Alertmanager, and what Grafana, vmalert and Prometheus send. 200 means that the alerts are on disk. Over the rate limit, Alertmanager is answered 503 (which it repeats), any other client 429.',
  tag: 'webhook',
  body: webhookBodySchema,
};

function failureOf(thrown: FastifyError, status: number): WebhookFailure {
  if (thrown instanceof OncallmError) return 'store';
  if (thrown.code === 'FST_ERR_HANDLER_TIMEOUT') return 'timeout';
  if (thrown.validation) return 'invalid_cluster';
  if (status === 413) return 'too_large';
  return status < 500 ? 'bad_request' : 'internal';
}
