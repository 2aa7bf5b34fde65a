import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, claimNext, DAY, delivery, LEASE_MS, MINUTE, POLICY, resolvedAlert, type StoreUnderTest } from './fixtures.ts';

/** What notifiers are owed: written with the end of an investigation, gone only when it is sent or given up. */
export function describeOutbox(open: () => Promise<StoreUnderTest>): void {
  describe('outbox', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const later = (ms: number): string => new Date(under.now().getTime() + ms).toISOString();
    /** Settles one investigation in a group of its own; its id. */
    const settle = async (name: string, notifiers: readonly string[] = ['webhook'], state: 'completed' | 'failed' = 'completed'): Promise<string> => {
      await under.store.record(delivery([alert(name)], { groupKey: name }), POLICY);
      const claim = await claimNext(under.store);
      await under.store.settle(claim, state === 'completed' ? { state } : { state, problem: 'why' }, notifiers);
      return claim.investigationId;
    };
    const take = (notifier = 'webhook', limit = 10) => under.store.claimNotices(notifier, limit, LEASE_MS);

    it('owes each notifier one notice when an investigation ends, whichever way, and tells who listens', async () => {
      const { store } = under;
      const told: string[] = [];
      const stop = store.onOwed(() => void told.push('owed'));
      const ids = [await settle('a', ['webhook', 'chat']), await settle('b', ['webhook'], 'failed')];
      await settle('c', []);
      stop();
      await settle('d', ['mail']);
      expect(told).toHaveLength(2);
      expect((await take()).map(({ investigationId, attempt }) => [investigationId, attempt]).toSorted()).toEqual(ids.map((id) => [id, 1]).toSorted());
      expect((await take('chat')).map(({ investigationId }) => investigationId)).toEqual([ids[0]]);
    });

    it('owes nothing while an investigation is tried again, nor to whoever has lost its lease', async () => {
      const { store } = under;
      await store.record(delivery([alert('a')]), POLICY);
      await store.settle(await claimNext(store), { state: 'retry', retryAt: later(0), problem: 'timeout' }, ['webhook']);
      const old = await claimNext(store);
      under.advance(LEASE_MS);
      const current = await claimNext(store, 'worker-2');
      expect(await store.settle(old, { state: 'completed' }, ['webhook'])).toBe(false);
      expect(await store.noticesWaiting()).toEqual([]);
      expect(await store.settle(current, { state: 'completed' }, ['webhook'])).toBe(true);
      expect(await store.noticesWaiting()).toEqual([{ notifier: 'webhook', waiting: 1, oldestOwedSince: under.now().toISOString() }]);
    });

    it('gives each notice to one of many that ask at once, no more than were asked for', async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) await settle(name);
      expect(await take('webhook', 2)).toHaveLength(2);
      const rest = (await Promise.all([take(), take(), take()])).flat();
      expect(new Set(rest.map(({ investigationId }) => investigationId)).size).toBe(3);
      expect(rest).toHaveLength(3);
    });

    it('gives what was claimed and not settled to the next when the claim ends; the earlier one settles nothing', async () => {
      const { store } = under;
      await settle('a');
      const [lost] = await take();
      under.advance(LEASE_MS - 1);
      expect(await take()).toEqual([]);
      under.advance(1);
      const [again] = await take();
      expect(again).toMatchObject({ investigationId: lost?.investigationId, attempt: 2, owedSince: lost?.owedSince });
      if (!lost || !again) throw new Error('nothing was claimed');
      expect(await store.settleNotice(lost, { state: 'given-up', problem: 'late' })).toBe(false);
      expect(await store.settleNotice(again, { state: 'sent' })).toBe(true);
      expect(await store.settleNotice(again, { state: 'sent' })).toBe(false);
      under.advance(DAY);
      expect(await take()).toEqual([]);
      expect(await store.noticesWaiting()).toEqual([]);
    });

    it('keeps what failed until it is due again, and forgets what is given up', async () => {
      const { store } = under;
      await settle('a');
      const [first] = await take();
      if (!first) throw new Error('nothing was claimed');
      await store.settleNotice(first, { state: 'waiting', dueAt: later(MINUTE), problem: 'status 503' });
      under.advance(MINUTE - 1);
      expect(await take()).toEqual([]);
      under.advance(1);
      const [second] = await take();
      if (!second) throw new Error('nothing was claimed');
      await store.settleNotice(second, { state: 'given-up', problem: 'status 404' });
      under.advance(DAY);
      expect(await take()).toEqual([]);
    });

    it('does not wait until a clock that was set back has caught up', async () => {
      await settle('a');
      await take();
      under.advance(-DAY);
      expect(await take()).toHaveLength(1);
    });

    it('goes with its investigation when that is no longer kept', async () => {
      const { store } = under;
      await settle('a');
      await store.record(delivery([resolvedAlert('a')], { groupKey: 'a' }), POLICY);
      under.advance(31 * DAY);
      await store.retain(later(-30 * DAY));
      expect(await store.noticesWaiting()).toEqual([]);
    });
  });
}
