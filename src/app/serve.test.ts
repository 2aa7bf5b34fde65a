import { expect, test } from 'vitest';
import { loadConfig } from '#config/load-config.ts';
import { warningsOf } from './serve.ts';

function warnings(env: Record<string, string>): readonly string[] {
  const loaded = loadConfig({ env, readFile: () => '' });
  return loaded.ok ? warningsOf(loaded.config).map(({ message }) => message) : loaded.problems;
}

test('an open webhook, open pages and links to localhost are warned of where others can reach the server', () => {
  expect(warnings({})).toEqual([
    expect.stringContaining('ONCALLM_WEBHOOK_TOKEN'),
    expect.stringContaining('ONCALLM_VIEWER_TOKEN'),
    expect.stringContaining('ONCALLM_BASE_URL'),
  ]);
  const shut = { ONCALLM_WEBHOOK_TOKEN: 'sesame', ONCALLM_BASE_URL: 'https://oncallm.example.com' };
  expect(warnings({ ...shut, ONCALLM_VIEWER_TOKEN: 'open-sesame-for-viewers' })).toEqual([]);
  expect(warnings({ ...shut, TRUSTED_USER_HEADER: 'X-Forwarded-User', TRUSTED_USER_PROXIES: 'loopback' })).toEqual([]);
});

test.each(['127.0.0.1', 'localhost', '::1', '127.8.8.8'])('on %s nobody else can', (host) => {
  expect(warnings({ APP_HOST: host })).toEqual([]);
});
