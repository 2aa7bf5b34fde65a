import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleTranscripts } from '#testing/sample-transcripts.ts';
import { createPages } from '#web/pages/create-pages.tsx';
import { type StartedWeb, startWeb } from '../../src/web/testing/start-web.ts';

const TOKEN = 'viewer-token-of-the-team';
const BASE = 'https://oncallm.example.com';
const ALERT = JSON.stringify({ alerts: [{ fingerprint: 'abc', labels: { alertname: 'A' } }] });

/** Every path of the server; a route that is added must be added here, which the first test sees to. */
const PATHS: Readonly<Record<string, string>> = {
  '/': '/',
  '/webhook': '/webhook',
  '/webhook/': '/webhook/',
  '/webhook/:cluster': '/webhook/eu',
  '/webhook/:cluster/': '/webhook/eu/',
  '/reports': '/reports',
  '/api/v1/reports': '/api/v1/reports',
  '/reports/:fingerprint': '/reports/abc',
  '/api/v1/reports/:fingerprint': '/api/v1/reports/abc',
  '/report/:fingerprint': '/report/abc',
  '/api/v1/reports/:fingerprint/events': '/api/v1/reports/abc/events',
  '/api/v1/incidents': '/api/v1/incidents',
  '/api/v1/incidents/:id': '/api/v1/incidents/incident-1',
  '/api/v1/incidents/:id/investigate': '/api/v1/incidents/incident-1/investigate',
  '/api/v1/incidents/:id/split': '/api/v1/incidents/incident-1/split',
  '/api/v1/incidents/:id/join': '/api/v1/incidents/incident-1/join',
  '/api/v1/investigations/:id/feedback': '/api/v1/investigations/investigation-2/feedback',
  '/api/v1/investigations/:id/questions': '/api/v1/investigations/investigation-2/questions',
  '/investigations/:id/transcript': '/investigations/investigation-2/transcript',
  '/api/v1/investigations/:id/transcript': '/api/v1/investigations/investigation-2/transcript',
  '/investigations/:id/questions/:question/transcript': '/investigations/investigation-2/questions/question-1/transcript',
  '/api/v1/investigations/:id/questions/:question/transcript': '/api/v1/investigations/investigation-2/questions/question-1/transcript',
  '/api/v1/investigations/:id/questions/:question/events': '/api/v1/investigations/investigation-2/questions/question-1/events',
  '/api/v1/investigations/:id/events': '/api/v1/investigations/investigation-2/events',
  '/health': '/health',
  '/health/': '/health/',
  '/livez': '/livez',
  '/readyz': '/readyz',
  '/metrics': '/metrics',
  '/openapi.json': '/openapi.json',
  '/docs': '/docs',
  '/assets/*': '/assets/base.css',
  '/sign-in': '/sign-in',
  '/sign-out': '/sign-out',
};
/** Answered to anybody; the webhook and metrics have tokens of their own. */
const OPEN = [
  '/livez',
  '/readyz',
  '/health',
  '/health/',
  '/assets/*',
  '/sign-in',
  '/sign-out',
  '/metrics',
  '/webhook',
  '/webhook/',
  '/webhook/:cluster',
  '/webhook/:cluster/',
];
const STREAMS = ['/api/v1/reports/:fingerprint/events', '/api/v1/investigations/:id/events', '/api/v1/investigations/:id/questions/:question/events'];

let folder: string;
let web: StartedWeb;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oncallm-security-'));
  await writeFile(join(folder, 'base.css'), 'body{}');
  web = await startWeb({ viewerTokens: [TOKEN], baseUrl: BASE }, { assetsDirectory: folder, pages: createPages({ baseUrl: BASE }) });
  await web.app.inject({ method: 'POST', url: '/webhook', payload: ALERT });
  web.store.transcripts.set('investigation-2', sampleTranscripts.hostile);
  const question = { id: 'question-1', investigationId: 'investigation-2', askedAt: '', asker: '', question: '', answeredAt: null, answer: null };
  web.store.change({ ...question, state: 'asked', hasTranscript: false });
});
afterAll(async () => {
  await web?.app.close();
  await rm(folder, { recursive: true, force: true });
});

describe('every route', () => {
  it('is known to this suite', () => {
    for (const [pattern, path] of Object.entries(PATHS)) {
      const known = (['GET', 'POST'] as const).some((method) => web.app.hasRoute({ method, url: pattern }));
      expect(known, `${pattern} (${path})`).toBe(true);
    }
    const printed = web.app.printRoutes({ commonPrefix: false, includeHooks: false });
    const listed = routesOf(printed);
    expect(listed.filter((pattern) => PATHS[pattern] === undefined)).toEqual([]);
    expect(listed.length).toBe(Object.keys(PATHS).length);
  });

  const routes = Object.entries(PATHS).flatMap(([pattern, url]) => (['GET', 'POST', 'PUT', 'DELETE'] as const).map((method) => ({ pattern, url, method })));

  it.each(routes)('$method $pattern lets nobody in who has not signed in, unless it is open', async ({ pattern, url, method }) => {
    for (const accept of ['text/html', 'application/json']) {
      const { statusCode, body } = await web.app.inject({ method, url, headers: { accept } });
      if (OPEN.includes(pattern)) expect(statusCode === 401, `${accept} ${statusCode}`).toBe(false);
      else {
        expect(statusCode).toBe(401);
        expect(body).toContain(accept === 'text/html' ? 'Viewer token' : '{"detail":"Unauthorized"}');
      }
    }
  });

  it.each(routes.filter(({ pattern }) => !STREAMS.includes(pattern)))('$method $pattern has the headers that protect a browser', async ({ url, method }) => {
    for (const authorization of [`Bearer ${TOKEN}`, '']) {
      const { headers } = await web.app.inject({ method, url, headers: { accept: 'text/html', ...(authorization && { authorization }) } });
      const policy = String(headers['content-security-policy']);
      for (const rule of ["default-src 'none'", "script-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"])
        expect(policy).toContain(rule);
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'x-frame-options': 'SAMEORIGIN',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'strict-transport-security': 'max-age=31536000',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['server']).toBeUndefined();
    }
  });

  it.each(STREAMS)('%s has them on its stream too, and is kept by nobody', async (pattern) => {
    const origin = await listening();
    const answer = await fetch(origin + (PATHS[pattern] ?? ''), { headers: { authorization: `Bearer ${TOKEN}` } });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      'no-store',
    ]);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    await answer.body?.cancel();
  });

  it('of alerts may be kept by no shared cache', async () => {
    for (const [pattern, url] of Object.entries(PATHS).filter(([each]) => !OPEN.includes(each) && !STREAMS.includes(each))) {
      const { headers } = await web.app.inject({ url, headers: { authorization: `Bearer ${TOKEN}` } });
      expect(headers['cache-control'], pattern).toMatch(/private|no-store/);
    }
  });
});

it('plain http is not told to use https for a year', async () => {
  const plain = await startWeb({ viewerTokens: [TOKEN], baseUrl: 'http://oncallm.example.com' });
  for (const url of Object.values(PATHS).filter((path) => !path.endsWith('/events')))
    expect((await plain.app.inject({ url })).headers['strict-transport-security'], url).toBeUndefined();
  await plain.app.close();
});

let origin: Promise<string> | undefined;
function listening(): Promise<string> {
  origin ??= web.app.listen({ port: 0, host: '127.0.0.1' });
  return origin;
}

/** The full paths in Fastify's tree of routes: four columns of indentation per level, the part of the path, the methods in brackets. */
function routesOf(tree: string): readonly string[] {
  const path: string[] = [];
  const found: string[] = [];
  for (const line of tree.split('\n')) {
    const [, indent = '', part = '', methods] = /^([│ ]*[├└]── )(.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (part === '') continue;
    const level = indent.length / 4 - 1;
    path.length = level;
    path[level] = part;
    // The tree leaves out what stands before a wildcard.
    if (methods !== undefined) found.push(path.join('').replace(/^\/\*$/, '/assets/*'));
  }
  return [...new Set(found)];
}
