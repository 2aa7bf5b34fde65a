import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebApp } from './web-app.ts';

const FORM = 'application/x-www-form-urlencoded';

/** Lets routes take HTML forms: their fields arrive as an object, like JSON. Of fields with one name the last counts. */
export function acceptForms(app: WebApp): void {
  app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))));
}

/** True when a page sent the request: the answer is then a way back, not data. */
export function isForm(request: FastifyRequest): boolean {
  return request.headers['content-type']?.startsWith(FORM) ?? false;
}

/** Back to a page of our own (`path` begins with a slash), as a GET. */
export function goBack(reply: FastifyReply, path: string): FastifyReply {
  return reply.code(303).header('Location', path).send();
}
