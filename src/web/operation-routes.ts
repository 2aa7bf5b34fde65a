import type { Registry } from 'prom-client';
import { z } from 'zod';
import type { Drain } from './drain.ts';
import { named, problemSchema } from './schemas/shared.ts';
import type { WebApp } from './web-app.ts';
import type { WebDependencies } from './web-dependencies.ts';

/** `GET /health`: the first four as webhook-api has them. */
const healthSchema = named(
  'Health',
  z.object({
    status: z.enum(['healthy', 'unhealthy']),
    webhook_endpoint: z.enum(['available', 'unavailable']),
    ai_service: z.enum(['connected', 'disconnected', 'not_configured']),
    queue_size: z.number().nullable().describe('Investigations that wait; null when the store cannot tell.'),
    running: z.number().nullable().describe('Investigations under way.'),
    last_delivery_at: z.string().nullable(),
    version: z.string(),
    checks: z.array(z.object({ name: z.string(), state: z.enum(['ok', 'failing', 'not-configured']), detail: z.string() })),
  }),
);
const probeSchema = z.object({ status: z.string() });

/** `/health` for people and monitors, `/livez` and `/readyz` for probes, `/metrics` for Prometheus. */
export function operationRoutes(app: WebApp, deps: WebDependencies, drain: Drain): void {
  const available = (): boolean => deps.ready() && !drain.draining;

  async function health(): Promise<z.output<typeof healthSchema>> {
    const { healthy, aiService, checks } = deps.health();
    const [queue, signs] = await Promise.all([deps.reading.queueSize().catch(() => undefined), deps.reading.lastSigns().catch(() => undefined)]);
    return {
      status: healthy && available() && queue !== undefined ? 'healthy' : 'unhealthy',
      webhook_endpoint: available() ? 'available' : 'unavailable',
      ai_service: aiService,
      queue_size: queue?.queued ?? null,
      running: queue?.running ?? null,
      last_delivery_at: signs?.lastDeliveryAt ?? null,
      version: deps.version,
      checks: [...checks],
    };
  }

  for (const url of ['/health', '/health/']) {
    const config = url === '/health' ? { document: { summary: 'Health', tag: 'operation' } as const } : {};
    app.get(url, { config, schema: { response: { 200: healthSchema, 503: healthSchema } } }, async (_request, reply) => {
      const state = await health();
      return reply.code(state.status === 'healthy' ? 200 : 503).send(state);
    });
  }
  app.get(
    '/livez',
    { config: { document: { summary: 'Liveness: the process answers', tag: 'operation' } }, schema: { response: { 200: probeSchema } } },
    () => ({
      status: 'ok',
    }),
  );
  app.get(
    '/readyz',
    {
      config: { document: { summary: 'Readiness: the webhook takes alerts', tag: 'operation' } },
      schema: { response: { 200: probeSchema, 503: problemSchema } },
    },
    async (_request, reply) => {
      if (!available()) return reply.code(503).send({ detail: 'Service not initialised' });
      return deps.health().healthy ? { status: 'ready' } : reply.code(503).send({ detail: 'The database cannot be used' });
    },
  );
  metricsRoute(app, deps.metrics);
}

function metricsRoute(app: WebApp, registry: Registry): void {
  app.get(
    '/metrics',
    { config: { document: { summary: 'Metrics in the text format of Prometheus', tag: 'operation', answers: { 200: ['text/plain'] } } } },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}
