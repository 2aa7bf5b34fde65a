import type { FastifyRequest } from 'fastify';
import type { WebApp } from '../web-app.ts';
import type { WebDependencies } from '../web-dependencies.ts';
import { type AccessKeys, deriveKeys } from './access-keys.ts';
import { createAccessMetrics } from './access-metrics.ts';
import { asksForSignIn, keySecretsOf } from './asks-for-sign-in.ts';
import { auditAnswers, createAudit } from './audit.ts';
import { createFailureLimit } from './failure-limit.ts';
import { type GuardParts, guardRoutes } from './guard.ts';
import { createIdentify } from './identify.ts';
import { oidcRoutes } from './oidc/oidc-routes.ts';
import { createProvider } from './oidc/provider.ts';
import { createSignInAttempts } from './oidc/sign-in-attempt.ts';
import { refuseContradictions } from './refuse-contradictions.ts';
import { type ReportLink, reportLinkOf } from './report-links.ts';
import { createSessions, type Sessions } from './session.ts';
import { proxySignInRoute, signInRoutes } from './sign-in-routes.ts';
import { createTrustedUser } from './trusted-user.ts';

/** Who may see what. */
export interface Access {
  /** Adds the guard and the sign-in page to the server: before any route that it should guard. */
  protect(app: WebApp): void;
  /** Addresses of reports for whoever sends this request. Who came by a link gets plain ones: else a link could renew itself for ever. */
  linkFor(request: FastifyRequest): ReportLink;
  /** Addresses of reports for senders of alerts: signed only when they need a token, else anybody could post an alert to get the link to its report. */
  readonly webhookLink: ReportLink;
}

/** Per address: far more than typing errors, far too few for guessing. */
const FAILURES = { failures: 20, windowSeconds: 60 };

/** Throws an OncallmError when the settings contradict each other in a way that would leave pages open or shut by mistake. */
export async function createAccess({ options, clock, log, metrics: registry, pages }: WebDependencies): Promise<Access> {
  refuseContradictions(options);
  const closed = asksForSignIn(options);
  const { viewerTokens, metricsTokens, baseUrl } = options;
  const keys = closed ? await deriveKeys(keySecretsOf(options)) : undefined;
  const signed = reportLinkOf(options, clock, keys);
  const plain = reportLinkOf(options, clock, undefined);

  function protect(app: WebApp): void {
    app.decorateRequest('viewer', null);
    if (!closed && metricsTokens.length === 0) return;
    const limit = createFailureLimit({ ...FAILURES, clock });
    const metrics = createAccessMetrics(registry);
    const provider = options.oidcIssuer === '' ? undefined : createProvider(options);
    const sessions = keys && (viewerTokens.length > 0 || provider) ? sessionsOf(keys) : undefined;
    const trustedUser = createTrustedUser({ header: options.trustedUserHeader, proxies: options.trustedUserProxies });
    const identify = createIdentify({ viewerTokens, keys, sessions, trustedUser, signedLinks: options.signedLinks, limit, clock });
    const logLimit = createFailureLimit({ ...FAILURES, clock });
    const parts: GuardParts = {
      identify,
      asksForSignIn: closed,
      metricsTokens,
      baseUrl,
      limit,
      logLimit,
      metrics,
      pages,
      hasForm: viewerTokens.length > 0,
      providerName: provider?.name,
      log,
    };
    guardRoutes(app, parts);
    if (!closed) return;
    const audit = createAudit(log, metrics);
    auditAnswers(app, audit);
    if (sessions) signInRoutes(app, { ...parts, viewerTokens, sessions, audit, nameOf: (token) => keys?.namesOf(token)[0] ?? '' });
    else proxySignInRoute(app, parts);
    if (provider && sessions && keys) {
      const groups = { viewerGroups: options.oidcViewerGroups, operatorGroups: options.oidcOperatorGroups };
      oidcRoutes(app, { ...parts, provider, sessions, groups, audit, attempts: createSignInAttempts({ keys, baseUrl, clock }) });
    }
  }

  function sessionsOf(accessKeys: AccessKeys): Sessions {
    const userLifetimeSeconds = options.oidcIssuer === '' ? 0 : options.oidcSessionHours * 3_600;
    return createSessions({ keys: accessKeys, tokens: viewerTokens, lifetimeSeconds: options.sessionHours * 3_600, userLifetimeSeconds, baseUrl, clock });
  }

  return {
    protect,
    linkFor: ({ viewer }) => (viewer?.kind === 'link' ? plain : signed),
    webhookLink: options.webhookTokens.length > 0 ? signed : plain,
  };
}
