import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';

/** The Fastify instance with zod schemas on its routes. */
export type WebApp = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

/** What a route says about itself in /openapi.json and /docs. Routes without it are not listed. */
export interface RouteDocument {
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'webhook' | 'reports' | 'incidents' | 'operation';
  /** For bodies that are not validated by the schema of the route. */
  readonly body?: z.ZodType;
  /** Content types of answers that are not JSON, by status. */
  readonly answers?: Readonly<Record<number, readonly string[]>>;
  /** True when the webhook's bearer token is asked for. */
  readonly secured?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    document?: RouteDocument;
    /** Errors are shown as a page to who asks for HTML. */
    page?: boolean;
  }
}
