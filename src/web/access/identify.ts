import type { FastifyRequest } from 'fastify';
import type { AccessKeys } from './access-keys.ts';
import type { Refusal } from './access-metrics.ts';
import { tokenOf } from './credentials.ts';
import type { FailureLimit } from './failure-limit.ts';
import { stateOfLink } from './report-links.ts';
import { placeOf } from './same-text.ts';
import type { Sessions } from './session.ts';
import type { TrustedUser } from './trusted-user.ts';
import type { LinkViewer, Viewer } from './viewer.ts';

export type Identified = { readonly viewer: Viewer } | { readonly refused: Refusal };

export interface IdentifyParts {
  readonly viewerTokens: readonly string[];
  readonly keys: AccessKeys | undefined;
  readonly sessions: Sessions | undefined;
  readonly trustedUser: TrustedUser;
  readonly signedLinks: boolean;
  readonly limit: FailureLimit;
  readonly clock: () => Date;
}

const MISSING: Identified = { refused: 'missing' };

/**
 * Finds out who sends a request. Ways in are tried in this order, the first that opens counts: what a proxy or a browser sends along
 * (a password for the proxy, an old cookie) must not shut out who has another way.
 *
 *     name from a trusted proxy ─▶ session cookie ─▶ viewer token ─▶ signed link (routes of one report only)
 */
export function createIdentify(parts: IdentifyParts): (request: FastifyRequest, ofReport: boolean) => Identified {
  return (request, ofReport) => {
    const ways = [byProxy, bySession, byToken, ...(ofReport ? [byLink] : [])];
    let refused = MISSING;
    for (const way of ways) {
      const identified = way(parts, request);
      if ('viewer' in identified) return identified;
      // A wrong token says more than an old cookie that came along.
      if (identified.refused !== 'missing' && !isTokenProblem(refused)) refused = identified;
    }
    return refused;
  };
}

function isTokenProblem(identified: Identified): boolean {
  return 'refused' in identified && (identified.refused === 'wrong-token' || identified.refused === 'rate-limited');
}

function byProxy({ trustedUser }: IdentifyParts, request: FastifyRequest): Identified {
  const user = trustedUser(request.raw);
  if (user === undefined) return MISSING;
  // Whom it lets through is for the proxy to decide.
  return user.trusted ? { viewer: { kind: 'user', name: user.name, role: 'operator', session: false } } : { refused: 'untrusted-header' };
}

function bySession({ sessions }: IdentifyParts, request: FastifyRequest): Identified {
  const session = sessions?.read(request.headers.cookie) ?? { state: 'none' };
  if (session.state === 'open' && 'user' in session) return { viewer: { kind: 'user', ...session.user, session: true } };
  if (session.state === 'open') return { viewer: { kind: 'token', name: session.tokenName, session: true } };
  return session.state === 'none' ? MISSING : { refused: `session-${session.state}` };
}

/** An address that failed too often is not compared any more, for a while: otherwise it could go on guessing. */
function byToken({ viewerTokens, keys, limit }: IdentifyParts, request: FastifyRequest): Identified {
  const token = viewerTokens.length > 0 ? tokenOf(request.headers.authorization) : undefined;
  if (token === undefined) return MISSING;
  if (limit.waitSeconds(request.ip) > 0) return { refused: 'rate-limited' };
  const given = viewerTokens[placeOf(token, viewerTokens)];
  if (given !== undefined) return { viewer: { kind: 'token', name: keys?.namesOf(given)[0] ?? '', session: false } };
  return { refused: 'wrong-token' };
}

function byLink({ keys, signedLinks, clock }: IdentifyParts, request: FastifyRequest): Identified {
  const link = linkOf(request);
  if (link === undefined || keys === undefined || !signedLinks) return MISSING;
  const state = stateOfLink(keys, link, clock());
  return state === 'valid' ? { viewer: link } : { refused: `link-${state}` };
}

/** `.json` and `.md` name a form of the same report; a fingerprint that itself ends so cannot be opened by a link, only by a viewer. */
const FORMS = /(?<=.)\.(?:json|md)$/;

/** The signature and what it is for, as the request says. Links are for looking: other methods have none. */
function linkOf(request: FastifyRequest): LinkViewer | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const { fingerprint: name } = request.params as { readonly fingerprint?: unknown };
  const { exp, sig, cluster = 'default' } = request.query as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || typeof exp !== 'string' || typeof sig !== 'string' || typeof cluster !== 'string') return undefined;
  const fingerprint = request.routeOptions.url === '/report/:fingerprint' ? name.replace(FORMS, '') : name;
  return { kind: 'link', fingerprint, cluster, exp, sig };
}
