import { beforeEach, expect, it, vi } from 'vitest';

const compared = vi.hoisted(() => ({ times: 0 }));
vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:crypto')>();
  return {
    ...original,
    timingSafeEqual(one: NodeJS.ArrayBufferView, other: NodeJS.ArrayBufferView) {
      compared.times += 1;
      return original.timingSafeEqual(one, other);
    },
  };
});

const { startWeb } = await import('../../src/web/testing/start-web.ts');

const TOKENS = ['first-viewer-token', 'second-viewer-token', 'third-viewer-token'];
const METRICS = ['first-metrics-token', 'second-metrics-token'];

beforeEach(() => {
  compared.times = 0;
});

/** How many comparisons one request takes. */
async function comparisons(url: string, headers: Record<string, string>): Promise<number> {
  const web = await startWeb({ viewerTokens: TOKENS, metricsTokens: METRICS });
  compared.times = 0;
  await web.app.inject({ url, headers });
  await web.app.close();
  return compared.times;
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

it('compares a token with all that are accepted, wherever it is among them and whatever it is like', async () => {
  for (const token of [...TOKENS, 'wrong', 'first-viewer-tokeN', '']) {
    const expected = token === '' ? 0 : TOKENS.length;
    expect(await comparisons('/reports', bearer(token)), token).toBe(expected);
  }
});

it('compares tokens for metrics, session cookies and signatures in the same way', async () => {
  for (const token of [...METRICS, 'wrong']) expect(await comparisons('/metrics', bearer(token)), token).toBe(METRICS.length);
  expect(await comparisons('/reports', { cookie: 'oncallm_session=9999999999.abcdefghij.forged' })).toBe(TOKENS.length);
  expect(await comparisons('/reports/abc?exp=9999999999&sig=forged', {})).toBe(TOKENS.length);
});
