import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, analysis, claimNext, delivery, POLICY, type StoreUnderTest } from './fixtures.ts';
import { everyPage, readingSteps } from './reading-steps.ts';

/** Search by words. */
export function describeSearching(open: () => Promise<StoreUnderTest>): void {
  describe('searching', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());
    const { record, names, inbox } = readingSteps(() => under);

    it('finds the incidents that have the namespace and the words, if by different alerts', async () => {
      await under.store.record(
        delivery([alert('a', { labels: { namespace: 'data', pod: 'ledger-0' } }), alert('b', { labels: { pod: 'cart-0' } })], { groupKey: 'both' }),
        POLICY,
      );
      await record('c', { labels: { pod: 'cart-0' } });
      expect(await inbox({ namespace: 'data', search: 'cart' })).toBe('a');
      expect(await inbox({ namespace: 'shop', search: 'ledger' })).toBe('a');
      expect(await inbox({ namespace: 'data', search: 'nosuchword' })).toBe('');
      expect(await inbox({ namespace: 'elsewhere', search: 'cart' })).toBe('');
    });

    it('reaches every match of a search, however few of the newest ones the other filters leave', async () => {
      const { store } = under;
      await record('old', { labels: { namespace: 'data' } });
      await store.record(delivery(Array.from({ length: 1_100 }, (_, index) => alert(`f${index}`))), POLICY);
      const first = await store.reports({ limit: 10, search: 'kubepod', namespace: 'data' });
      expect(first.items).toEqual([]);
      const all = await everyPage((cursor) => store.reports({ limit: 10, search: 'kubepod', namespace: 'data', cursor }));
      expect(all.map(({ episode }) => episode.fingerprint)).toEqual(['old']);
    });

    /** Search must be the same right after the writes and when whatever follows behind them is done. */
    const MOMENTS = [
      ['at once', async () => {}],
      ['later', async () => under.settled?.()],
    ] as const;

    it.each(MOMENTS)('finds %s, by a beginning that very many words have, what has it as a word', async (_, moment) => {
      const pods = Array.from({ length: 300 }, (_, index) => `ab${index}x`);
      await under.store.record(delivery([...pods.map((pod) => alert(pod, { labels: { pod } })), alert('whole', { labels: { pod: 'ab' } })]), POLICY);
      await moment();
      expect(await names({ search: 'ab100' })).toBe('ab100x');
      expect(await names({ search: 'ab' })).toContain('whole');
    });

    it.each(MOMENTS)('finds alerts %s by beginnings of words in name, namespace, labels and cause', async (_, moment) => {
      const { store } = under;
      await record('a', { labels: { pod: 'checkout-7f9c', alertname: 'KubePodCrashLooping' } });
      await record('b', { labels: { pod: 'payments-1', alertname: 'KubePodNotReady' } });
      const claim = await claimNext(store);
      await store.saveAnalysis(claim, analysis());
      await moment();

      expect(await names({ search: 'crashloop' })).toBe('a');
      expect(await names({ search: 'KubePod' })).toBe('a b');
      expect(await names({ search: 'checkout 7f9' })).toBe('a');
      expect(await names({ search: 'checkout payments' })).toBe('');
      expect(await names({ search: 'checkout memory limit' })).toBe('a');
      expect(await names({ search: 'oomk' })).toBe('a');
      expect(await inbox({ search: 'oomk' })).toBe('a');
      expect(await inbox({ search: 'payments' })).toBe('b');
      expect(await inbox({ search: 'shop', namespace: 'shop', state: 'open', cluster: 'default', severity: 'warning' })).toBe('b a');
    });

    it.each(['"', "'", '*', 'NOT', 'a OR', 'words:x', '(', '^', '\u0000', '%', '+', 'Ünïcode 漢字', '-'.repeat(600)])(
      'searches for %s without stumbling',
      async (search) => {
        await record('a');
        expect(await names({ search })).toMatch(/^a?$/);
        expect(await inbox({ search })).toMatch(/^a?$/);
      },
    );

    it.each(MOMENTS)('forgets %s the words of a cause that a better answer replaced', async (_, moment) => {
      const { store } = under;
      await record('a');
      await moment();
      const claim = await claimNext(store);
      await store.saveAnalysis(claim, analysis());
      await store.saveAnalysis(claim, analysis({ code: 'DnsFailure', title: 'The name does not resolve' }));
      expect(await names({ search: 'oomkilled' })).toBe('');
      expect(await names({ search: 'dnsf resolve' })).toBe('a');
    });
  });
}
