import type { LabelSet } from '#domain/alert.ts';
import type { JoinResult, Recorded, RecordPolicy, SplitResult } from '../store.ts';
import { alert, analysis, delivery, POLICY, resolvedAlert, type StoreUnderTest } from './fixtures.ts';

const BY_NAMESPACE: RecordPolicy = { ...POLICY, keysOf: ({ labels }) => [`namespace/${labels['namespace']}`] };

/** After a resolve. */
export const LATER = { startsAt: '2026-01-05T10:40:00Z' };

export function incidentOf({ alerts }: Recorded): string {
  return String(alerts[0]?.incidentId);
}

/** What the contracts of taking alerts out and putting them back do with the store of the moment. */
export function splittingSteps(under: () => StoreUnderTest) {
  return {
    fire: (names: readonly string[], labels: LabelSet = {}, changes = {}): Promise<Recorded> =>
      under().store.record(delivery(names.map((name) => alert(name, { labels, ...changes }))), BY_NAMESPACE),
    resolve: (names: readonly string[], changes: Parameters<typeof alert>[1] = {}): Promise<Recorded> =>
      under().store.record(delivery(names.map((name) => resolvedAlert(name, changes))), BY_NAMESPACE),
    async answerAll(): Promise<void> {
      const { store } = under();
      for (let claim = await store.claim('w', 30_000); claim !== undefined; claim = await store.claim('w', 30_000)) {
        await store.saveAnalysis(claim, analysis());
        await store.settle(claim, { state: 'completed' });
      }
    },
    async split(incidentId: string, ...names: readonly string[]): Promise<Exclude<SplitResult, string>> {
      const result = await under().store.split(incidentId, new Set(names));
      if (typeof result === 'string') throw new Error(`refused: ${result}`);
      return result;
    },
    async join(incidentId: string): Promise<Exclude<JoinResult, string>> {
      const result = await under().store.join(incidentId);
      if (typeof result === 'string') throw new Error(`refused: ${result}`);
      return result;
    },
    openIncidents: async () => (await under().store.incidents({ state: 'open', limit: 10 })).items,
  };
}
