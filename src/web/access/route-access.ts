/** Who a route lets in: everybody; who has the metrics token; viewers, and who has a link to this report; viewers. */
export type RouteAccess = 'open' | 'metrics' | 'report' | 'viewers';

/**
 * Routes by their pattern. What is not listed here is for viewers, paths that do not exist included: a new route is closed until somebody
 * writes down that it is not.
 */
const ROUTES: Readonly<Record<string, RouteAccess>> = {
  // Probes and monitors, which have no token; what they say holds no alert.
  '/livez': 'open',
  '/readyz': 'open',
  '/health': 'open',
  '/health/': 'open',
  // Has a token of its own.
  '/webhook': 'open',
  '/webhook/': 'open',
  '/webhook/:cluster': 'open',
  '/webhook/:cluster/': 'open',
  // Style sheets and scripts, the same in every installation; the sign-in page needs them.
  '/assets/*': 'open',
  '/sign-in': 'open',
  '/sign-in/oidc': 'open',
  '/sign-in/oidc/callback': 'open',
  '/sign-out': 'open',
  '/metrics': 'metrics',
  '/report/:fingerprint': 'report',
  '/reports/:fingerprint': 'report',
  '/api/v1/reports/:fingerprint': 'report',
  '/api/v1/reports/:fingerprint/events': 'report',
};

export function accessTo(pattern: string | undefined): RouteAccess {
  return pattern !== undefined && Object.hasOwn(ROUTES, pattern) ? (ROUTES[pattern] ?? 'viewers') : 'viewers';
}
