import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answerProblem } from '../answer-error.ts';
import { goBack } from '../forms.ts';
import type { SignInState } from '../pages.ts';
import { isSameOrigin } from '../same-origin.ts';
import type { WebApp } from '../web-app.ts';
import type { Audit } from './audit.ts';
import { type GuardParts, noteRefusal } from './guard.ts';
import { safePath } from './safe-path.ts';
import { placeOf } from './same-text.ts';
import type { Sessions } from './session.ts';

export interface SignInParts extends GuardParts {
  readonly viewerTokens: readonly string[];
  readonly sessions: Sessions;
  readonly audit: Audit;
  /** As in the audit log. */
  readonly nameOf: (token: string) => string;
}

const BODY_LIMIT_BYTES = 16 * 1024;
const MAX_TEXT = 8_192;
const wantedSchema = z.object({ next: z.string().max(MAX_TEXT).optional() });
const formSchema = wantedSchema.extend({ token: z.string().max(MAX_TEXT) });

/** `/sign-in` for people: a token for a session cookie, and back to the page they wanted. `/sign-out` ends it in their browser. */
export function signInRoutes(app: WebApp, parts: SignInParts): void {
  const { sessions, audit, baseUrl } = parts;
  const prefix = prefixOf(baseUrl);

  app.get('/sign-in', { schema: { querystring: wantedSchema } }, async (request, reply) => {
    const next = safePath(request.query.next);
    const signedIn = sessions.read(request.headers.cookie).state === 'open';
    return showForm(parts, reply.code(200), { next, state: signedIn ? 'signed-in' : 'asked' });
  });
  app.post('/sign-in', { bodyLimit: BODY_LIMIT_BYTES, schema: { body: formSchema } }, async (request, reply) => {
    if (!isSameOrigin(request, baseUrl)) return refuseOtherSite(parts, request, reply);
    const next = safePath(request.body.next);
    const waitSeconds = parts.limit.waitSeconds(request.ip);
    if (waitSeconds > 0) {
      noteRefusal(parts, request, 'rate-limited');
      return showForm(parts, reply.code(429).header('Retry-After', String(waitSeconds)), { next, state: 'limited', waitSeconds });
    }
    const token = parts.viewerTokens[placeOf(request.body.token.trim(), parts.viewerTokens)];
    if (token === undefined) {
      noteRefusal(parts, request, 'wrong-token');
      return showForm(parts, reply.code(401).header('WWW-Authenticate', 'Bearer realm="OnCallM"'), { next, state: 'wrong' });
    }
    audit(request, 'sign-in', 'session', `token:${parts.nameOf(token)}`);
    return goBack(reply.header('Set-Cookie', sessions.begin(token)).header('Cache-Control', 'no-store'), `${prefix}${next}`);
  });
  app.post('/sign-out', { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
    if (!isSameOrigin(request, baseUrl)) return refuseOtherSite(parts, request, reply);
    const session = sessions.read(request.headers.cookie);
    if (session.state === 'open') audit(request, 'sign-out', 'session', 'user' in session ? `user:${session.user.name}` : `token:${session.tokenName}`);
    return goBack(reply.header('Set-Cookie', sessions.end()).header('Cache-Control', 'no-store'), `${prefix}/sign-in`);
  });
}

/** `/sign-in` where a proxy signs people in: on to the page they wanted, when it has. */
export function proxySignInRoute(app: WebApp, { identify, pages, baseUrl }: Pick<GuardParts, 'identify' | 'pages' | 'baseUrl'>): void {
  const prefix = prefixOf(baseUrl);
  app.get('/sign-in', { schema: { querystring: wantedSchema } }, async (request, reply) => {
    const next = safePath(request.query.next);
    if ('viewer' in identify(request, false)) return goBack(reply.header('Cache-Control', 'no-store'), `${prefix}${next}`);
    const page = pages.signIn({ next, state: 'asked', hasForm: false, provider: undefined, waitSeconds: 0 });
    return reply.header('Cache-Control', 'no-store').type('text/html; charset=utf-8').send(page);
  });
}

/** Path of the base URL, which is put before every link; '' when it has none. */
function prefixOf(baseUrl: string): string {
  return (URL.parse(baseUrl)?.pathname ?? '').replace(/\/+$/, '');
}

function showForm(
  { pages, hasForm, providerName }: SignInParts,
  reply: FastifyReply,
  { waitSeconds = 0, ...data }: { readonly next: string; readonly state: SignInState; readonly waitSeconds?: number },
): FastifyReply {
  return reply
    .header('Cache-Control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(pages.signIn({ ...data, hasForm, provider: providerName, waitSeconds }));
}

/** Otherwise another site could sign somebody in as somebody else, or out. */
function refuseOtherSite(parts: SignInParts, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  noteRefusal(parts, request, 'cross-site');
  return answerProblem(request, reply, { status: 403, detail: 'Sent by another site' }, parts.pages);
}
