import type { FastifyRequest } from 'fastify';

/**
 * False when a browser says that another site made it send this request: without this, any site could start investigations from the browser of
 * whoever can reach OnCallM or has signed in. Clients that are no browsers send neither header and pass.
 * Source: https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site
 */
export function isSameOrigin(request: Pick<FastifyRequest, 'headers' | 'host'>, baseUrl: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.headers.origin;
  if (origin === undefined) return true;
  const host = URL.parse(origin)?.host;
  return host !== undefined && host !== '' && (host === request.host || host === URL.parse(baseUrl)?.host);
}

/**
 * True when a browser says that a page of ours made it send this request. For requests with a session cookie, which only browsers have: every
 * browser that knows SameSite sends Origin with a POST, so one that says nothing is refused.
 * Source: https://fetch.spec.whatwg.org/#origin-header
 */
export function provesSameOrigin(request: Pick<FastifyRequest, 'headers' | 'host'>, baseUrl: string): boolean {
  const says = request.headers['sec-fetch-site'] !== undefined || request.headers.origin !== undefined;
  return says && isSameOrigin(request, baseUrl);
}
