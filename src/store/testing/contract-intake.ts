import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, claimNext, delivery, MINUTE, POLICY, resolvedAlert, type StoreUnderTest, stateOf } from './fixtures.ts';

/** Where alerts go: episodes, incidents, investigations. Numbers are those of the points a receiver must hold. */
export function describeIntake(open: () => Promise<StoreUnderTest>): void {
  describe('intake', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    describe('episodes', () => {
      it('opens an episode, an incident and an investigation for a new alert', async () => {
        const { store } = under;
        const recorded = await store.record(delivery([alert('a')]), POLICY);
        expect(recorded).toMatchObject({ alerts: [{ fingerprint: 'a', verdict: 'new-episode' }], queued: [expect.any(String)], cancelled: [] });
        const report = await store.report('a');
        expect(report).toMatchObject({
          episode: { id: recorded.alerts[0]?.episodeId, state: 'open', startsAt: '2026-01-05T10:00:00Z', endsAt: null, repeats: 0, cluster: 'default' },
          incident: {
            id: recorded.alerts[0]?.incidentId,
            state: 'open',
            severity: 'warning',
            title: 'KubePodCrashLooping',
            openedAt: under.now().toISOString(),
          },
          investigation: { id: recorded.queued[0], state: 'queued', attempts: 0, priority: 30 },
        });
        expect(report?.episode.labels).toEqual(alert('a').labels);
        expect(report?.episode.annotations).toEqual({ summary: 'about a' });
      });

      it('16: counts the same content again and does no more work', async () => {
        const { store } = under;
        const first = await store.record(delivery([alert('a'), alert('b')]), POLICY);
        under.advance(MINUTE);
        const again = await store.record(delivery([alert('a'), alert('b')]), POLICY);
        expect(again.alerts.map(({ verdict }) => verdict)).toEqual(['repeat', 'repeat']);
        expect(again.alerts.map(({ episodeId }) => episodeId)).toEqual(first.alerts.map(({ episodeId }) => episodeId));
        expect(again.queued).toEqual([]);
        expect((await store.report('a'))?.episode).toMatchObject({ repeats: 1, lastSeenAt: under.now().toISOString() });
        expect(await store.counts()).toEqual({ openIncidents: 1, episodes: 2, openEpisodes: 2 });
      });

      it('16: takes a delivery with the same id, sent again after an unclear answer', async () => {
        const { store } = under;
        const same = delivery([alert('a')]);
        await store.record(same, POLICY);
        expect((await store.record(same, POLICY)).alerts[0]?.verdict).toBe('repeat');
      });

      it('26: is one episode through two receivers, groups and peers', async () => {
        const { store } = under;
        const first = await store.record(delivery([alert('a')]), POLICY);
        const twin = await store.record(
          delivery([alert('a')], { externalUrl: 'http://alertmanager-1.test', groupKey: '{}/{team="x"}:{}', receiver: 'other' }),
          POLICY,
        );
        expect(twin.alerts[0]).toEqual({ ...first.alerts[0], verdict: 'repeat' });
        expect(await store.counts()).toEqual({ openIncidents: 1, episodes: 1, openEpisodes: 1 });
      });

      it('26: opens one incident when what is new comes through another route first', async () => {
        const { store } = under;
        const otherRoute = { groupKey: '{}/{team="x"}:{}', receiver: 'other' };
        const first = await store.record(delivery([alert('a')]), POLICY);
        await store.record(delivery([alert('a')], otherRoute), POLICY);
        const later = await store.record(delivery([alert('a'), alert('b')], otherRoute), POLICY);
        expect(later.alerts[1]?.incidentId).toBe(first.alerts[0]?.incidentId);
      });

      it('is another alert in another cluster', async () => {
        const { store } = under;
        await store.record(delivery([alert('a')]), POLICY);
        const other = await store.record(delivery([alert('a')], { cluster: 'west' }), POLICY);
        expect(other.alerts[0]?.verdict).toBe('new-episode');
        expect(await store.counts()).toMatchObject({ openIncidents: 2 });
        expect((await store.report('a', { cluster: 'default' }))?.episode.cluster).toBe('default');
        expect((await store.report('a'))?.episode.cluster).toBe('west');
      });

      it('15: moves the start back for an earlier startsAt, never forward', async () => {
        const { store } = under;
        await store.record(delivery([alert('a')]), POLICY);
        await store.record(delivery([alert('a', { startsAt: '2026-01-05T09:59:48Z' })]), POLICY);
        await store.record(delivery([alert('a', { startsAt: '2026-01-05T09:59:48Z' })]), POLICY);
        expect((await store.report('a'))?.episode).toMatchObject({ startsAt: '2026-01-05T09:59:48Z', repeats: 2 });
      });

      it('15: fires on, whatever is read last of an episode before', async () => {
        const { store } = under;
        const before = '2026-01-05T09:40:00Z';
        await store.record(delivery([alert('a')]), POLICY);
        await store.record(delivery([alert('a', { startsAt: before })]), POLICY);
        const late = await store.record(delivery([resolvedAlert('a', { startsAt: before, endsAt: '2026-01-05T09:45:00Z' })]), POLICY);
        expect(late).toMatchObject({ alerts: [{ verdict: 'repeat' }], cancelled: [] });
        expect(await store.report('a')).toMatchObject({ episode: { state: 'open', startsAt: alert('a').startsAt }, incident: { state: 'open' } });
        await store.record(delivery([resolvedAlert('a')]), POLICY);
        expect((await store.report('a'))?.episode.state).toBe('resolved');
      });

      it('17: ignores the stale copy of a twin, and believes it when it comes again long after', async () => {
        const { store } = under;
        await store.record(delivery([alert('a')]), POLICY);
        under.advance(30 * MINUTE);
        await store.record(delivery([resolvedAlert('a')]), POLICY);
        under.advance(15_000);
        const copy = await store.record(delivery([alert('a')]), POLICY);
        expect(copy).toMatchObject({ alerts: [{ verdict: 'stale-copy' }], queued: [] });
        expect((await store.report('a'))?.episode).toMatchObject({ state: 'resolved', repeats: 0 });
        under.advance(20 * MINUTE);
        expect((await store.record(delivery([alert('a')]), POLICY)).alerts[0]?.verdict).toBe('new-episode');
      });

      it('17: does not let a twin move an episode back over the one before', async () => {
        const { store } = under;
        await store.record(delivery([alert('a')]), POLICY);
        await store.record(delivery([resolvedAlert('a')]), POLICY);
        const again = '2026-01-05T10:40:00Z';
        await store.record(delivery([alert('a', { startsAt: again })]), POLICY);
        expect((await store.record(delivery([alert('a')]), POLICY)).alerts[0]?.verdict).toBe('stale-copy');
        expect((await store.report('a'))?.episode.startsAt).toBe(again);
      });

      it('18: opens another episode for a later startsAt though no resolve was seen, and ends the one before', async () => {
        const { store } = under;
        const first = await store.record(delivery([alert('a')]), POLICY);
        const again = await store.record(delivery([alert('a', { startsAt: '2026-01-05T10:20:00Z' })]), POLICY);
        expect(again.alerts[0]).toMatchObject({ verdict: 'new-episode', incidentId: first.alerts[0]?.incidentId });
        const report = await store.report('a');
        expect(report?.history.map(({ episode }) => [episode.startsAt, episode.state, episode.endsAt])).toEqual([
          ['2026-01-05T10:20:00Z', 'open', null],
          ['2026-01-05T10:00:00Z', 'resolved', '2026-01-05T10:20:00Z'],
        ]);
        expect(report?.incident?.state).toBe('open');
        expect(await store.counts()).toEqual({ openIncidents: 1, episodes: 2, openEpisodes: 1 });
      });

      it('22: keeps an alert that is first seen resolved, without incident or investigation', async () => {
        const { store } = under;
        const recorded = await store.record(delivery([resolvedAlert('a')]), POLICY);
        expect(recorded).toMatchObject({ alerts: [{ verdict: 'new-episode', incidentId: null }], queued: [] });
        expect(await store.report('a')).toMatchObject({
          episode: { state: 'resolved', endsAt: '2026-01-05T10:30:00Z' },
          incident: null,
          investigation: null,
          members: [],
        });
      });

      it('24: keeps what always fires, without incident, and remembers when it came', async () => {
        const { store } = under;
        const recorded = await store.record(delivery([alert('w', { labels: { alertname: 'Watchdog', severity: 'none' } })]), POLICY);
        expect(recorded).toMatchObject({ alerts: [{ incidentId: null }], queued: [] });
        expect(await store.lastSigns()).toEqual({
          lastDeliveryAt: '2026-01-05T10:00:30.000Z',
          watchdogs: [{ cluster: 'default', at: under.now().toISOString() }],
        });
      });

      it('28: gives hostile text back as it came', async () => {
        const { store } = under;
        const hostile = `<script>'";--\u202e\ud83d\ude00%_\\ ${'long '.repeat(20_000)}`;
        await store.record(
          delivery([alert('a', { labels: { alertname: hostile, namespace: hostile, note: hostile } })], { groupKey: hostile, body: hostile }),
          POLICY,
        );
        expect((await store.report('a'))?.episode.labels['note']).toBe(hostile);
        expect((await store.reports({ limit: 10, alertName: hostile })).items).toHaveLength(1);
        expect((await store.record(delivery([alert('b')], { groupKey: hostile }), POLICY)).alerts[0]?.incidentId).toBe((await store.report('a'))?.incident?.id);
      });
    });

    describe('incidents', () => {
      it('25: gives one investigation to a group, and takes its most urgent severity', async () => {
        const { store } = under;
        const recorded = await store.record(
          delivery([alert('a'), alert('b', { labels: { severity: 'critical' } }), alert('c', { labels: { severity: 'info' } })]),
          POLICY,
        );
        expect(recorded.queued).toHaveLength(1);
        const incident = await store.incident(String(recorded.alerts[0]?.incidentId));
        expect(incident).toMatchObject({ incident: { severity: 'critical', title: 'KubePodCrashLooping and 2 more' }, alerts: { total: 3, firing: 3 } });
        expect(incident?.investigation?.priority).toBe(40);
        expect(incident?.members.map(({ fingerprint }) => fingerprint).toSorted()).toEqual(['a', 'b', 'c']);
      });

      it('25: lets a later alert of the group join the queued investigation and make it more urgent', async () => {
        const { store } = under;
        const first = await store.record(delivery([alert('a')]), POLICY);
        under.advance(5 * MINUTE);
        const later = await store.record(delivery([alert('a'), alert('b', { labels: { severity: 'critical' } })]), POLICY);
        expect(later.queued).toEqual([]);
        expect(later.alerts[1]?.incidentId).toBe(first.alerts[0]?.incidentId);
        expect(await store.investigation(String(first.queued[0]))).toMatchObject({ state: 'queued', priority: 40 });
      });

      it('queues another investigation when the first has begun or ended', async () => {
        const { store } = under;
        await store.record(delivery([alert('a')]), POLICY);
        const claim = await claimNext(store);
        const second = await store.record(delivery([alert('b')]), POLICY);
        expect(second.queued).toHaveLength(1);
        expect((await store.record(delivery([alert('c')]), POLICY)).queued).toEqual([]);
        expect(await store.claim('other', 1_000), 'one run of an incident at a time').toBeUndefined();
        await store.settle(claim, { state: 'completed' });
        await store.settle(await claimNext(store), { state: 'completed' });
        expect((await store.record(delivery([alert('d')]), POLICY)).queued).toHaveLength(1);
      });

      it('opens another incident when nothing joined the group for longer than the window', async () => {
        const { store } = under;
        const first = await store.record(delivery([alert('a')]), POLICY);
        under.advance(10 * MINUTE + 1);
        const later = await store.record(delivery([alert('a'), alert('b')]), POLICY);
        expect(later.alerts[0]?.incidentId).toBe(first.alerts[0]?.incidentId);
        expect(later.alerts[1]?.incidentId).not.toBe(first.alerts[0]?.incidentId);
        expect(later.queued).toHaveLength(1);
      });

      it('keeps groups, and alerts without a group, apart', async () => {
        const { store } = under;
        const lone = { groupKey: '', groupLabels: {} };
        const ids = [
          ...(await store.record(delivery([alert('a')]), POLICY)).alerts,
          ...(await store.record(delivery([alert('b')], { groupKey: '{}:{namespace="other"}' }), POLICY)).alerts,
          ...(await store.record(delivery([alert('c'), alert('d')], lone), POLICY)).alerts,
        ].map(({ incidentId }) => incidentId);
        expect(new Set(ids).size).toBe(4);
      });

      it('20: closes with its last alert and cancels what has not begun', async () => {
        const { store } = under;
        const { queued } = await store.record(delivery([alert('a'), alert('b')]), POLICY);
        const half = await store.record(delivery([resolvedAlert('a'), alert('b')]), POLICY);
        expect(half.cancelled).toEqual([]);
        expect(await store.report('a')).toMatchObject({ episode: { state: 'resolved', endsAt: '2026-01-05T10:30:00Z' }, incident: { state: 'open' } });
        const all = await store.record(delivery([resolvedAlert('a'), resolvedAlert('b')]), POLICY);
        expect(all.cancelled).toEqual(queued);
        expect(await store.report('b')).toMatchObject({
          incident: { state: 'closed', closedAt: under.now().toISOString() },
          investigation: { state: 'cancelled' },
        });
        expect(await store.claim('worker', 1_000)).toBeUndefined();
        expect((await store.progress(String(queued[0]), 0)).at(-1)?.kind).toBe('end');
      });

      it('never cancels what has begun, is tried again, or was asked for by a person', async () => {
        const { store } = under;
        const groups = ['running', 'retried', 'asked'].map((groupKey) => ({ groupKey }));
        const [running, retried, asked] = await Promise.all(groups.map(async (group) => store.record(delivery([alert(group.groupKey)], group), POLICY)));
        const claims = [await claimNext(store), await claimNext(store)];
        await store.settle(claims[1] as (typeof claims)[0], { state: 'retry', retryAt: under.now().toISOString(), problem: 'timeout' });
        await store.requeue(String(asked?.alerts[0]?.incidentId));
        for (const group of groups) {
          expect((await store.record(delivery([resolvedAlert(group.groupKey)], group), POLICY)).cancelled).toEqual([]);
        }
        const states = await Promise.all([running, retried, asked].map((each) => stateOf(store, String(each?.queued[0]))));
        expect(states.toSorted()).toEqual(['queued', 'queued', 'running']);
      });

      it('goes back to the answer it had when a further investigation is cancelled', async () => {
        const { store } = under;
        const { queued } = await store.record(delivery([alert('a')]), POLICY);
        await store.settle(await claimNext(store), { state: 'completed' });
        await store.record(delivery([alert('b')]), POLICY);
        expect((await store.report('a'))?.investigation?.state).toBe('queued');
        await store.record(delivery([resolvedAlert('a'), resolvedAlert('b')]), POLICY);
        expect((await store.report('a'))?.investigation).toMatchObject({ id: queued[0], state: 'completed' });
      });

      it('opens a new one for what fires after it closed', async () => {
        const { store } = under;
        const first = await store.record(delivery([alert('a')]), POLICY);
        await store.record(delivery([resolvedAlert('a')]), POLICY);
        const again = await store.record(delivery([alert('a', { startsAt: '2026-01-05T10:40:00Z' })]), POLICY);
        expect(again.alerts[0]?.incidentId).not.toBe(first.alerts[0]?.incidentId);
        expect(again.queued).toHaveLength(1);
      });

      it('does not investigate what fired and resolved within one delivery', async () => {
        const { store } = under;
        const recorded = await store.record(delivery([alert('a'), resolvedAlert('a')]), POLICY);
        expect(recorded).toMatchObject({ alerts: [{ verdict: 'new-episode' }, { verdict: 'resolves' }], queued: [], cancelled: [] });
        expect(await store.report('a')).toMatchObject({ incident: { state: 'closed' }, investigation: null });
      });
    });
  });
}
