import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabelSet } from '#domain/alert.ts';
import type { JoinResult, Recorded, RecordPolicy, SplitResult } from '../store.ts';
import { alert, analysis, claimNext, delivery, MINUTE, POLICY, resolvedAlert, type StoreUnderTest } from './fixtures.ts';

const BY_NAMESPACE: RecordPolicy = { ...POLICY, keysOf: ({ labels }) => [`namespace/${labels['namespace']}`] };
const LATER = { startsAt: '2026-01-05T10:40:00Z' };

/** Alerts that a person takes out of an incident: what becomes of both parts, and that they stay apart. */
export function describeSplitting(open: () => Promise<StoreUnderTest>): void {
  describe('splitting', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const fire = (names: readonly string[], labels: LabelSet = {}, changes = {}): Promise<Recorded> =>
      under.store.record(delivery(names.map((name) => alert(name, { labels, ...changes }))), BY_NAMESPACE);
    const resolve = (...names: readonly string[]): Promise<Recorded> => under.store.record(delivery(names.map((name) => resolvedAlert(name))), BY_NAMESPACE);
    const incidentOf = ({ alerts }: Recorded): string => String(alerts[0]?.incidentId);
    const answerAll = async (): Promise<void> => {
      for (let claim = await under.store.claim('w', 30_000); claim !== undefined; claim = await under.store.claim('w', 30_000)) {
        await under.store.saveAnalysis(claim, analysis());
        await under.store.settle(claim, { state: 'completed' });
      }
    };
    const split = async (incidentId: string, ...names: readonly string[]): Promise<Exclude<SplitResult, string>> => {
      const result = await under.store.split(incidentId, new Set(names));
      if (typeof result === 'string') throw new Error(`refused: ${result}`);
      return result;
    };
    const openIncidents = async () => (await under.store.incidents({ state: 'open', limit: 10 })).items;

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
      await resolve(...(when === 'while it is open' ? ['b'] : ['b', 'c']));
      under.advance(20 * MINUTE);
      const again = incidentOf(await fire(['b'], {}, LATER));
      expect(again).not.toBe(whole);
      if (when === 'while it is open') expect(again).toBe(incidentId);
      else expect((await under.store.incident(again))?.incident).toMatchObject({ state: 'open', splitFrom: whole });
      await resolve('c', 'a');
      expect(incidentOf(await fire(['a'], {}, LATER)), 'and its keys do not lead there').not.toBe(again);
    });

    it('forgets it when what it was taken out of is over', async () => {
      const whole = incidentOf(await fire(['a', 'b']));
      await split(whole, 'b');
      await resolve('a', 'b');
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
      await resolve('b');
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
      await resolve('a', 'b');
      under.advance(MINUTE);
      // The incident is closed; the next one holds two episodes of b, one of them over.
      const next = incidentOf(await fire(['a', 'b'], {}, LATER));
      expect(next).not.toBe(whole);
      await under.store.record(delivery([alert('b', { startsAt: '2026-01-05T10:50:00Z' })]), BY_NAMESPACE);
      await under.store.record(delivery([resolvedAlert('a', { ...LATER, endsAt: '2026-01-05T10:55:00Z' })]), BY_NAMESPACE);
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
      await resolve('b');
      expect(await under.store.split(whole, new Set(['b']))).toBe('over');
      await resolve('a');
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

    describe('undone', () => {
      const join = async (incidentId: string): Promise<Exclude<JoinResult, string>> => {
        const result = await under.store.join(incidentId);
        if (typeof result === 'string') throw new Error(`refused: ${result}`);
        return result;
      };

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
        await resolve('b');
        under.advance(MINUTE);
        expect(incidentOf(await fire(['b'], {}, LATER))).toBe(whole);
        expect(incidentOf(await fire(['late']))).toBe(whole);
        await resolve('a', 'late');
        await under.store.record(delivery([resolvedAlert('b', { ...LATER, endsAt: '2026-01-05T10:50:00Z' })]), BY_NAMESPACE);
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
        await resolve('b');
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
        await resolve('c');
        expect(await under.store.join(over.incidentId)).toBe('over');
        const left = await split(whole, 'd');
        await resolve('a', 'b');
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

    it('bears fingerprints of any content', async () => {
      const hostile = `\u0000'";--${'long'.repeat(200)}`;
      const whole = incidentOf(await fire(['a', hostile]));
      const { incidentId } = await split(whole, hostile);
      await resolve(hostile);
      expect((await under.store.incident(incidentId))?.incident.state).toBe('closed');
    });
  });
}
