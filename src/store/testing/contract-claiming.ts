import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, analysis, claimNext, delivery, LEASE_MS, MINUTE, POLICY, resolvedAlert, type StoreUnderTest, stateOf } from './fixtures.ts';

/** Leases: who may work on what, and whose writes count. */
export function describeClaiming(open: () => Promise<StoreUnderTest>): void {
  describe('queue', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    /** Queues one investigation in a group of its own; its id. */
    const queue = async (name: string, severity = 'warning'): Promise<string> =>
      String((await under.store.record(delivery([alert(name, { labels: { severity } })], { groupKey: name }), POLICY)).queued[0]);
    const later = (ms: number): string => new Date(under.now().getTime() + ms).toISOString();

    it('gives the most urgent first, then the oldest, each once', async () => {
      const { store } = under;
      const ids = [await queue('info', 'info'), await queue('old', 'critical'), await queue('warning'), await queue('new', 'critical')];
      const claimed = [];
      for (let claim = await store.claim('w', LEASE_MS); claim; claim = await store.claim('w', LEASE_MS)) claimed.push(claim.investigationId);
      expect(claimed).toEqual([ids[1], ids[3], ids[2], ids[0]]);
    });

    it('gives each investigation to one of many that ask at once', async () => {
      const { store } = under;
      await Promise.all(Array.from({ length: 10 }, (_, index) => queue(`g${index}`)));
      const claims = await Promise.all(Array.from({ length: 25 }, (_, index) => store.claim(`w${index}`, LEASE_MS)));
      const ids = claims.filter((claim) => claim !== undefined).map(({ investigationId }) => investigationId);
      expect(ids).toHaveLength(10);
      expect(new Set(ids).size).toBe(10);
    });

    it('shows a claimed investigation as running', async () => {
      const { store } = under;
      const id = await queue('a');
      const claim = await claimNext(store);
      expect(claim).toMatchObject({ investigationId: id, attempt: 1, cluster: 'default' });
      expect(await store.investigation(id)).toMatchObject({ state: 'running', attempts: 1, startedAt: under.now().toISOString() });
      expect((await store.reports({ limit: 5, status: 'investigating' })).items).toHaveLength(1);
      expect(await store.queueSize()).toEqual({ queued: 0, running: 1, oldestQueuedAt: null });
    });

    it('keeps a lease alive with heartbeats, and gives an expired one to the next, with another fence', async () => {
      const { store } = under;
      await queue('a');
      const first = await claimNext(store);
      under.advance(LEASE_MS - 1);
      expect(await store.heartbeat(first, LEASE_MS)).toBe(true);
      under.advance(LEASE_MS - 1);
      expect(await store.claim('worker-2', LEASE_MS)).toBeUndefined();
      under.advance(1);
      const second = await claimNext(store, 'worker-2');
      expect(second).toMatchObject({ investigationId: first.investigationId, attempt: 2 });
      expect(second.fence).toBeGreaterThan(first.fence);
      expect((await store.investigation(first.investigationId))?.problem).toContain('Attempt 1');
    });

    it('refuses every write with an old fence, and changes nothing', async () => {
      const { store } = under;
      await queue('a');
      const old = await claimNext(store);
      under.advance(LEASE_MS);
      const current = await claimNext(store, 'worker-2');
      expect(await store.heartbeat(old, LEASE_MS)).toBe(false);
      expect(await store.saveAnalysis(old, analysis())).toBe(false);
      expect(await store.settle(old, { state: 'failed', problem: 'late' })).toBe(false);
      await store.release(old);
      expect(await store.investigation(current.investigationId)).toMatchObject({ state: 'running', attempts: 2, analysis: null });
      expect(await store.settle(current, { state: 'completed' })).toBe(true);
    });

    it('settles once', async () => {
      const { store } = under;
      const id = await queue('a');
      const claim = await claimNext(store);
      expect(await store.settle(claim, { state: 'completed' })).toBe(true);
      expect(await store.settle(claim, { state: 'failed', problem: 'again' })).toBe(false);
      expect(await store.saveAnalysis(claim, analysis())).toBe(false);
      expect(await store.investigation(id)).toMatchObject({ state: 'completed', problem: null, completedAt: under.now().toISOString() });
      expect((await store.progress(id, 0)).filter(({ kind }) => kind === 'end')).toHaveLength(1);
    });

    it('tries again when it is due, not before, and says why the attempt failed', async () => {
      const { store } = under;
      const id = await queue('a');
      await store.settle(await claimNext(store), { state: 'retry', retryAt: later(MINUTE), problem: 'API server: timeout' });
      expect(await store.investigation(id)).toMatchObject({ state: 'queued', attempts: 1, problem: 'API server: timeout', completedAt: null });
      expect(await store.claim('w', LEASE_MS)).toBeUndefined();
      under.advance(MINUTE);
      expect(await claimNext(store)).toMatchObject({ investigationId: id, attempt: 2 });
    });

    it('keeps the reason of the last failure on the report', async () => {
      const { store } = under;
      await queue('a');
      await store.settle(await claimNext(store), { state: 'failed', problem: 'gave up after 3 attempts' });
      expect(await store.report('a')).toMatchObject({ investigation: { state: 'failed', problem: 'gave up after 3 attempts' }, analysis: null });
      expect((await store.reports({ limit: 5, status: 'failed' })).items).toHaveLength(1);
    });

    it('takes back what will not be done, at no attempt, for others to claim at once', async () => {
      const { store } = under;
      const id = await queue('a');
      const released = await claimNext(store);
      await store.release(released);
      expect(await store.investigation(id)).toMatchObject({ state: 'queued', attempts: 0 });
      expect(await store.settle(released, { state: 'completed' })).toBe(false);
      expect(await claimNext(store)).toMatchObject({ investigationId: id, attempt: 1 });
    });

    it('stores the answer before the run ends, then a better one', async () => {
      const { store } = under;
      const id = await queue('a');
      const claim = await claimNext(store);
      await store.saveAnalysis(claim, analysis());
      expect(await store.report('a')).toMatchObject({
        incident: { title: 'Container server was killed for exceeding its memory limit' },
        cause: { code: 'OOMKilled', confidence: 'certain' },
        investigation: { state: 'running' },
      });
      const large = analysis({ code: 'Leak', title: 'It leaks', explanation: 'why '.repeat(5_000) }, { mode: 'rules+llm' });
      await store.saveAnalysis(claim, large);
      await store.settle(claim, { state: 'completed' });
      expect(await store.report('a')).toMatchObject({ incident: { title: 'It leaks' }, cause: { code: 'Leak' }, history: [{ cause: 'It leaks' }] });
      expect((await store.investigation(id))?.analysis).toEqual(large);
    });

    it('goes back to the name of the alert when an answer knows no cause', async () => {
      const { store } = under;
      await queue('a');
      const claim = await claimNext(store);
      await store.saveAnalysis(claim, analysis());
      await store.saveAnalysis(claim, analysis(null, { healthy: true, inconclusive: false }));
      expect(await store.incident(claim.incidentId)).toMatchObject({
        incident: { title: 'KubePodCrashLooping' },
        cause: null,
        healthy: true,
        inconclusive: false,
      });
    });

    it('lets a run end that outlives its incident', async () => {
      const { store } = under;
      await queue('a');
      const claim = await claimNext(store);
      await store.record(delivery([resolvedAlert('a')], { groupKey: 'a' }), POLICY);
      expect(await store.saveAnalysis(claim, analysis())).toBe(true);
      expect(await store.settle(claim, { state: 'completed' })).toBe(true);
      expect(await store.report('a')).toMatchObject({ incident: { state: 'closed' }, cause: { code: 'OOMKilled' } });
    });

    describe('requeue', () => {
      it('queues another investigation of an incident, open or closed, and keeps the answers before', async () => {
        const { store } = under;
        const first = await queue('a');
        const claim = await claimNext(store);
        await store.saveAnalysis(claim, analysis());
        await store.settle(claim, { state: 'completed' });
        await store.record(delivery([resolvedAlert('a')], { groupKey: 'a' }), POLICY);
        const second = await store.requeue(claim.incidentId);
        expect(second).not.toBe(first);
        expect(await claimNext(store)).toMatchObject({ investigationId: second });
        const incident = await store.incident(claim.incidentId);
        expect(incident?.investigations.map(({ id }) => id)).toEqual([second, first]);
        expect(incident?.cause?.code).toBe('OOMKilled');
      });

      it('names the one that is queued or running already', async () => {
        const { store } = under;
        const id = await queue('a');
        const incidentId = String((await store.report('a'))?.incident?.id);
        expect(await store.requeue(incidentId)).toBe(id);
        await claimNext(store);
        expect(await store.requeue(incidentId)).toBe(id);
        expect(await store.queueSize()).toMatchObject({ queued: 0, running: 1 });
      });

      it('does not let a person wait for a back-off', async () => {
        const { store } = under;
        const id = await queue('a');
        const claim = await claimNext(store);
        await store.settle(claim, { state: 'retry', retryAt: later(60 * MINUTE), problem: 'timeout' });
        expect(await store.requeue(claim.incidentId)).toBe(id);
        expect(await claimNext(store)).toMatchObject({ investigationId: id });
      });

      it('knows no incident of another name', async () => {
        expect(await under.store.requeue('00000000-0000-7000-8000-000000000000')).toBeUndefined();
      });
    });

    it('says how long the queue is, and who goes first', async () => {
      const { store } = under;
      await queue('a');
      const oldest = under.now().toISOString();
      under.advance(1_000);
      await queue('b', 'critical');
      await queue('c');
      expect(await store.queueSize()).toEqual({ queued: 3, running: 0, oldestQueuedAt: oldest });
      expect((await store.report('b'))?.queuePosition).toBe(0);
      expect((await store.report('a'))?.queuePosition).toBe(1);
      expect((await store.report('c'))?.queuePosition).toBe(2);
      await claimNext(store);
      expect((await store.report('b'))?.queuePosition).toBeNull();
    });

    describe('progress', () => {
      it('is numbered from 1 for each investigation, read from any point, and told as it is added', async () => {
        const { store } = under;
        const [a, b] = [await queue('a'), await queue('b')];
        const heard: string[] = [];
        const stop = store.onProgress(({ investigationId, seq, what }) => void heard.push(`${investigationId === a ? 'a' : 'b'}${seq} ${what}`));
        await Promise.all([store.addProgress(a, 'read pods', 'step'), store.addProgress(b, 'read nodes', 'step'), store.addProgress(a, 'read events', 'step')]);
        await store.addProgress('unknown', 'nothing', 'step');
        stop();
        await store.addProgress(a, 'judged', 'step');
        expect(heard).toEqual(['a1 read pods', 'b1 read nodes', 'a2 read events']);
        expect((await store.progress(a, 1)).map(({ seq, what }) => [seq, what])).toEqual([
          [2, 'read events'],
          [3, 'judged'],
        ]);
      });

      it('reports the answer and the end by itself', async () => {
        const { store } = under;
        const id = await queue('a');
        const claim = await claimNext(store);
        await store.saveAnalysis(claim, analysis());
        await store.settle(claim, { state: 'failed', problem: 'why' });
        expect((await store.progress(id, 0)).map(({ kind }) => kind)).toEqual(['report', 'end']);
      });
    });

    it('keeps what people say of an answer', async () => {
      const { store } = under;
      const investigationId = await queue('a');
      const feedback = { investigationId, at: '2026-01-05T11:00:00.000Z', verdict: 'wrong' as const, comment: 'it was DNS' };
      await store.addFeedback(feedback);
      expect(await store.feedback(investigationId)).toEqual([feedback]);
      await expect(store.addFeedback({ ...feedback, investigationId: 'unknown' })).rejects.toMatchObject({ code: 'not-found' });
      expect(await stateOf(store, 'unknown')).toBe('gone');
    });
  });
}
