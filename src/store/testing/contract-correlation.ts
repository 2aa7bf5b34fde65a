import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabelSet } from '#domain/alert.ts';
import { MOST_BY_FURTHER } from '../correlation.ts';
import type { Recorded, RecordPolicy } from '../store.ts';
import { alert, claimNext, delivery, MINUTE, POLICY, resolvedAlert, type StoreUnderTest, stateOf } from './fixtures.ts';

const BY_LABELS: RecordPolicy = {
  ...POLICY,
  keysOf: ({ labels }) => ['node', 'namespace'].flatMap((label) => (labels[label] ? [`${label}/${labels[label]}`] : [])),
};

/** Alerts of several groups in one incident: what the further keys of a policy do. */
export function describeCorrelation(open: () => Promise<StoreUnderTest>): void {
  describe('correlation', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    /** One alert in a group of its own. */
    const fire = (name: string, labels: LabelSet = {}, { policy = BY_LABELS, cluster = 'default', groupKey = name } = {}): Promise<Recorded> =>
      under.store.record(delivery([alert(name, { labels })], { groupKey, cluster }), policy);
    const incidentOf = ({ alerts }: Recorded): string => String(alerts[0]?.incidentId);

    it('joins other groups of one namespace within the window, with one investigation', async () => {
      const first = await fire('a');
      under.advance(9 * MINUTE);
      const second = await fire('b');
      under.advance(9 * MINUTE);
      const third = await fire('c', { severity: 'critical' });
      expect([incidentOf(second), incidentOf(third)]).toEqual([incidentOf(first), incidentOf(first)]);
      expect([first, second, third].map(({ queued }) => queued.length)).toEqual([1, 0, 0]);
      expect(await under.store.incident(incidentOf(first))).toMatchObject({
        incident: { title: 'KubePodCrashLooping and 2 more', severity: 'critical' },
        alerts: { total: 3, firing: 3 },
      });
      expect(await under.store.counts()).toMatchObject({ openIncidents: 1 });
    });

    it('joins other groups of one node, whatever their namespaces', async () => {
      const first = await fire('a', { node: 'worker-1', namespace: 'shop' });
      const second = await fire('b', { node: 'worker-1', namespace: 'data' });
      const other = await fire('c', { node: 'worker-2', namespace: 'mail' });
      expect(incidentOf(second)).toBe(incidentOf(first));
      expect(incidentOf(other)).not.toBe(incidentOf(first));
    });

    it('joins what comes in one delivery without groups', async () => {
      const alerts = [alert('a'), alert('b'), alert('c', { labels: { namespace: 'mail' } })];
      const recorded = await under.store.record(delivery(alerts, { groupKey: '', groupLabels: {} }), BY_LABELS);
      expect(new Set(recorded.alerts.map(({ incidentId }) => incidentId)).size).toBe(2);
      expect(recorded.queued).toHaveLength(2);
    });

    it('joins deliveries that come together', async () => {
      const names = Array.from({ length: 30 }, (_, index) => `f${index}`);
      const recorded = await Promise.all(names.map((name) => fire(name)));
      expect(new Set(recorded.map(incidentOf)).size).toBe(1);
      expect(recorded.flatMap(({ queued }) => queued)).toHaveLength(1);
      expect((await under.store.incident(incidentOf(recorded[0] as Recorded)))?.alerts).toEqual({ total: 30, firing: 30 });
    });

    it('prefers the incident of the group, then the first key that leads to one', async () => {
      const group = await fire('a', { namespace: 'shop' });
      const node = await fire('b', { namespace: '', node: 'worker-1' });
      expect(incidentOf(node)).not.toBe(incidentOf(group));
      expect(incidentOf(await fire('c', { namespace: 'shop', node: 'worker-1' }))).toBe(incidentOf(node));
      expect(incidentOf(await fire('d', { namespace: 'shop' })), 'the namespace leads where it led').toBe(incidentOf(group));
      expect(incidentOf(await fire('e', { namespace: 'shop', node: 'worker-1' }, { groupKey: 'a' }))).toBe(incidentOf(group));
    });

    it('lets every key of an alert that joined lead to its incident', async () => {
      const first = await fire('a', { node: 'worker-1', namespace: 'shop' });
      await fire('b', { node: 'worker-1', namespace: 'data' });
      expect(incidentOf(await fire('c', { namespace: 'data' }))).toBe(incidentOf(first));
      expect(incidentOf(await fire('d', { namespace: 'mail' }, { groupKey: 'b' }))).toBe(incidentOf(first));
      expect(incidentOf(await fire('e', { namespace: 'mail' }))).toBe(incidentOf(first));
    });

    it('opens another incident after the window, to which the keys lead from then on', async () => {
      const first = await fire('a');
      under.advance(10 * MINUTE + 1);
      const second = await fire('b');
      expect(incidentOf(second)).not.toBe(incidentOf(first));
      expect(second.queued).toHaveLength(1);
      expect(incidentOf(await fire('c'))).toBe(incidentOf(second));
    });

    it('does not let a repeat keep an incident open for others', async () => {
      const first = await fire('a');
      under.advance(6 * MINUTE);
      await fire('a');
      under.advance(6 * MINUTE);
      expect(incidentOf(await fire('b'))).not.toBe(incidentOf(first));
    });

    it('takes no other group after six windows, and its own group still', async () => {
      const first = await fire('n0');
      for (let count = 1; count <= 6; count++) {
        under.advance(10 * MINUTE);
        expect(incidentOf(await fire(`n${count}`))).toBe(incidentOf(first));
      }
      under.advance(1);
      const own = await fire('own', {}, { groupKey: 'n0' });
      expect(incidentOf(own)).toBe(incidentOf(first));
      const next = await fire('n7');
      expect(incidentOf(next)).not.toBe(incidentOf(first));
      expect(incidentOf(await fire('n8'))).toBe(incidentOf(next));
    });

    it('keeps clusters apart', async () => {
      const west = await fire('a', { node: 'worker-1' }, { cluster: 'west' });
      const east = await fire('b', { node: 'worker-1' }, { cluster: 'east' });
      expect(incidentOf(east)).not.toBe(incidentOf(west));
    });

    it('does not join what is closed', async () => {
      const first = await fire('a');
      await under.store.record(delivery([resolvedAlert('a')], { groupKey: 'a' }), BY_LABELS);
      const second = await fire('b');
      expect(incidentOf(second)).not.toBe(incidentOf(first));
      expect((await under.store.incident(incidentOf(first)))?.incident.state).toBe('closed');
      expect(incidentOf(await fire('c'))).toBe(incidentOf(second));
    });

    it('closes when the alerts of all its groups are over', async () => {
      const first = await fire('a');
      await fire('b');
      const half = await under.store.record(delivery([resolvedAlert('a')], { groupKey: 'a' }), BY_LABELS);
      expect(half.cancelled).toEqual([]);
      const all = await under.store.record(delivery([resolvedAlert('b')], { groupKey: 'b' }), BY_LABELS);
      expect(all.cancelled).toEqual(first.queued);
      expect(await under.store.counts()).toMatchObject({ openIncidents: 0 });
    });

    it('investigates once more for late members of what is being investigated', async () => {
      const first = await fire('a');
      await claimNext(under.store);
      const late = [await fire('b'), await fire('c')];
      expect(late.map(incidentOf)).toEqual([incidentOf(first), incidentOf(first)]);
      expect(late.map(({ queued }) => queued.length)).toEqual([1, 0]);
      expect(await stateOf(under.store, String(first.queued[0]))).toBe('running');
      expect(await under.store.claim('other', 1_000), 'one run of an incident at a time').toBeUndefined();
    });

    it('changes nothing without keys', async () => {
      const kept = [
        await fire('a', {}, { policy: POLICY }),
        await fire('b', {}, { policy: POLICY }),
        await fire('c', {}, { policy: { ...POLICY, keysOf: () => [] } }),
      ];
      expect(new Set(kept.map(incidentOf)).size).toBe(3);
      expect(kept.map(({ queued }) => queued.length)).toEqual([1, 1, 1]);
    });

    it('opens another incident when very many have joined by what they share', async () => {
      const many = await under.store.record(
        delivery(
          Array.from({ length: MOST_BY_FURTHER + 1 }, (_, index) => alert(`a${index}`)),
          { groupKey: '', groupLabels: {} },
        ),
        BY_LABELS,
      );
      const incidents = many.alerts.map(({ incidentId }) => incidentId);
      expect(new Set(incidents.slice(0, MOST_BY_FURTHER)).size).toBe(1);
      expect(incidents[MOST_BY_FURTHER]).not.toBe(incidents[0]);
    });

    it('does not take a group for a key of the same name', async () => {
      const group = await fire('a', { namespace: 'other' }, { groupKey: 'namespace/shop' });
      expect(incidentOf(await fire('b', { namespace: 'shop' }))).not.toBe(incidentOf(group));
    });

    it('bears keys of any length and content', async () => {
      const hostile = `\u0000'";--\ud83d\ude00/${'long'.repeat(20_000)}`;
      const first = await fire('a', { namespace: hostile });
      expect(incidentOf(await fire('b', { namespace: hostile }))).toBe(incidentOf(first));
      expect(incidentOf(await fire('c', { namespace: `${hostile}x` }))).not.toBe(incidentOf(first));
    });

    it('rejects only the delivery whose keys cannot be told', async () => {
      const policy: RecordPolicy = {
        ...BY_LABELS,
        keysOf: (each) => {
          if (each.fingerprint === 'bad') throw new Error('no keys');
          return BY_LABELS.keysOf?.(each) ?? [];
        },
      };
      const results = await Promise.allSettled(['a', 'bad', 'b'].map((name) => fire(name, {}, { policy })));
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await under.store.counts()).toEqual({ openIncidents: 1, episodes: 2, openEpisodes: 2 });
    });

    it('makes one incident of a node and 40 pods of three namespaces on it', async () => {
      const node = await fire('node', { alertname: 'KubeNodeNotReady', namespace: '', node: 'worker-1' });
      const pods = Array.from({ length: 40 }, (_, index) => ({ name: `pod-${index}`, namespace: ['shop', 'data', 'mail'][index % 3] ?? '' }));
      const queued: string[] = [];
      for (const [namespace, group] of Map.groupBy(pods, (pod) => pod.namespace)) {
        under.advance(2 * MINUTE);
        const alerts = group.map(({ name }) => alert(name, { labels: { alertname: 'KubePodNotReady', namespace, pod: name, node: 'worker-1' } }));
        const recorded = await under.store.record(delivery(alerts, { groupKey: `{}:{namespace="${namespace}"}` }), BY_LABELS);
        expect(new Set(recorded.alerts.map(({ incidentId }) => incidentId))).toEqual(new Set([incidentOf(node)]));
        queued.push(...recorded.queued);
      }
      expect(queued).toEqual([]);
      expect(await under.store.incident(incidentOf(node))).toMatchObject({
        incident: { title: 'KubeNodeNotReady and 40 more' },
        alerts: { total: 41, firing: 41 },
      });
      expect(await under.store.counts()).toMatchObject({ openIncidents: 1 });
    });
  });
}
