import { investigate } from '#investigate/investigate.ts';
import type { Rule } from '#rules/rule.ts';
import type { Worlds } from '../world.ts';
import { INVESTIGATION_MS, type Investigator } from './investigator.ts';

/** Investigates in the thread that asks. */
export function createLocalInvestigator(worlds: Worlds, rules: readonly Rule[]): Investigator {
  return {
    worlds,
    investigate(work, signal, step) {
      const { sources, clock, metricsServer, kubernetesRequests } = worlds.of(work.incident.cluster);
      return investigate(work, {
        sources,
        rules,
        clock,
        stopwatch: () => performance.now(),
        ...(metricsServer && { metricsServer }),
        ...(kubernetesRequests && { kubernetesRequests }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(INVESTIGATION_MS)]),
        step,
      });
    },
  };
}
