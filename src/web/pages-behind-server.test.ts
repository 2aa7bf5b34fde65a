import { afterEach, describe, expect, it } from 'vitest';
import { createPages } from './pages/create-pages.tsx';
import { type StartedWeb, startWeb } from './testing/start-web.ts';

let web: StartedWeb;
afterEach(() => web.app.close());

const HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>';

describe('the real pages behind the server', () => {
  it('point 28: hold nothing that the content security policy would have to stop', async () => {
    web = await startWeb({}, { pages: createPages({ baseUrl: 'http://localhost:8001' }) });
    const alert = {
      fingerprint: HOSTILE,
      labels: { alertname: HOSTILE, [HOSTILE]: HOSTILE },
      annotations: { summary: HOSTILE, runbook_url: 'javascript:alert(1)' },
    };
    await web.app.inject({ method: 'POST', url: '/webhook', payload: JSON.stringify({ alerts: [alert] }) });
    const name = encodeURIComponent(HOSTILE);
    const statuses: Record<string, number> = {};
    for (const url of ['/', `/?search=${name}`, `/report/${name}`, `/report/unknown${name}`, '/docs', '/nowhere', `/report/x?cluster=${'x'.repeat(99)}`]) {
      const answer = await web.app.inject({ url, headers: { accept: 'text/html' } });
      statuses[url.split(/[?%]/)[0] || url] = answer.statusCode;
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.body).toMatch(/^<!doctype html>/i);
      expect(answer.body).not.toMatch(/<script>|<script (?![^>]*src=)|<img|<style|<[^>]*\sstyle=|<[^>]*\son\w+=|href="javascript:/i);
    }
    expect(statuses).toEqual({ '/': 200, '/report/': 200, '/report/unknown': 404, '/docs': 200, '/nowhere': 404, '/report/x': 400 });
    expect(web.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
