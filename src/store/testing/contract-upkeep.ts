import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, analysis, claimNext, DAY, delivery, HOUR, MINUTE, POLICY, resolvedAlert, type StoreUnderTest, stateOf } from './fixtures.ts';

/** Retention, staleness, and the ends of a store's life. */
export function describeUpkeep(open: () => Promise<StoreUnderTest>): void {
  describe('upkeep', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const ago = (ms: number): string => new Date(under.now().getTime() - ms).toISOString();
    const fire = (name: string, changes: Parameters<typeof alert>[1] = {}) => under.store.record(delivery([alert(name, changes)], { groupKey: name }), POLICY);
    const resolve = (name: string) => under.store.record(delivery([resolvedAlert(name)], { groupKey: name }), POLICY);

    it('migrates again without harm', async () => {
      const { from, to } = await under.store.migrate();
      expect(from).toBe(to);
    });

    it('checks that reading and durable writing work', async () => {
      await under.store.check();
    });

    describe('retention', () => {
      it('removes what ended before: episodes, incident, investigations, answers, words', async () => {
        const { store } = under;
        const { queued } = await fire('a');
        const claim = await claimNext(store);
        await store.saveAnalysis(claim, analysis());
        await store.settle(claim, { state: 'completed' });
        await resolve('a');
        await store.record(delivery([resolvedAlert('lone')]), POLICY);
        under.advance(31 * DAY);
        await fire('new');
        expect(await store.retain(ago(30 * DAY))).toBe(2);
        expect(await store.report('a')).toBeUndefined();
        expect(await store.report('lone')).toBeUndefined();
        expect(await store.incident(claim.incidentId)).toBeUndefined();
        expect(await stateOf(store, String(queued[0]))).toBe('gone');
        expect(await store.progress(String(queued[0]), 0)).toEqual([]);
        expect((await store.reports({ limit: 10, search: 'crash' })).items).toHaveLength(1);
        expect(await store.counts()).toEqual({ openIncidents: 1, episodes: 1, openEpisodes: 1 });
      });

      it('never removes an open episode, its incident, its members or its report', async () => {
        const { store } = under;
        await store.record(delivery([alert('open'), alert('member')]), POLICY);
        const claim = await claimNext(store);
        await store.saveAnalysis(claim, analysis());
        await store.settle(claim, { state: 'completed' });
        await store.record(delivery([resolvedAlert('member')]), POLICY);
        await fire('watchdog', { labels: { alertname: 'Watchdog' } });
        under.advance(365 * DAY);
        expect(await store.retain(under.now().toISOString())).toBe(0);
        expect(await store.report('open')).toMatchObject({ analysis: { summary: 'Why it fired.' }, members: [{}, {}] });
        expect(await store.report('member')).toBeDefined();
        expect(await store.report('watchdog')).toBeDefined();
      });

      it('keeps what ended since, and what somebody has asked to investigate again', async () => {
        const { store } = under;
        await fire('asked');
        await resolve('asked');
        await store.requeue(String((await store.report('asked'))?.incident?.id));
        under.advance(31 * DAY);
        await fire('recent');
        await resolve('recent');
        expect(await store.retain(ago(30 * DAY))).toBe(0);
        expect(await store.report('asked')).toBeDefined();
        expect(await store.report('recent')).toBeDefined();
      });

      it('removes a storm in steps', async () => {
        const { store } = under;
        const storm = Array.from({ length: 6_000 }, (_, index) => `f${index}`);
        await store.record(delivery(storm.map((name) => alert(name))), POLICY);
        await store.record(delivery(storm.map((name) => resolvedAlert(name))), POLICY);
        under.advance(DAY);
        expect(await store.retain(ago(HOUR))).toBe(6_000);
        expect(await store.counts()).toEqual({ openIncidents: 0, episodes: 0, openEpisodes: 0 });
      }, 30_000);
    });

    describe('staleness', () => {
      it('21: marks what nobody spoke of, closes its incident and cancels what has not begun', async () => {
        const { store } = under;
        const { queued } = await fire('silent');
        await fire('spoken');
        under.advance(25 * HOUR);
        await fire('spoken');
        expect(await store.closeStale(ago(24 * HOUR))).toBe(1);
        expect(await store.report('silent')).toMatchObject({ episode: { state: 'stale', endsAt: null }, incident: { state: 'closed' } });
        expect(await stateOf(store, String(queued[0]))).toBe('cancelled');
        expect((await store.report('spoken'))?.episode.state).toBe('open');
        expect(await store.closeStale(ago(24 * HOUR))).toBe(0);
      });

      it('lets a stale episode resolve after all, and fire anew', async () => {
        const { store } = under;
        await fire('a');
        await fire('b');
        under.advance(25 * HOUR);
        await store.closeStale(ago(HOUR));
        under.advance(MINUTE);
        expect((await resolve('a')).alerts[0]?.verdict).toBe('resolves');
        expect(await store.report('a')).toMatchObject({ episode: { state: 'resolved', endsAt: '2026-01-05T10:30:00Z' }, incident: { state: 'closed' } });
        expect(await fire('b')).toMatchObject({ alerts: [{ verdict: 'new-episode' }], queued: [expect.any(String)] });
      });
    });

    it('answers what was asked before it closes, and refuses what comes after', async () => {
      const { store } = under;
      const before = fire('a');
      await store.close();
      expect((await before).queued).toHaveLength(1);
      await expect(fire('b')).rejects.toMatchObject({ code: 'store-unavailable' });
      await expect(store.reports({ limit: 1 })).rejects.toMatchObject({ code: 'store-unavailable' });
      await store.close();
    });
  });
}
