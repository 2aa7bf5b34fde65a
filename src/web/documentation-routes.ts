import { apiDescriptionOf, type DocumentedRoute, openApiOf } from './openapi.ts';
import type { WebApp } from './web-app.ts';
import type { WebDependencies } from './web-dependencies.ts';

/** `/openapi.json` and `/docs`: what the routes say about themselves, put together when first asked for. */
export function documentationRoutes(app: WebApp, { options, pages, version }: WebDependencies, routes: readonly DocumentedRoute[]): void {
  let text: string | undefined;
  const openApi = (): string => {
    text ??= JSON.stringify(openApiOf(routes, { version, baseUrl: options.baseUrl }));
    return text;
  };

  app.get(
    '/openapi.json',
    { config: { document: { summary: 'This description', tag: 'operation', answers: { 200: ['application/json'] } } } },
    (_request, reply) => reply.type('application/json; charset=utf-8').send(openApi()),
  );
  app.get(
    '/docs',
    { config: { page: true, document: { summary: 'This description, for people', tag: 'operation', answers: { 200: ['text/html'] } } } },
    (_request, reply) => reply.type('text/html; charset=utf-8').send(pages.docs(apiDescriptionOf(routes, version))),
  );
}
