import type { IncidentFilter } from '#domain/views.ts';
import { asksForHtml } from './negotiate.ts';
import type { InboxData } from './pages.ts';
import { incidentFilterSchema } from './schemas/shared.ts';
import type { RouteDocument, WebApp } from './web-app.ts';
import type { WebDependencies } from './web-dependencies.ts';

const DOCUMENT: RouteDocument = {
  summary: 'The inbox, or what there is',
  description: 'The inbox for who asks for HTML, with the filters of /api/v1/incidents; else a list of the endpoints.',
  tag: 'incidents',
  answers: { 200: ['text/html', 'application/json'] },
};

/** `GET /`. */
export function inboxRoutes(app: WebApp, deps: WebDependencies): void {
  app.get('/', { config: { page: true, document: DOCUMENT } }, async ({ headers, query }, reply) => {
    reply.header('Vary', 'Accept').header('Cache-Control', 'no-cache');
    if (!asksForHtml(headers.accept)) return reply.type('application/json; charset=utf-8').send(JSON.stringify(endpointsOf(deps)));
    return reply.type('text/html; charset=utf-8').send(deps.pages.inbox(await inboxData(deps, filterOf(query))));
  });
}

/** Field by field: an address that somebody typed shows the inbox without the filters that make no sense. */
function filterOf(query: unknown): IncidentFilter {
  const given = Object.entries(typeof query === 'object' && query !== null ? query : {});
  const usable = given.filter(([name, value]) => value !== '' && incidentFilterSchema.safeParse({ [name]: value }).success);
  return incidentFilterSchema.parse(Object.fromEntries(usable));
}

async function inboxData({ reading, clock, options }: WebDependencies, filter: IncidentFilter): Promise<InboxData> {
  const [incidents, counts, queue, signs] = await Promise.all([reading.incidents(filter), reading.counts(), reading.queueSize(), reading.lastSigns()]);
  return { filter, incidents, counts, queue, ...signs, now: clock().toISOString(), baseUrl: options.baseUrl };
}

function endpointsOf({ version }: WebDependencies): Readonly<Record<string, unknown>> {
  return {
    name: 'OnCallM',
    version,
    description: 'Receives alerts, finds out why they fired, and serves the answers as reports.',
    documentation: '/docs',
    openapi: '/openapi.json',
    available_endpoints: {
      webhook: '/webhook',
      webhook_of_cluster: '/webhook/{cluster}',
      reports: '/reports',
      report: '/reports/{fingerprint}',
      report_page: '/report/{fingerprint}',
      incidents: '/api/v1/incidents',
      health: '/health',
      metrics: '/metrics',
    },
  };
}
