import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Claim } from '#domain/investigation.ts';
import type { Analysis } from '#domain/report.ts';
import { MOST_BY_CAUSE, MOST_TWINS } from '../correlation.ts';
import type { Recorded, RecordPolicy } from '../store.ts';
import { alert, analysis, claimNext, delivery, MINUTE, POLICY, resolvedAlert, type StoreUnderTest } from './fixtures.ts';

const NODE_DOWN = analysis({ code: 'NodeKubeletDown', title: 'The kubelet of worker-3 stopped', subject: { kind: 'Node', namespace: null, name: 'worker-3' } });
const BY_WORKLOAD: RecordPolicy = { ...POLICY, keysOf: ({ labels }) => (labels['deployment'] ? [`workload/shop/${labels['deployment']}`] : []) };

/** Incidents that turn out to have one cause: what settling an investigation does to others. */
export function describeMerging(open: () => Promise<StoreUnderTest>): void {
  describe('merging by cause', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    /** One alert in a group, and an incident, of its own. */
    const fire = async (name: string, labels = {}): Promise<string> => {
      const recorded = await under.store.record(delivery([alert(name, { labels })], { groupKey: name }), POLICY);
      under.advance(1_000);
      return incidentOf(recorded);
    };
    const incidentOf = ({ alerts }: Recorded): string => String(alerts[0]?.incidentId);
    const end = async (claim: Claim, answer: Analysis = NODE_DOWN, notifiers: readonly string[] = []): Promise<void> => {
      await under.store.saveAnalysis(claim, answer);
      await under.store.settle(claim, { state: 'completed' }, notifiers);
    };
    const investigate = async (answer: Analysis = NODE_DOWN): Promise<void> => end(await claimNext(under.store), answer);
    const openIncidents = async () => (await under.store.incidents({ state: 'open', limit: 10 })).items;

    it('makes one of incidents with one cause: the oldest has the alerts of all, and says why', async () => {
      const first = await fire('a');
      const second = await fire('b', { severity: 'critical' });
      await fire('c');
      for (let count = 0; count < 3; count += 1) await investigate();
      const [one, ...others] = await openIncidents();
      expect(others).toEqual([]);
      expect(one).toMatchObject({
        incident: { id: first, title: 'The kubelet of worker-3 stopped', severity: 'critical' },
        alerts: { total: 3, firing: 3 },
        investigation: { state: 'completed' },
      });
      expect((await under.store.incidents({ state: 'closed', limit: 10 })).items).toEqual([]);
      expect(await under.store.counts()).toEqual({ openIncidents: 1, episodes: 3, openEpisodes: 3 });
      const detail = await under.store.incident(first);
      expect(Object.fromEntries(detail?.members.map(({ fingerprint, joinedBy }) => [fingerprint, joinedBy]) ?? [])).toEqual({
        a: '',
        b: 'cause/NodeKubeletDown',
        c: 'cause/NodeKubeletDown',
      });
      expect((await under.store.incident(second))?.incident.id, 'the old address leads to it').toBe(first);
      expect(await under.store.report('b')).toMatchObject({ incident: { id: first }, analysis: { root_causes: [{ code: 'NodeKubeletDown' }] } });
      expect(await under.store.claim('worker-1', 30_000)).toBeUndefined();
    });

    it.each([
      ['another object', analysis({ ...NODE_DOWN.root_causes[0], subject: { kind: 'Node', namespace: null, name: 'worker-4' } })],
      ['another code', analysis({ ...NODE_DOWN.root_causes[0], code: 'NodeRebooted' })],
      ['a cause that is only possible', analysis({ ...NODE_DOWN.root_causes[0], confidence: 'possible' })],
      ['no cause', analysis(null)],
    ])('keeps %s apart', async (_, other) => {
      await fire('a');
      await fire('b');
      await investigate();
      await investigate(other);
      expect(await openIncidents()).toHaveLength(2);
    });

    it('keeps clusters apart, and what is over', async () => {
      await under.store.record(delivery([alert('a')], { groupKey: 'a', cluster: 'west' }), POLICY);
      await fire('b');
      await fire('over');
      const claims = [await claimNext(under.store), await claimNext(under.store), await claimNext(under.store)];
      await under.store.record(delivery([resolvedAlert('over')], { groupKey: 'over' }), POLICY);
      for (const claim of claims) await end(claim);
      expect(await openIncidents()).toHaveLength(2);
      expect((await under.store.incidents({ state: 'closed', limit: 10 })).items.map(({ lead }) => lead.fingerprint)).toEqual(['over']);
    });

    it('waits for one that is being investigated; whichever ends last brings them together', async () => {
      const first = await fire('a');
      const second = await fire('b');
      const [one, other] = [await claimNext(under.store), await claimNext(under.store)];
      await under.store.saveAnalysis(one, NODE_DOWN);
      await end(other);
      expect(await openIncidents()).toHaveLength(2);
      await under.store.settle(one, { state: 'completed' });
      expect((await openIncidents()).map(({ incident }) => incident.id)).toEqual([first]);
      expect((await under.store.incident(second))?.alerts).toEqual({ total: 2, firing: 2 });
    });

    it('looks again where something that nobody has looked at comes with it', async () => {
      const first = await fire('a');
      await fire('b');
      await investigate();
      const claim = await claimNext(under.store);
      await under.store.saveAnalysis(claim, NODE_DOWN);
      const late = await under.store.record(delivery([alert('late')], { groupKey: 'b' }), POLICY);
      await under.store.settle(claim, { state: 'completed' });
      expect(await under.store.investigation(String(late.queued[0]))).toMatchObject({ state: 'cancelled', problem: expect.stringContaining('the same cause') });
      const again = await claimNext(under.store);
      expect(again.incidentId).toBe(first);
      expect((await under.store.incidentForWork(first))?.members).toHaveLength(3);
      await end(again);
      expect(await under.store.claim('worker-1', 30_000)).toBeUndefined();
    });

    it('leaves alone what a person waits for', async () => {
      await fire('a');
      const second = await fire('b');
      await investigate();
      const claim = await claimNext(under.store);
      await under.store.saveAnalysis(claim, NODE_DOWN);
      await under.store.record(delivery([alert('late')], { groupKey: 'b' }), POLICY);
      await under.store.settle(claim, { state: 'retry', retryAt: under.now().toISOString(), problem: 'away' });
      await under.store.requeue(second);
      expect(await openIncidents()).toHaveLength(2);
      await investigate();
      const waiting = await under.store.claim('worker-1', 30_000);
      if (waiting) await end(waiting);
      expect(await openIncidents()).toHaveLength(1);
    });

    it('tells notifiers of the one, not of those that it takes in', async () => {
      await fire('a');
      await fire('b');
      const [one, other] = [await claimNext(under.store), await claimNext(under.store)];
      await end(one, NODE_DOWN, ['slack']);
      await end(other, NODE_DOWN, ['slack']);
      expect((await under.store.claimNotices('slack', 10, 60_000)).map(({ investigationId }) => investigationId)).toEqual([one.investigationId]);
    });

    it('lets what its alerts share lead to the one, and their end close it', async () => {
      const first = await fire('a');
      await under.store.record(delivery([alert('b', { labels: { deployment: 'cart' } })], { groupKey: 'b' }), BY_WORKLOAD);
      under.advance(1_000);
      await investigate();
      await investigate();
      const later = await under.store.record(delivery([alert('c', { labels: { deployment: 'cart' } })], { groupKey: 'c' }), BY_WORKLOAD);
      expect(incidentOf(later)).toBe(first);
      expect((await under.store.report('c'))?.members.find(({ fingerprint }) => fingerprint === 'c')?.joinedBy).toBe('workload/shop/cart');
      for (const name of ['a', 'b', 'c']) await under.store.record(delivery([resolvedAlert(name)], { groupKey: name }), POLICY);
      expect(await under.store.incident(first)).toMatchObject({ incident: { state: 'closed' }, alerts: { total: 3, firing: 0 } });
      expect(await under.store.counts()).toMatchObject({ openIncidents: 0, openEpisodes: 0 });
    });

    it('lets the next take in what the oldest has no room for', async () => {
      const many = Array.from({ length: MOST_BY_CAUSE }, (_, index) => alert(`full${index}`));
      await under.store.record(delivery(many, { groupKey: 'full' }), POLICY);
      under.advance(1_000);
      for (const name of ['a', 'b', 'c']) await fire(name);
      for (let count = 0; count < 4; count += 1) await investigate();
      expect((await openIncidents()).map(({ alerts }) => alerts.total).toSorted((x, y) => x - y)).toEqual([3, MOST_BY_CAUSE]);
    });

    it('brings the newest into the oldest that has room, however many there are that have none for each other', async () => {
      const groups = Array.from({ length: MOST_TWINS + 1 }, (_, nth) => `g${nth}`);
      const half = Math.floor(MOST_BY_CAUSE / 2) + 1;
      for (const group of groups) {
        await under.store.record(
          delivery(
            Array.from({ length: half }, (_, nth) => alert(`${group}-${nth}`)),
            { groupKey: group },
          ),
          POLICY,
        );
        under.advance(1_000);
        await investigate();
      }
      await fire('last');
      await investigate();
      expect(await under.store.counts()).toMatchObject({ openIncidents: groups.length, openEpisodes: groups.length * half + 1 });
      const first = await under.store.report('g0-0');
      expect((await under.store.incident(String(first?.incident?.id)))?.alerts.total).toBe(half + 1);
    });

    it('makes one of what was opened days apart, as long as both are open', async () => {
      const first = await fire('a');
      await investigate();
      under.advance(3 * 24 * 60 * MINUTE);
      await fire('b');
      await investigate();
      expect((await openIncidents()).map(({ incident }) => incident.id)).toEqual([first]);
    });

    it('asks the one to be investigated again, whichever address is used, also after it was taken in itself', async () => {
      const names = ['a', 'b', 'c'];
      const ids: string[] = [];
      for (const name of names) ids.push(await fire(name));
      const claims = [await claimNext(under.store), await claimNext(under.store), await claimNext(under.store)];
      // The youngest goes into the middle one first, and both into the oldest then.
      for (const claim of [claims[1], claims[2], claims[0]]) await end(claim as Claim);
      expect((await openIncidents()).map(({ incident }) => incident.id)).toEqual([ids[0]]);
      const again = await under.store.requeue(String(ids[2]));
      expect((await under.store.investigation(String(again)))?.incidentId).toBe(ids[0]);
    });
  });
}
