import { describe, expect, it } from 'vitest';
import { createPages } from '#web/pages/create-pages.tsx';
import { mutateJson } from './mutate-json.ts';
import { mutateBytes } from './mutate-text.ts';
import { createRandom } from './random.ts';
import { runCases } from './run-cases.ts';
import { type Target, TooSlow, Violation } from './target.ts';
import { TARGETS } from './targets.ts';

/** A sample of what `npm run fuzz` does for hours: enough to notice that a way in is open again. */
const SAMPLE: Readonly<Record<string, number>> = {
  webhook: 40,
  routes: 60,
  'locked-doors': 60,
  investigation: 12,
  'log-bytes': 20,
  'metrics-answer': 60,
  'model-answers': 40,
  'open-metrics': 20,
};
const pages = createPages({ baseUrl: 'http://localhost:8001' });

describe('what comes from outside, mutated', () => {
  it.each(Object.entries(TARGETS))(
    '%s: nothing breaks',
    async (name, create) => {
      const target = await create(pages);
      const { failures, cases } = await runCases(target, { seed: 1, first: 0, count: SAMPLE[name] ?? 0, maxFailures: 3 });
      await target.close();
      expect(failures).toEqual([]);
      expect(cases).toBeGreaterThan(0);
    },
    30_000,
  );
});

describe('runCases', () => {
  const target = (run: Target['run']): Target => ({ name: 'test', share: 1, run, close: async () => {} });
  const options = { seed: 7, first: 0, count: 30, maxFailures: 100 };

  it('names the case that fails, and the same one when it is run again', async () => {
    const failing = target(async (random) => {
      const chosen = random.whole(0, 9);
      if (chosen === 3) throw new Violation('three', chosen);
    });
    const { failures, cases } = await runCases(failing, options);
    expect(cases).toBe(30);
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) {
      expect(failure).toMatchObject({ target: 'test', why: 'three', input: 3 });
      expect((await runCases(failing, { ...options, first: failure.case, count: 1 })).failures).toEqual([failure]);
    }
  });

  it('takes whatever is thrown for a failure, and a rejection that nobody handled', async () => {
    const thrown = await runCases(
      target(() => Promise.reject(new TypeError('undefined is not a function'))),
      { ...options, count: 1 },
    );
    expect(thrown.failures[0]?.why).toContain('TypeError');
    const stray = await runCases(
      target(async () => {}),
      { ...options, count: 1, stray: () => ['left'] },
    );
    expect(stray.failures).toMatchObject([{ why: 'unhandled rejection: left' }]);
  });

  it('lets be slow once what is not slow again', async () => {
    let runs = 0;
    const once = target(async () => {
      runs += 1;
      if (runs === 1) throw new TooSlow('slow', '');
    });
    expect((await runCases(once, { ...options, count: 1 })).failures).toEqual([]);
    const always = target(() => Promise.reject(new TooSlow('slow', '')));
    expect((await runCases(always, { ...options, count: 1 })).failures).toHaveLength(1);
  });
});

describe('mutations', () => {
  it('change something, leave the original alone, and are the same for the same seed', () => {
    const original = { metadata: { name: 'web-0', labels: { app: 'web' } }, spec: { containers: [{ name: 'a' }, { name: 'b' }] } };
    const before = JSON.stringify(original);
    const mutants = Array.from({ length: 200 }, (_, seed) => JSON.stringify(mutateJson(original, createRandom(seed))));
    expect(JSON.stringify(original)).toBe(before);
    expect(new Set(mutants).size).toBeGreaterThan(150);
    expect(JSON.stringify(mutateJson(original, createRandom(42)))).toBe(mutants[42]);
  });

  it('of bytes stay within their bounds', () => {
    const bytes = Buffer.from('{"alerts":[]}\nsecond line');
    for (let seed = 0; seed < 300; seed++) expect(mutateBytes(bytes, createRandom(seed)).length).toBeLessThanOrEqual(300_000);
  });
});
