import helmet from 'helmet';
import type { WebApp } from './web-app.ts';

/**
 * Headers for every answer: pages carry text from alerts and logs, so nothing runs that is not a file of our own.
 * Strict-Transport-Security only when people come by https: it would lock out a plain-http installation for a year.
 */
export function addSecurityHeaders(app: WebApp, baseUrl: string): void {
  // Made once: @fastify/helmet works out the same headers for every request.
  const apply = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'"],
        'manifest-src': ["'self'"],
        'form-action': ["'self'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: baseUrl.startsWith('https:') ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
  app.addHook('onRequest', (request, reply, done) => apply(request.raw, reply.raw, done as (error?: unknown) => void));
}
