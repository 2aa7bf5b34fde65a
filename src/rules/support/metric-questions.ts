import type { CallsQuestion, SeriesQuestion } from '#domain/question.ts';
import type { Circumstances } from '../rule.ts';
import { instant } from './instants.ts';

/** Fine enough to see a fault of two minutes, coarse enough to be cheap over an hour. */
export const STEP_SECONDS = 15;
const BASELINE_MS = 10 * 60_000;
const GRID_MS = 5 * 60_000;
const MOST_MS = 2 * 3_600_000;

/** The time in which a fault of performance is looked for: from somewhat before the onset until now, at most two hours. */
function range(circumstances: Circumstances): Range {
  const known = ranges.get(circumstances);
  if (known) return known;
  const made = rangeOf(circumstances);
  ranges.set(circumstances, made);
  return made;
}

type Range = Pick<SeriesQuestion, 'from' | 'to' | 'stepSeconds'>;
/** Every rule asks for it about every object. */
const ranges = new WeakMap<Circumstances, Range>();

function rangeOf({ now, onset }: Circumstances): Range {
  const end = Date.parse(now);
  const start = Math.max(end - MOST_MS, Math.min(instant(onset) ?? end, end - BASELINE_MS) - BASELINE_MS);
  // On a grid, so that investigations of one storm ask the same and a server is asked once.
  return {
    from: new Date(Math.floor(start / GRID_MS) * GRID_MS).toISOString(),
    to: new Date(Math.ceil(end / (STEP_SECONDS * 1000)) * STEP_SECONDS * 1000).toISOString(),
    stepSeconds: STEP_SECONDS,
  };
}

/** Who called whom a while before the onset: a proxy that is down does not tell any more who called it. On a grid, as above. */
export function callsBefore({ now, onset }: Circumstances): CallsQuestion {
  const before = (instant(onset) ?? Date.parse(now)) - BASELINE_MS;
  return { about: 'calls', topic: 'metrics', at: new Date(Math.floor(before / GRID_MS) * GRID_MS).toISOString() };
}

type Matcher = SeriesQuestion['matchers'][number];

/** One question for the whole cluster. */
export function inCluster(metric: string, circumstances: Circumstances, more: readonly Matcher[] = []): SeriesQuestion {
  return { about: 'series', topic: 'metrics', metric, matchers: more, ...range(circumstances) };
}

/** Series of a namespace's containers, so that all its workloads share the answer; without those of the pause container and of whole pods. */
export function ofContainers(metric: string, namespace: string, circumstances: Circumstances): SeriesQuestion {
  return inCluster(metric, circumstances, [
    { label: 'namespace', op: '=', value: namespace },
    { label: 'container', op: '!=', value: '' },
    { label: 'container', op: '!=', value: 'POD' },
  ]);
}
