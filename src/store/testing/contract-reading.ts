import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, claimNext, delivery, POLICY, resolvedAlert, type StoreUnderTest } from './fixtures.ts';
import { everyPage, readingSteps } from './reading-steps.ts';

/** Lists, filters and pages. */
export function describeReading(open: () => Promise<StoreUnderTest>): void {
  describe('reading', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const { record, names, inbox } = readingSteps(() => under);

    it('knows nothing of what it has not seen', async () => {
      const { store } = under;
      expect(await store.report('unknown')).toBeUndefined();
      expect(await store.incident('unknown')).toBeUndefined();
      expect(await store.investigation('unknown')).toBeUndefined();
      expect(await store.reports({ limit: 10 })).toEqual({ items: [], next: null });
      expect(await store.incidents({ limit: 10 })).toEqual({ items: [], next: null });
      expect(await store.lastSigns()).toEqual({ lastDeliveryAt: null, watchdogs: [] });
      expect(await store.counts()).toEqual({ openIncidents: 0, episodes: 0, openEpisodes: 0 });
      expect(await store.queueSize()).toEqual({ queued: 0, running: 0, oldestQueuedAt: null });
    });

    it('pages through reports, newest first, each once, whatever is added meanwhile', async () => {
      const { store } = under;
      const all = Array.from({ length: 25 }, (_, index) => `f${String(index).padStart(2, '0')}`);
      await store.record(delivery(all.map((name) => alert(name))), POLICY);
      const seen = await everyPage(async (cursor) => {
        const page = await store.reports({ limit: 10, cursor });
        await record(`meanwhile-${cursor ?? 'first'}`);
        return page;
      });
      expect(seen.map(({ episode }) => episode.fingerprint)).toEqual(all.toReversed());
    });

    it('pages through incidents: open by urgency then newest, then closed, newest first', async () => {
      const { store } = under;
      for (const [name, severity] of Object.entries({
        i1: 'info',
        c1: 'critical',
        w1: 'warning',
        c2: 'critical',
        done1: 'critical',
        done2: 'info',
        w2: 'warning',
      })) {
        await record(name, { labels: { severity } });
      }
      for (const name of ['done1', 'done2']) await store.record(delivery([resolvedAlert(name)], { groupKey: name }), POLICY);
      const seen = await everyPage((cursor) => store.incidents({ limit: 2, cursor }));
      expect(seen.map(({ lead }) => lead.fingerprint)).toEqual(['c2', 'c1', 'w2', 'w1', 'i1', 'done2', 'done1']);
      expect(await inbox({ state: 'open' })).toBe('c2 c1 w2 w1 i1');
      expect(await inbox({ state: 'closed' })).toBe('done2 done1');
      expect(await inbox({ severity: 'critical' })).toBe('c2 c1 done1');
    });

    it.each([
      '',
      'x',
      'bnVsbA',
      Buffer.from('["reports","1"]').toString('base64url'),
      Buffer.from('["incidents",1]').toString('base64url'),
      'A'.repeat(10_000),
    ])('refuses the cursor %s', async (cursor) => {
      await expect(under.store.reports({ limit: 10, cursor })).rejects.toMatchObject({ code: 'bad-cursor' });
      await expect(under.store.incidents({ limit: 10, cursor })).rejects.toMatchObject({ code: 'bad-cursor' });
    });

    it('filters reports by each and by all', async () => {
      const { store } = under;
      await record('a', { labels: { alertname: 'DiskFull', namespace: 'data', severity: 'critical' } });
      await record('b', { labels: { alertname: 'DiskFull', namespace: 'shop' } });
      await record('c', {}, 'west');
      await record('d');
      await record('w', { labels: { alertname: 'Watchdog' } });
      await store.record(delivery([resolvedAlert('d')], { groupKey: 'd' }), POLICY);
      await claimNext(store);

      expect(await names({ alertName: 'DiskFull' })).toBe('a b');
      expect(await names({ namespace: 'shop' })).toBe('b c d w');
      expect(await names({ cluster: 'west' })).toBe('c');
      expect(await names({ alertStatus: 'firing' })).toBe('a b c w');
      expect(await names({ alertStatus: 'resolved' })).toBe('d');
      expect(await names({ status: 'investigating' })).toBe('a');
      expect(await names({ status: 'queued' })).toBe('b c');
      expect(await names({ status: 'skipped' })).toBe('d w');
      expect(await names({ status: 'queued', alertStatus: 'firing', alertName: 'DiskFull', namespace: 'shop', cluster: 'default', search: 'disk' })).toBe('b');
      expect(await names({ status: 'skipped', alertStatus: 'firing' })).toBe('w');
      expect(await names({ alertName: "'; DROP TABLE episodes; --" })).toBe('');
    });

    it('filters reports by any two places, whatever the third is, page by page', async () => {
      const { store } = under;
      const places = ['DiskFull shop west', 'DiskFull data west', 'DiskFull shop east', 'NodeDown shop west', 'DiskFull shop west', 'DiskFull shop east'];
      for (const [index, place] of places.entries()) {
        const [alertname = '', namespace = '', cluster = ''] = place.split(' ');
        await record(`p${index}`, { labels: { alertname, namespace } }, cluster);
      }
      const pages = async (filter: Partial<Parameters<StoreUnderTest['store']['reports']>[0]>): Promise<string> =>
        (await everyPage((cursor) => store.reports({ ...filter, limit: 1, cursor }))).map(({ episode }) => episode.fingerprint).join(' ');
      expect(await pages({ alertName: 'DiskFull', namespace: 'shop' })).toBe('p5 p4 p2 p0');
      expect(await pages({ alertName: 'DiskFull', cluster: 'west' })).toBe('p4 p1 p0');
      expect(await pages({ namespace: 'shop', cluster: 'west' })).toBe('p4 p3 p0');
      expect(await pages({ alertName: 'DiskFull', namespace: 'shop', cluster: 'east' })).toBe('p5 p2');
      expect(await pages({ alertName: 'NodeDown', namespace: 'data' })).toBe('');
      await store.record(delivery([resolvedAlert('p4')], { groupKey: 'p4', cluster: 'west' }), POLICY);
      expect(await pages({ alertName: 'DiskFull', namespace: 'shop', alertStatus: 'resolved' })).toBe('p4');
      expect(await pages({ alertName: 'DiskFull', namespace: 'shop', alertStatus: 'firing' })).toBe('p5 p2 p0');
      expect(await pages({ alertName: 'DiskFull', cluster: 'west', status: 'completed' })).toBe('');
    });

    it('gives the newest of two places in order, where one value of the third has most of them and others have a few', async () => {
      const { store } = under;
      const expected: string[] = [];
      const spread = [...Array<string>(12).fill('shop'), 'a', 'b', 'a', 'c', ...Array<string>(9).fill('shop'), 'd'];
      for (const [index, namespace] of spread.entries()) {
        await record(`n${index}`, { labels: { alertname: 'DiskFull', namespace } }, 'west');
        expected.unshift(`n${index}`);
      }
      for (const limit of [1, 3, 5, 50]) {
        const seen = await everyPage((cursor) => store.reports({ alertName: 'DiskFull', cluster: 'west', alertStatus: 'firing', limit, cursor }));
        expect(seen.map(({ episode }) => episode.fingerprint)).toEqual(expected);
        const all = await everyPage((cursor) => store.reports({ alertName: 'DiskFull', cluster: 'west', limit, cursor }));
        expect(all.map(({ episode }) => episode.fingerprint)).toEqual(expected);
      }
      expect(await names({ alertName: 'DiskFull', cluster: 'nowhere' })).toBe('');
    });

    it('pages through the incidents that a severity and a cluster leave, each once', async () => {
      const { store } = under;
      for (const [index, severity] of ['warning', 'critical', 'warning', 'info', 'warning', 'critical', 'warning'].entries())
        await record(`i${index}`, { labels: { severity } }, index === 4 ? 'east' : 'west');
      for (const name of ['i0', 'i2', 'i4'])
        await store.record(delivery([resolvedAlert(name)], { groupKey: name, cluster: name === 'i4' ? 'east' : 'west' }), POLICY);
      const pages = async (filter: Partial<Parameters<StoreUnderTest['store']['incidents']>[0]>): Promise<string> =>
        (await everyPage((cursor) => store.incidents({ ...filter, limit: 1, cursor }))).map(({ lead }) => lead.fingerprint).join(' ');
      expect(await pages({ cluster: 'west' })).toBe('i5 i1 i6 i3 i2 i0');
      expect(await pages({ severity: 'warning' })).toBe('i6 i4 i2 i0');
      expect(await pages({ severity: 'warning', cluster: 'west' })).toBe('i6 i2 i0');
      expect(await pages({ severity: 'warning', cluster: 'west', state: 'closed' })).toBe('i2 i0');
      expect(await pages({ cluster: 'west', search: 'kubepod' })).toBe('i5 i1 i6 i3 i2 i0');
    });

    it('shows an open incident of a namespace, however much has come and gone there since', async () => {
      const { store } = under;
      await record('old');
      const many = Array.from({ length: 1_100 }, (_, index) => `f${index}`);
      await store.record(
        delivery(
          many.map((name) => alert(name)),
          { groupKey: 'many' },
        ),
        POLICY,
      );
      await store.record(
        delivery(
          many.map((name) => resolvedAlert(name)),
          { groupKey: 'many' },
        ),
        POLICY,
      );
      expect(await inbox({ namespace: 'shop' })).toBe('old f0');
      expect(await inbox({ namespace: 'shop', state: 'open', severity: 'warning', cluster: 'default' })).toBe('old');
    });

    it('filters incidents by the namespace and cluster of their alerts', async () => {
      await record('a');
      await under.store.record(delivery([alert('b'), alert('b2', { labels: { namespace: 'data' } })], { groupKey: 'b' }), POLICY);
      await record('c', {}, 'west');
      expect(await inbox({ namespace: 'data' })).toBe('b');
      expect(await inbox({ namespace: 'shop' })).toBe('c b a');
      expect(await inbox({ cluster: 'west' })).toBe('c');
      expect(await inbox({ cluster: 'west', severity: 'critical' })).toBe('');
    });

    it('gives a worker the incident and its episodes, newest startsAt first', async () => {
      const { store } = under;
      const starts = { a: '2026-01-05T10:01:00Z', b: '2026-01-05T10:03:00Z', c: '2026-01-05T10:02:00Z' };
      const recorded = await store.record(delivery(Object.entries(starts).map(([name, startsAt]) => alert(name, { startsAt }))), POLICY);
      const incident = await store.incidentForWork(String(recorded.alerts[0]?.incidentId));
      expect(incident?.members.map(({ fingerprint }) => fingerprint)).toEqual(['b', 'c', 'a']);
      expect(incident?.lead).toEqual({ alertName: 'KubePodCrashLooping', namespace: 'shop', fingerprint: 'a' });
    });

    it('shows the latest episode of a fingerprint, or the one that is named, with the others as history', async () => {
      const { store } = under;
      const first = await record('a');
      await store.record(delivery([resolvedAlert('a')], { groupKey: 'a' }), POLICY);
      const second = await record('a', { startsAt: '2026-01-05T12:00:00Z' });
      expect((await store.report('a'))?.episode.id).toBe(second.alerts[0]?.episodeId);
      const named = await store.report('a', { episodeId: first.alerts[0]?.episodeId });
      expect(named?.episode.startsAt).toBe('2026-01-05T10:00:00Z');
      expect(named?.history.map(({ episode }) => episode.id)).toEqual([second.alerts[0]?.episodeId, first.alerts[0]?.episodeId]);
      expect(await store.report('b', { episodeId: first.alerts[0]?.episodeId })).toBeUndefined();
    });

    it('gives at least one and at most 200 on a page', async () => {
      const { store } = under;
      await store.record(delivery(Array.from({ length: 250 }, (_, index) => alert(`f${index}`))), POLICY);
      expect((await store.reports({ limit: 100_000 })).items).toHaveLength(200);
      expect((await store.reports({ limit: -1 })).items).toHaveLength(1);
      expect((await store.reports({ limit: Number.NaN })).items).toHaveLength(1);
    });
  });
}
