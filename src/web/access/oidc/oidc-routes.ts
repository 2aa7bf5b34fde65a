import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { goBack } from '../../forms.ts';
import type { SignInState } from '../../pages.ts';
import type { WebApp } from '../../web-app.ts';
import type { Refusal } from '../access-metrics.ts';
import type { Audit } from '../audit.ts';
import { type GuardParts, noteRefusal } from '../guard.ts';
import { type RoleGroups, roleOf } from '../roles.ts';
import { safePath } from '../safe-path.ts';
import type { Sessions } from '../session.ts';
import { type Provider, ProviderFailure } from './provider.ts';
import type { SignInAttempts } from './sign-in-attempt.ts';

export interface OidcParts extends GuardParts {
  readonly provider: Provider;
  readonly attempts: SignInAttempts;
  readonly sessions: Sessions;
  readonly groups: RoleGroups;
  readonly audit: Audit;
}

const wantedSchema = z.object({ next: z.string().max(8_192).optional() });
const STATUS: Partial<Record<SignInState, number>> = { 'provider-failed': 502, 'not-let-in': 403 };

/**
 * Signing in at an identity provider:
 *
 *     /sign-in/oidc ──cookie: attempt──▶ provider ──code──▶ /sign-in/oidc/callback ──cookie: session──▶ the page that was wanted
 *
 * An attempt is good once and for ten minutes, in the browser that began it.
 */
export function oidcRoutes(app: WebApp, parts: OidcParts): void {
  const { provider, attempts, sessions, groups, audit, log } = parts;
  const prefix = (URL.parse(parts.baseUrl)?.pathname ?? '').replace(/\/+$/, '');

  app.get('/sign-in/oidc', { schema: { querystring: wantedSchema } }, async (request, reply) => {
    const { attempt, cookie } = attempts.begin(randomBytes(32).toString('base64url'), safePath(request.query.next));
    try {
      const address = await provider.addressFor(attempt);
      return goBack(reply.header('Set-Cookie', cookie).header('Cache-Control', 'no-store'), address.href);
    } catch (thrown) {
      return refuse(request, reply, attempt.next, thrown);
    }
  });
  app.get('/sign-in/oidc/callback', async (request, reply) => {
    const attempt = attempts.read(request.headers.cookie);
    if (attempt === undefined) return show(reply, 'attempt-over', '/');
    try {
      const person = await provider.redeem(attempt, request.url.split('?', 2)[1] ?? '');
      const role = roleOf(person.groups ?? [], groups);
      if (role === undefined) {
        log.warn(
          { who: `user:${person.name}`, groups: person.groups?.length ?? 'not told', address: request.ip },
          'Signed in at the provider, but in none of OIDC_VIEWER_GROUPS',
        );
        noteRefusal(parts, request, 'provider-refused');
        return show(reply, 'not-let-in', attempt.next);
      }
      audit(request, 'sign-in', `session as ${role}`, `user:${person.name}`);
      return goBack(
        reply.header('Set-Cookie', [attempts.end(), sessions.beginFor({ name: person.name, role })]).header('Cache-Control', 'no-store'),
        `${prefix}${attempt.next}`,
      );
    } catch (thrown) {
      return refuse(request, reply, attempt.next, thrown);
    }
  });

  function refuse(request: FastifyRequest, reply: FastifyReply, next: string, thrown: unknown): FastifyReply {
    if (!(thrown instanceof ProviderFailure)) throw thrown;
    const reason: Refusal = thrown.kind === 'refused' ? 'provider-refused' : 'provider-failed';
    noteRefusal(parts, request, reason);
    log.warn({ why: thrown.message, address: request.ip }, 'Nobody was signed in');
    return show(reply, reason, next);
  }

  function show(reply: FastifyReply, state: SignInState, next: string): FastifyReply {
    const page = parts.pages.signIn({ next, state, hasForm: parts.hasForm, provider: provider.name, waitSeconds: 0 });
    return reply
      .code(STATUS[state] ?? 401)
      .header('Set-Cookie', attempts.end())
      .header('Cache-Control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page);
  }
}
