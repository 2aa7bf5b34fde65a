import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebApp } from './web-app.ts';

const FORM = 'application/x-www-form-urlencoded';

/** Lets routes take HTML forms: their fields arrive as an object, like JSON. Several of one name, as boxes that are ticked send them, arrive as a list. */
export function acceptForms(app: WebApp): void {
  app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => done(null, fieldsOf(new URLSearchParams(String(body)))));
}

function fieldsOf(form: URLSearchParams): Readonly<Record<string, string | readonly string[]>> {
  const fields = Map.groupBy(form, ([name]) => name);
  return Object.fromEntries([...fields].map(([name, all]) => [name, all.length > 1 ? all.map(([, value]) => value) : (all[0]?.[1] ?? '')]));
}

/** True when a page sent the request: the answer is then a way back, not data. */
export function isForm(request: FastifyRequest): boolean {
  return request.headers['content-type']?.startsWith(FORM) ?? false;
}

/** Back to a page of our own (`path` begins with a slash), as a GET. */
export function goBack(reply: FastifyReply, path: string): FastifyReply {
  return reply.code(303).header('Location', path).send();
}
