import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, claimNext, delivery, MINUTE, POLICY, type StoreUnderTest } from './fixtures.ts';
import { incidentOf, LATER, splittingSteps } from './splitting-steps.ts';

/** Alerts that a person takes out of an incident: what becomes of both parts, and that they stay apart. */
export function describeSplitting(open: () => Promise<StoreUnderTest>): void {
  describe('splitting', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());
    const { fire, resolve, answerAll, split, openIncidents } = splittingSteps(() => under);

    it('makes two incidents of one: both are investigated, each led by an alert of its own', async () => {
      const whole = incidentOf(await fire(['a'], { severity: 'critical', alertname: 'NodeDown' }));
      await fire(['b', 'c']);
      await answerAll();
      under.advance(MINUTE);
      const { incidentId, investigationId } = await split(whole, 'a');
      expect(await under.store.incident(incidentId)).toMatchObject({
        incident: { state: 'open', severity: 'critical', title: 'NodeDown', splitFrom: whole, openedAt: under.now().toISOString() },
        investigation: { id: investigationId, state: 'queued' },
        alerts: { total: 1, firing: 1 },
        members: [{ fingerprint: 'a', joinedBy: '' }],
        analysis: null,
      });
      const rest = await under.store.incident(whole);
      expect(rest).toMatchObject({
        incident: { state: 'open', severity: 'warning', splitFrom: null },
        investigation: { state: 'queued' },
        alerts: { total: 2, firing: 2 },
        lead: { fingerprint: 'b', alertName: 'KubePodCrashLooping' },
        analysis: { root_causes: [{ code: 'OOMKilled' }] },
      });
      expect(rest?.members.map(({ fingerprint }) => fingerprint).toSorted()).toEqual(['b', 'c']);
      const report = await under.store.report('a');
      expect(report).toMatchObject({ incident: { id: incidentId }, analysis: null, splitFrom: { id: whole, fingerprint: 'b' } });
      expect(await under.store.counts()).toEqual({ openIncidents: 2, episodes: 3, openEpisodes: 3 });
    });

    it('keeps them apart though they have one cause, and lets others still join the rest', async () => {
      const whole = incidentOf(await fire(['a', 'b']));
      await answerAll();
      const { incidentId } = await split(whole, 'b');
      await answerAll();
      const other = await under.store.record(delivery([alert('other', { labels: { namespace: 'data' } })], { groupKey: 'other' }), POLICY);
      await answerAll();
      expect(new Set((await openIncidents()).map(({ incident }) => incident.id))).toEqual(new Set([whole, incidentId]));
      expect((await under.store.incident(incidentOf(other)))?.incident.id, 'taken in by the rest, for its cause').toBe(whole);
      expect(incidentOf(await fire(['late']))).toBe(whole);
    });

    it.each(['while it is open', 'when it is over'])('does not let an alert that fires again back in: its own incident takes it %s', async (when) => {
      const whole = incidentOf(await fire(['a', 'b', 'c']));
      const { incidentId } = await split(whole, 'b', 'c');
      await resolve(when === 'while it is open' ? ['b'] : ['b', 'c']);
      under.advance(20 * MINUTE);
      const again = incidentOf(await fire(['b'], {}, LATER));
      expect(again).not.toBe(whole);
      if (when === 'while it is open') expect(again).toBe(incidentId);
      else expect((await under.store.incident(again))?.incident).toMatchObject({ state: 'open', splitFrom: whole });
      await resolve(['c', 'a']);
      expect(incidentOf(await fire(['a'], {}, LATER)), 'and its keys do not lead there').not.toBe(again);
    });

    it('forgets it when what it was taken out of is over', async () => {
      const whole = incidentOf(await fire(['a', 'b']));
      await split(whole, 'b');
      await resolve(['a', 'b']);
      const next = incidentOf(await fire(['a'], {}, LATER));
      expect(incidentOf(await fire(['b'], {}, LATER))).toBe(next);
      expect((await under.store.incident(next))?.incident.splitFrom).toBeNull();
    });

    it('stays apart from the incident that takes in the one it came from', async () => {
      const first = incidentOf(await under.store.record(delivery([alert('first')], { groupKey: 'first' }), POLICY));
      under.advance(1_000);
      const whole = incidentOf(await under.store.record(delivery([alert('a'), alert('b')], { groupKey: 'second' }), POLICY));
      const { incidentId } = await split(whole, 'b');
      await answerAll();
      expect((await under.store.incident(whole))?.incident.id).toBe(first);
      expect((await under.store.incident(incidentId))?.incident).toMatchObject({ id: incidentId, splitFrom: first });
      await resolve(['b']);
      under.advance(MINUTE);
      const again = await under.store.record(delivery([alert('b', LATER)], { groupKey: 'second' }), POLICY);
      expect(incidentOf(again)).not.toBe(first);
    });

    it('splits what took another in when asked by the old address', async () => {
      const first = incidentOf(await under.store.record(delivery([alert('a')], { groupKey: 'first' }), POLICY));
      under.advance(1_000);
      const second = incidentOf(await under.store.record(delivery([alert('b')], { groupKey: 'second' }), POLICY));
      await answerAll();
      const { incidentId } = await split(second, 'b');
      expect((await under.store.incident(incidentId))?.incident.splitFrom).toBe(first);
    });

    it('closes the rest where nothing of it fires, and takes every episode of an alert along', async () => {
      const whole = incidentOf(await fire(['a', 'b']));
      await resolve(['a', 'b']);
      under.advance(MINUTE);
      // The incident is closed; the next one holds two episodes of b, one of them over.
      const next = incidentOf(await fire(['a', 'b'], {}, LATER));
      expect(next).not.toBe(whole);
      await fire(['b'], {}, { startsAt: '2026-01-05T10:50:00Z' });
      await resolve(['a'], { ...LATER, endsAt: '2026-01-05T10:55:00Z' });
      const { incidentId } = await split(next, 'b');
      expect(await under.store.incident(incidentId)).toMatchObject({ alerts: { total: 2, firing: 1 } });
      expect(await under.store.incident(next)).toMatchObject({ incident: { state: 'closed' }, alerts: { total: 1, firing: 0 } });
      expect(await under.store.counts()).toMatchObject({ openIncidents: 1, openEpisodes: 1 });
      await answerAll();
      expect((await under.store.incident(next))?.analysis, 'nobody looks into what is over').toBeNull();
    });

    it('investigates the rest once more after what is running', async () => {
      const whole = incidentOf(await fire(['a', 'b']));
      const running = await claimNext(under.store);
      await split(whole, 'b');
      expect((await under.store.investigation(running.investigationId))?.state).toBe('running');
      await under.store.settle(running, { state: 'completed' });
      expect((await under.store.incident(whole))?.investigations.map(({ state }) => state)).toEqual(['queued', 'completed']);
    });

    it('refuses what makes no two incidents', async () => {
      const whole = incidentOf(await fire(['a', 'b']));
      expect(await under.store.split('no-such', new Set(['a']))).toBe('no-incident');
      expect(await under.store.split(whole, new Set(['a', 'stranger']))).toBe('no-alert');
      expect(await under.store.split(whole, new Set())).toBe('no-alert');
      expect(await under.store.split(whole, new Set(['a', 'b']))).toBe('nothing-left');
      await resolve(['b']);
      expect(await under.store.split(whole, new Set(['b']))).toBe('over');
      await resolve(['a']);
      expect(await under.store.split(whole, new Set(['a']))).toBe('over');
      expect(await openIncidents()).toEqual([]);
      expect((await under.store.incident(whole))?.members).toHaveLength(2);
    });

    it('splits once, whoever asks at the same time', async () => {
      const whole = incidentOf(await fire(['a', 'b', 'c']));
      const results = await Promise.all([under.store.split(whole, new Set(['a'])), under.store.split(whole, new Set(['a'])), fire(['d'])]);
      expect(results.slice(0, 2).filter((result) => typeof result === 'string')).toEqual(['no-alert']);
      expect(await openIncidents()).toHaveLength(2);
      expect(await under.store.counts()).toEqual({ openIncidents: 2, episodes: 4, openEpisodes: 4 });
    });

    it('bears fingerprints of any content', async () => {
      const hostile = `\u0000'";--${'long'.repeat(200)}`;
      const whole = incidentOf(await fire(['a', hostile]));
      const { incidentId } = await split(whole, hostile);
      await resolve([hostile]);
      expect((await under.store.incident(incidentId))?.incident.state).toBe('closed');
    });
  });
}
