import type { RouteOptions } from 'fastify';
import { z } from 'zod';
import type { ApiDescription, ApiOperation } from './pages.ts';
import { namedSchemas } from './schemas/shared.ts';
import type { RouteDocument, WebApp } from './web-app.ts';

type Json = Readonly<Record<string, unknown>>;

/** What is known of a route that describes itself (RouteDocument). */
export interface DocumentedRoute {
  readonly method: string;
  /** As in OpenAPI: `/reports/{fingerprint}`. */
  readonly path: string;
  readonly document: RouteDocument;
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly responses: Readonly<Record<string, z.ZodType>>;
}

/** Collects the routes that describe themselves, as they are added. */
export function watchDocuments(app: WebApp): readonly DocumentedRoute[] {
  const routes: DocumentedRoute[] = [];
  app.addHook('onRoute', ({ url, method, config, schema }: RouteOptions) => {
    const document = config?.document;
    if (!document) return;
    for (const each of [method].flat()) {
      if (each === 'HEAD') continue;
      routes.push({
        method: each.toUpperCase(),
        path: url.replaceAll(/:(\w+)/g, '{$1}'),
        document,
        params: schema?.params as z.ZodType | undefined,
        query: schema?.querystring as z.ZodType | undefined,
        body: document.body ?? (schema?.body as z.ZodType | undefined),
        responses: (schema?.response ?? {}) as Record<string, z.ZodType>,
      });
    }
  });
  return routes;
}

/** OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1), from the schemas that validate requests and write answers. */
export function openApiOf(routes: readonly DocumentedRoute[], server: { readonly version: string; readonly baseUrl: string }): Json {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'OnCallM',
      version: server.version,
      description: 'Receives alerts, finds out why they fired, and serves the answers as reports.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: server.baseUrl }],
    tags: [...new Set(routes.map(({ document }) => document.tag))].map((name) => ({ name })),
    paths,
    components: { schemas, securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  };
}

/** The same for people. */
export function apiDescriptionOf(routes: readonly DocumentedRoute[], version: string): ApiDescription {
  return { title: 'OnCallM', version, operations: routes.map(describe) };
}

function describe({ method, path, document, params, query, responses }: DocumentedRoute): ApiOperation {
  const parameters = [...parametersOf(params, 'path', {}), ...parametersOf(query, 'query', {})];
  return {
    method,
    path,
    summary: document.summary,
    description: document.description ?? '',
    tag: document.tag,
    parameters: parameters.map(({ name, required, description = '', ...rest }) => ({ name, in: rest.in, required, description })),
    responses: statusesOf(document, responses).map((status) => ({ status, description: STATUS_MEANING[status] ?? status })),
  };
}

function operationOf({ method, path, document, params, query, body, responses }: DocumentedRoute, schemas: Record<string, unknown>): Json {
  const parameters = [...parametersOf(params, 'path', schemas), ...parametersOf(query, 'query', schemas)];
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: document.summary,
    ...(document.description ? { description: document.description } : {}),
    tags: [document.tag],
    ...(document.secured ? { security: [{ bearer: [] }] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: jsonSchemaOf(body, 'input', schemas) } } } } : {}),
    responses: Object.fromEntries(statusesOf(document, responses).map((status) => [status, responseOf(status, document, responses[status], schemas)])),
  };
}

function responseOf(status: string, { answers }: RouteDocument, schema: z.ZodType | undefined, schemas: Record<string, unknown>): Json {
  const content = {
    ...(schema && !(schema instanceof z.ZodUndefined) ? { 'application/json': { schema: jsonSchemaOf(schema, 'output', schemas) } } : {}),
    ...Object.fromEntries((answers?.[Number(status)] ?? []).map((type) => [type, { schema: { type: 'string' } }])),
  };
  return { description: STATUS_MEANING[status] ?? status, ...(Object.keys(content).length > 0 ? { content } : {}) };
}

function statusesOf(document: RouteDocument, responses: Readonly<Record<string, z.ZodType>>): readonly string[] {
  return [...new Set([...Object.keys(responses), ...Object.keys(document.answers ?? {})])].sort();
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Json;
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query', schemas: Record<string, unknown>): readonly Parameter[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input', schemas) as { properties?: Record<string, Json>; required?: readonly string[] };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(typeof description === 'string' ? { description } : {}),
    schema: rest,
  }));
}

/** JSON Schema; named schemas are put into `schemas` and referred to. */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, unknown>): Json {
  const { $schema: _, $defs = {}, ...root } = z.toJSONSchema(schema, { io, metadata: namedSchemas, unrepresentable: 'any' });
  const toComponents = (part: unknown): Json => JSON.parse(JSON.stringify(part).replaceAll('"#/$defs/', '"#/components/schemas/'));
  for (const [id, definition] of Object.entries($defs)) schemas[id] = toComponents(definition);
  return toComponents(root);
}

const STATUS_MEANING: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Recorded',
  202: 'Accepted; it will be done',
  204: 'Nothing more will come',
  303: 'Done; go back to the page',
  400: 'The request cannot be understood',
  401: 'The bearer token is missing or wrong',
  403: 'Sent by another site',
  404: 'Not found',
  413: 'The body is too large',
  429: 'Over the rate limit; Retry-After says when to come back',
  503: 'Cannot be done now; nothing was acknowledged, try again',
};
