import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, delivery, POLICY, resolvedAlert, type StoreUnderTest } from './fixtures.ts';

/** What one delivery leaves behind is there as a whole or not at all. */
export function describeTransactions(open: () => Promise<StoreUnderTest>): void {
  describe('transactions', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    it('answers deliveries that come together each for itself, also when one of them is bad', async () => {
      const { store } = under;
      const bad = alert('bad', { labels: { broken: null as unknown as string }, startsAt: null as unknown as string });
      const results = await Promise.allSettled([
        store.record(delivery([alert('a')]), POLICY),
        store.record(delivery([alert('c'), bad]), POLICY),
        store.record(delivery([alert('b')]), POLICY),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await store.report('a')).toBeDefined();
      expect(await store.report('b')).toBeDefined();
      expect(await store.report('c'), 'all or nothing').toBeUndefined();
      expect(await store.counts()).toMatchObject({ episodes: 2 });
    });

    it('tells that something was queued, after the commit', async () => {
      const { store } = under;
      const heard: Promise<number>[] = [];
      const stop = store.onQueued(() => void heard.push(store.queueSize().then(({ queued }) => queued)));
      await store.record(delivery([alert('a')]), POLICY);
      await store.record(delivery([alert('a')]), POLICY);
      expect(await Promise.all(heard)).toEqual([1]);
      stop();
      await store.record(delivery([alert('b')], { groupKey: 'other' }), POLICY);
      expect(heard).toHaveLength(1);
    });

    it('records 10,000 alerts of one delivery, and their repeat and resolve', async () => {
      const { store } = under;
      const fingerprints = Array.from({ length: 10_000 }, (_, index) => `f${index}`);
      const recorded = await store.record(delivery(fingerprints.map((each) => alert(each, { labels: { pod: `pod-${each}` } }))), POLICY);
      expect(recorded.alerts).toHaveLength(10_000);
      expect(recorded.queued).toHaveLength(1);
      expect(await store.counts()).toEqual({ openIncidents: 1, episodes: 10_000, openEpisodes: 10_000 });
      const again = await store.record(delivery(fingerprints.map((each) => alert(each))), POLICY);
      expect(new Set(again.alerts.map(({ verdict }) => verdict))).toEqual(new Set(['repeat']));
      expect((await store.record(delivery(fingerprints.map((each) => resolvedAlert(each))), POLICY)).cancelled).toEqual(recorded.queued);
      expect(await store.counts()).toEqual({ openIncidents: 0, episodes: 10_000, openEpisodes: 0 });
    }, 30_000);
  });
}
