import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '#agent/agent.ts';
import type { Tracer } from '#agent/run-trace.ts';
import type { SpendingLedger } from '#agent/spending.ts';
import type { Config } from '#config/load-config.ts';
import { queryFor } from '#report/kubectl.ts';
import { plainFields } from '#report/plain-fields.ts';

/**
 * The investigator with a model that the settings mean; undefined when they mean none. Loaded only then: it costs memory and start-up time.
 * Throws an OncallmError when the settings contradict each other or name a provider that nobody knows. `loadTracer`: where traces of its runs go; `ledger`: where the money of a
 * day is kept, in this process unless given; `clock`: the time that a recording was taken at, for replays.
 */
export async function createModelAgent(
  { model: options }: Pick<Config, 'model'>,
  {
    loadTracer,
    ledger,
    clock = () => new Date(),
  }: { readonly loadTracer?: (() => Promise<Tracer>) | undefined; readonly ledger?: SpendingLedger | undefined; readonly clock?: () => Date } = {},
): Promise<Agent | undefined> {
  const [{ createAgent }, { RULES }] = await Promise.all([import('#agent/agent.ts'), import('#rules/registry.ts')]);
  return createAgent({
    options,
    fetch: globalThis.fetch,
    ...(ledger && { ledger }),
    clock,
    stopwatch: () => performance.now(),
    pause: async (ms, signal) => void (await sleep(ms, undefined, { signal })),
    newMark: () => randomUUID().replaceAll('-', ''),
    query: queryFor,
    plainFields,
    codes: [...new Set(RULES.map(({ code }) => code))].toSorted(),
    loadTracer,
  });
}

/** Did anybody set anything that names a model or a way to one? */
export function meansModel({ model }: Pick<Config, 'model'>): boolean {
  const { model: name, apiBase, openaiKey, anthropicKey, geminiKey } = model;
  return [name, apiBase, openaiKey, anthropicKey, geminiKey].some((value) => value !== undefined && value !== '');
}
