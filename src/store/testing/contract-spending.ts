import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreUnderTest } from './fixtures.ts';

const TODAY = '2026-01-05';

/** What the model cost, by day: nobody sets aside what is not there. */
export function describeSpending(open: () => Promise<StoreUnderTest>): void {
  describe('spending', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    it('sets aside what is left and no more, and each day begins anew', async () => {
      const { store } = under;
      expect(await store.spendingOf(TODAY)).toBe(0);
      expect(await store.reserveSpending(TODAY, 60, 100)).toBe(60);
      expect(await store.reserveSpending(TODAY, 60, 100)).toBe(40);
      expect(await store.reserveSpending(TODAY, 60, 100)).toBe(0);
      expect(await store.reserveSpending(TODAY, 1, 50)).toBe(0);
      expect(await store.spendingOf(TODAY)).toBe(100);
      expect(await store.reserveSpending('2026-01-06', 60, 100)).toBe(60);
    });

    it('takes back what was not spent, and counts what was spent beyond', async () => {
      const { store } = under;
      await store.reserveSpending(TODAY, 60, 100);
      await store.correctSpending(TODAY, -55);
      expect(await store.spendingOf(TODAY)).toBe(5);
      await store.correctSpending(TODAY, 100);
      expect(await store.spendingOf(TODAY)).toBe(105);
      expect(await store.reserveSpending(TODAY, 60, 100)).toBe(0);
    });

    it('gives no more than there is to many that ask at once', async () => {
      const { store } = under;
      const given = await Promise.all(Array.from({ length: 25 }, () => store.reserveSpending(TODAY, 7, 100)));
      expect(given.reduce((sum, each) => sum + each, 0)).toBe(100);
    });
  });
}
