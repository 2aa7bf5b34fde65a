import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, claimNext, delivery, HOUR, LEASE_MS, MINUTE, POLICY, type StoreUnderTest } from './fixtures.ts';

/** Leases and retries when the clock of the process is set. */
export function describeClock(open: () => Promise<StoreUnderTest>): void {
  describe('a clock that is set', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
      await under.store.record(delivery([alert('a')]), POLICY);
    });
    afterEach(() => under.close());

    it('back does not keep an investigation whose process died for as long', async () => {
      const died = await claimNext(under.store, 'died');
      under.advance(-HOUR);
      expect(await claimNext(under.store, 'next')).toMatchObject({ investigationId: died.investigationId, attempt: 2 });
    });

    it('back does not make a lease that is renewed lost', async () => {
      const held = await claimNext(under.store, 'alive');
      under.advance(-HOUR);
      expect(await under.store.heartbeat(held, LEASE_MS)).toBe(true);
      expect(await under.store.claim('thief', LEASE_MS)).toBeUndefined();
    });

    it('back does not put off a retry for as long', async () => {
      const { store } = under;
      const retryAt = new Date(under.now().getTime() + 5 * MINUTE).toISOString();
      await store.settle(await claimNext(store), { state: 'retry', retryAt, problem: 'x' });
      under.advance(-HOUR);
      expect(await claimNext(store)).toMatchObject({ attempt: 2 });
    });

    it('forward lets another have it, and fences off whoever had it', async () => {
      const { store } = under;
      const before = await claimNext(store, 'before');
      under.advance(HOUR);
      const after = await claimNext(store, 'after');
      expect(after).toMatchObject({ attempt: 2 });
      expect(await store.settle(before, { state: 'completed' })).toBe(false);
      expect(await store.settle(after, { state: 'completed' })).toBe(true);
    });
  });
}
