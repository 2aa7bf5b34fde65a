import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyBaseLogger, type FastifyError } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { createAccess } from './access/create-access.ts';
import { answerProblem, logProblem, problemOf } from './answer-error.ts';
import { createArrivals } from './arrivals.ts';
import { documentationRoutes } from './documentation-routes.ts';
import { createDrain, type Drain } from './drain.ts';
import { eventRoutes } from './event-routes.ts';
import { createEventStreams, type EventStreams } from './event-streams.ts';
import { acceptForms } from './forms.ts';
import { inboxRoutes } from './inbox-routes.ts';
import { incidentRoutes } from './incident-routes.ts';
import { watchDocuments } from './openapi.ts';
import { operationRoutes } from './operation-routes.ts';
import { questionRoutes } from './question-routes.ts';
import { watchMethods } from './refuse-other-methods.ts';
import { reportRoutes } from './report-routes.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { createSerializer } from './serializer.ts';
import { serverOptions } from './server-options.ts';
import { transcriptRoutes } from './transcript-routes.ts';
import type { WebApp } from './web-app.ts';
import type { WebDependencies } from './web-dependencies.ts';
import { createWebMetrics } from './web-metrics.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** More than a storm of Alertmanager opens (400 measured), and few enough for the usual limit of open files. */
const MAX_CONNECTIONS = 10_000;
/** Files under /assets/ may be kept this long; their ETag is asked for afterwards. */
const ASSET_MAX_AGE_MS = 3_600_000;

/**
 * The HTTP surface (PRODUCT, "HTTP surface"), ready for `listen` or `inject`. Closing it refuses new requests with 503, ends the event streams,
 * waits for the deliveries that are being recorded, and then closes every connection.
 */
export async function createWebServer(deps: WebDependencies): Promise<WebApp> {
  const { log, options } = deps;
  const access = await createAccess(deps);
  const app: WebApp = Fastify(serverOptions(options, log as FastifyBaseLogger)).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = MAX_CONNECTIONS;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(createSerializer(log));
  acceptForms(app);
  answerErrors(app, deps);

  const drain = createDrain();
  const streams = createEventStreams();
  closeGently(app, drain, streams);
  addSecurityHeaders(app, options.baseUrl);

  const methods = watchMethods(app);
  const documents = watchDocuments(app);
  access.protect(app);
  const arrivals = createArrivals();
  const metrics = createWebMetrics(deps.metrics, deps.reading);
  await app.register(async (scope: WebApp) => webhookRoutes(scope, { deps, metrics, arrivals, drain, reportLink: access.webhookLink }));
  inboxRoutes(app, deps);
  reportRoutes(app, deps, access);
  incidentRoutes(app, deps, access);
  questionRoutes(app, deps);
  transcriptRoutes(app, deps);
  eventRoutes(app, deps, { streams, arrivals });
  operationRoutes(app, deps, drain);
  documentationRoutes(app, deps, documents);
  if (deps.assetsDirectory !== undefined) {
    await app.register(fastifyStatic, { root: deps.assetsDirectory, prefix: '/assets/', index: false, dotfiles: 'ignore', maxAge: ASSET_MAX_AGE_MS });
  }
  await app.after();
  methods.refuseTheRest();
  await app.ready();
  return app;
}

function answerErrors(app: WebApp, { log, options, pages }: WebDependencies): void {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const problem = problemOf(thrown, request.routeOptions.bodyLimit ?? options.bodyLimitBytes);
    // Alerts do not come this way: what is too large costs its sender only.
    if (problem.status !== 413) logProblem(log, request, thrown, problem);
    return answerProblem(request, reply, problem, request.routeOptions.config.page ? pages : undefined);
  });
  app.setNotFoundHandler((request, reply) => answerProblem(request, reply, { status: 404, detail: 'Not found' }, pages));
}

function closeGently(app: WebApp, drain: Drain, streams: EventStreams): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!drain.draining || request.url === '/livez') return undefined;
    return answerProblem(request, reply.header('Connection', 'close'), { status: 503, detail: 'Shutting down' });
  });
  app.addHook('preClose', async () => {
    const settled = drain.begin();
    streams.endAll();
    await settled;
  });
}
