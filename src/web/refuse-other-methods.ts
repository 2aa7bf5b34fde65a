import type { HTTPMethods } from 'fastify';
import { answerProblem } from './answer-error.ts';
import type { WebApp } from './web-app.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Answers every other method on a path with 405 and what is allowed there, before a body is read. */
export function refuseOtherMethods(app: WebApp, url: string, allowed: readonly string[], onRefusal: () => void = () => undefined): void {
  const method = METHODS.filter((candidate) => !allowed.includes(candidate));
  if (method.length === 0) return;
  app.route({
    method,
    url,
    exposeHeadRoute: false,
    onRequest: async (request, reply) => {
      onRefusal();
      return answerProblem(request, reply.header('Allow', allowed.join(', ')), { status: 405, detail: 'Method not allowed' });
    },
    handler: () => undefined, // never reached
  });
}

/** Watches which methods each path is given, to refuse the others once all routes are there. */
export function watchMethods(app: WebApp): { refuseTheRest(): void } {
  const allowed = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = allowed.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each.toUpperCase());
    allowed.set(url, methods);
  });
  return {
    refuseTheRest() {
      for (const [url, methods] of [...allowed]) refuseOtherMethods(app, url, [...methods]);
    },
  };
}
