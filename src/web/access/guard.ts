import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { answerProblem } from '../answer-error.ts';
import { asksForHtml } from '../negotiate.ts';
import type { Pages, SignInState } from '../pages.ts';
import { provesSameOrigin } from '../same-origin.ts';
import type { WebApp } from '../web-app.ts';
import type { AccessMetrics, Refusal } from './access-metrics.ts';
import { tokenOf } from './credentials.ts';
import type { FailureLimit } from './failure-limit.ts';
import type { Identified } from './identify.ts';
import { mayAct } from './roles.ts';
import { accessTo } from './route-access.ts';
import { safePath } from './safe-path.ts';
import { placeOf } from './same-text.ts';

export interface GuardParts {
  readonly identify: (request: FastifyRequest, ofReport: boolean) => Identified;
  /** False: only metrics are guarded. */
  readonly asksForSignIn: boolean;
  readonly metricsTokens: readonly string[];
  readonly baseUrl: string;
  readonly limit: FailureLimit;
  /** How many failures of one address are logged. */
  readonly logLimit: FailureLimit;
  readonly metrics: AccessMetrics;
  readonly pages: Pages;
  /** Whether there is a token that a person could type in. */
  readonly hasForm: boolean;
  /** Host of the identity provider that signs people in; undefined: none does. */
  readonly providerName: string | undefined;
  readonly log: Logger;
}

/** Refusals that mean that somebody tries, not that somebody has not signed in yet. */
const SUSPICIOUS: readonly Refusal[] = ['wrong-token', 'untrusted-header', 'session-forged', 'link-forged', 'rate-limited', 'cross-site'];
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Lets every request in or answers it, before its body is read. What it lets in has a `viewer`. */
export function guardRoutes(app: WebApp, parts: GuardParts): void {
  app.addHook('onRequest', async (request, reply) => {
    const access = accessTo(request.routeOptions.url);
    if (access === 'metrics') return admitScraper(parts, request, reply);
    if (access === 'open' || !parts.asksForSignIn) return undefined;
    const identified = parts.identify(request, access === 'report');
    if ('refused' in identified) return refuse(parts, request, reply, identified.refused);
    const { viewer } = identified;
    // Browsers send a session along whoever made them send the request.
    const acts = !SAFE_METHODS.includes(request.method);
    if (acts && viewer.kind !== 'link' && viewer.session && !provesSameOrigin(request, parts.baseUrl)) return refuse(parts, request, reply, 'cross-site');
    if (acts && !mayAct(viewer)) return refuse(parts, request, reply, 'read-only');
    request.viewer = viewer;
    return undefined;
  });
  app.addHook('onSend', async (request, reply) => {
    if (parts.asksForSignIn && accessTo(request.routeOptions.url) !== 'open' && reply.getHeader('Cache-Control') !== 'no-store')
      reply.header('Cache-Control', 'private, no-cache');
  });
}

function admitScraper(parts: GuardParts, request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  if (parts.metricsTokens.length === 0) return undefined;
  const token = tokenOf(request.headers.authorization);
  if (token === undefined) return refuse(parts, request, reply, 'missing');
  if (parts.limit.waitSeconds(request.ip) > 0) return refuse(parts, request, reply, 'rate-limited');
  return placeOf(token, parts.metricsTokens) >= 0 ? undefined : refuse(parts, request, reply, 'wrong-token');
}

/** Counts, logs and answers somebody who is not let in. */
function refuse(parts: GuardParts, request: FastifyRequest, reply: FastifyReply, reason: Refusal): FastifyReply {
  noteRefusal(parts, request, reason);
  const waitSeconds = reason === 'rate-limited' ? parts.limit.waitSeconds(request.ip) : 0;
  reply.header('Cache-Control', 'no-store');
  if (waitSeconds > 0) reply.header('Retry-After', String(waitSeconds));
  // Not Basic, which is taken too: it would make browsers ask by themselves, over the page that asks.
  else if (FORBIDDEN[reason] === undefined) reply.header('WWW-Authenticate', 'Bearer realm="OnCallM"');
  const status = waitSeconds > 0 ? 429 : FORBIDDEN[reason] === undefined ? 401 : 403;
  if (status !== 403 && asksForHtml(request.headers.accept)) {
    const next = SAFE_METHODS.includes(request.method) ? safePath(request.url) : '/';
    const state = STATES[reason] ?? 'asked';
    return reply
      .code(status)
      .type('text/html; charset=utf-8')
      .send(parts.pages.signIn({ next, state, hasForm: parts.hasForm, provider: parts.providerName, waitSeconds }));
  }
  return answerProblem(request, reply, { status, detail: FORBIDDEN[reason] ?? DETAILS[status] ?? 'Unauthorized' }, parts.pages);
}

/** Counts a refusal for its address, and logs it: an address that goes on has only its first ones logged. */
export function noteRefusal(
  { limit, logLimit, metrics, log }: Pick<GuardParts, 'limit' | 'logLimit' | 'metrics' | 'log'>,
  request: FastifyRequest,
  reason: Refusal,
): void {
  metrics.refused(reason);
  if (reason === 'wrong-token') limit.fail(request.ip);
  if (!SUSPICIOUS.includes(reason) || !logLimit.fail(request.ip)) return;
  log.warn({ reason, address: request.ip, peer: request.socket.remoteAddress, path: request.url.split('?', 1)[0]?.slice(0, 300) }, 'Access refused');
}

const STATES: Partial<Record<Refusal, SignInState>> = {
  'wrong-token': 'wrong',
  'rate-limited': 'limited',
  'session-expired': 'session-over',
  'session-forged': 'session-over',
  'link-expired': 'link-over',
  'link-forged': 'link-wrong',
};
/** Signing in would change nothing about these. */
const FORBIDDEN: Partial<Record<Refusal, string>> = {
  'cross-site': 'Sent by another site',
  'read-only': 'You may read, not act. Ask for a group that OIDC_OPERATOR_GROUPS names.',
};
const DETAILS: Readonly<Record<number, string>> = { 429: 'Too many failed sign-ins. Try again in a minute.' };
