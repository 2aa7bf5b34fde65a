import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, analysis, claimNext, delivery, MINUTE, POLICY, type StoreUnderTest } from './fixtures.ts';
import { incidentOf, LATER, splittingSteps } from './splitting-steps.ts';

/** Alerts that were taken out of an incident and are put back: one incident again, as if nothing had been. */
export function describeJoining(open: () => Promise<StoreUnderTest>): void {
  describe('joining', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());
    const { fire, resolve, answerAll, split, join, openIncidents } = splittingSteps(() => under);

    it('makes one incident of the two: all its alerts, one report, looked at again', async () => {
      const whole = incidentOf(await fire(['a'], { severity: 'critical', alertname: 'NodeDown' }));
      await fire(['b', 'c']);
      await answerAll();
      const { incidentId } = await split(whole, 'a');
      await answerAll();
      under.advance(MINUTE);
      const joined = await join(incidentId);
      expect(joined.incidentId).toBe(whole);
      const detail = await under.store.incident(whole);
      expect(detail).toMatchObject({
        incident: { state: 'open', severity: 'critical', splitFrom: null },
        investigation: { id: joined.investigationId, state: 'queued' },
        alerts: { total: 3, firing: 3 },
        lead: { fingerprint: 'a', alertName: 'NodeDown' },
      });
      expect(Object.fromEntries(detail?.members.map(({ fingerprint, joinedBy }) => [fingerprint, joinedBy]) ?? [])).toEqual({ a: 'person', b: '', c: '' });
      expect((await under.store.incident(incidentId))?.incident.id, 'the address of the part leads to the whole').toBe(whole);
      expect(await openIncidents()).toHaveLength(1);
      expect((await under.store.incidents({ state: 'closed', limit: 10 })).items).toEqual([]);
      expect(await under.store.counts()).toEqual({ openIncidents: 1, episodes: 3, openEpisodes: 3 });
      expect(await under.store.report('a')).toMatchObject({ incident: { id: whole }, episode: { incidentId: whole }, splitFrom: null });
      const claim = await claimNext(under.store);
      expect(claim).toMatchObject({ incidentId: whole, investigationId: joined.investigationId });
      await under.store.saveAnalysis(claim, analysis({ code: 'DnsFailure', title: 'The name does not resolve' }));
      await under.store.settle(claim, { state: 'completed' });
      for (const name of ['a', 'b', 'c']) expect((await under.store.report(name))?.cause?.code).toBe('DnsFailure');
      expect((await under.store.reports({ search: 'dnsfailure', limit: 10 })).items).toHaveLength(3);
      expect(await under.store.claim('w', 30_000)).toBeUndefined();
    });

    it('lets alerts that fire again, and new ones, belong to the whole', async () => {
      const whole = incidentOf(await fire(['a', 'b']));
      const { incidentId } = await split(whole, 'b');
      await join(incidentId);
      await resolve(['b']);
      under.advance(MINUTE);
      expect(incidentOf(await fire(['b'], {}, LATER))).toBe(whole);
      expect(incidentOf(await fire(['late']))).toBe(whole);
      await resolve(['a', 'late']);
      await resolve(['b'], { ...LATER, endsAt: '2026-01-05T10:50:00Z' });
      expect(await under.store.incident(whole)).toMatchObject({ incident: { state: 'closed' }, alerts: { total: 4, firing: 0 } });
    });

    it('ends what is looked into for the part alone: whoever does finds that it is no longer theirs, and nobody is told', async () => {
      const whole = incidentOf(await fire(['a', 'b']));
      await answerAll();
      const { incidentId, investigationId } = await split(whole, 'b');
      const claims = [await claimNext(under.store), await claimNext(under.store)];
      const running = claims.find((claim) => claim.incidentId === incidentId);
      if (running === undefined) throw new Error('the part is not investigated');
      await join(incidentId);
      expect(await under.store.heartbeat(running, 30_000)).toBe(false);
      expect(await under.store.saveAnalysis(running, analysis())).toBe(false);
      expect(await under.store.settle(running, { state: 'completed' }, ['slack'])).toBe(false);
      expect(await under.store.claimNotices('slack', 10, 60_000)).toEqual([]);
      expect(await under.store.investigation(investigationId)).toMatchObject({
        state: 'cancelled',
        problem: expect.stringContaining('put these alerts back'),
      });
      expect((await under.store.progress(investigationId, 0)).at(-1)?.kind).toBe('end');
      // The whole is looked at once more, after what is running for it.
      expect((await under.store.incident(whole))?.investigations.map(({ state }) => state)).toEqual(['queued', 'running', 'completed']);
    });

    it('can be split again, and what was split off the part then belongs to the whole', async () => {
      const whole = incidentOf(await fire(['a', 'b', 'c']));
      const part = await split(whole, 'b', 'c');
      const nested = await split(part.incidentId, 'c');
      await join(part.incidentId);
      expect((await under.store.incident(nested.incidentId))?.incident.splitFrom).toBe(whole);
      expect((await join(nested.incidentId)).incidentId).toBe(whole);
      const again = await split(whole, 'b');
      expect(again.incidentId).not.toBe(part.incidentId);
      expect(await under.store.incident(again.incidentId)).toMatchObject({ incident: { splitFrom: whole }, alerts: { total: 1, firing: 1 } });
      await resolve(['b']);
      under.advance(MINUTE);
      expect(incidentOf(await fire(['b'], {}, LATER)), 'stays apart').not.toBe(whole);
    });

    it('finds the whole also after another has taken it in', async () => {
      const first = incidentOf(await under.store.record(delivery([alert('first')], { groupKey: 'first' }), POLICY));
      under.advance(1_000);
      const whole = incidentOf(await under.store.record(delivery([alert('a'), alert('b')], { groupKey: 'second' }), POLICY));
      const { incidentId } = await split(whole, 'b');
      await answerAll();
      expect((await under.store.incident(whole))?.incident.id).toBe(first);
      expect((await join(incidentId)).incidentId).toBe(first);
      expect(await under.store.incident(first)).toMatchObject({ alerts: { total: 3, firing: 3 } });
    });

    it('is refused where there is nothing to undo, and says why', async () => {
      expect(await under.store.join('no-such')).toBe('no-incident');
      const whole = incidentOf(await fire(['a', 'b', 'c', 'd']));
      expect(await under.store.join(whole)).toBe('not-split');
      const first = await split(whole, 'b');
      await join(first.incidentId);
      expect(await under.store.join(first.incidentId)).toBe('joined');
      const over = await split(whole, 'c');
      await resolve(['c']);
      expect(await under.store.join(over.incidentId)).toBe('over');
      const left = await split(whole, 'd');
      await resolve(['a', 'b']);
      expect(await under.store.join(left.incidentId)).toBe('gone');
      under.advance(MINUTE);
      await under.store.retain(under.now().toISOString());
      expect(await under.store.incident(whole)).toBeUndefined();
      expect(await under.store.join(left.incidentId), 'deleted').toBe('gone');
      expect(await under.store.incident(left.incidentId)).toMatchObject({ incident: { state: 'open' }, alerts: { total: 1, firing: 1 } });
    });

    it('happens once, whoever asks at the same time', async () => {
      const whole = incidentOf(await fire(['a', 'b']));
      const { incidentId } = await split(whole, 'b');
      const results = await Promise.all([under.store.join(incidentId), under.store.join(incidentId), fire(['c'])]);
      expect(results.slice(0, 2).filter((result) => typeof result === 'string')).toEqual(['joined']);
      expect(await under.store.incident(whole)).toMatchObject({ alerts: { total: 3, firing: 3 } });
      expect(await openIncidents()).toHaveLength(1);
    });
  });
}
