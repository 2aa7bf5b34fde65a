import type { FastifyRequest } from 'fastify';

/**
 * False when a browser says that another site made it send this request. Pages need no login, so without this any site could start
 * investigations from the browser of whoever can reach OnCallM. Clients that are no browsers send neither header and pass.
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
