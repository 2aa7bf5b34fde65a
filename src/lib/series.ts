/** One measured value. `at` in milliseconds since the epoch. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** What one can say about a number of samples in a word. */
export interface Level {
  readonly count: number;
  readonly median: number;
  readonly mean: number;
  readonly maximum: number;
}

/**
 * How a quantity stands after an onset compared with before.
 * `enough: false`: too few samples on one side; says how many there were, and nothing else may be concluded.
 */
export type Comparison =
  | { readonly enough: false; readonly countBefore: number; readonly countAfter: number }
  | {
      readonly enough: true;
      readonly before: Level;
      readonly after: Level;
      /** Median after by median before; Infinity where it was nothing before, 1 where it was and is nothing. */
      readonly ratio: number;
      /** How many usual deviations (median absolute, scaled like a standard deviation) the median moved; the sign is the direction. */
      readonly score: number;
    };

/** A lasting step in a series: the level until `at` and the level from `at` on. */
export interface ChangePoint {
  readonly at: number;
  readonly before: number;
  readonly after: number;
  /** How far the level moved in terms of the noise around it; always positive. */
  readonly score: number;
}

/** A gap is longer than this many usual intervals: what happened in it is not known. */
const GAP_FACTOR = 5;
/** Makes the median absolute deviation of normally distributed values equal to their standard deviation. */
const MAD_SCALE = 1.4826;
/** The least deviation assumed, as a share of the level: a flat line that moves by less has not moved. */
const LEAST_DEVIATION = 0.02;
/** The least step, as a share of the usual level: less is not worth a word. */
const LEAST_STEP = 0.2;
/** Splitting a series goes this deep at most: 31 steps. */
const MAX_DEPTH = 5;

/** Finite samples in ascending order of time, one per instant (the last one given); clocks that jump back are put in order. */
export function tidy(samples: readonly Sample[]): readonly Sample[] {
  const finite = samples.filter(({ at, value }) => Number.isFinite(at) && Number.isFinite(value));
  const ordered = finite.every(({ at }, index) => index === 0 || at > (finite[index - 1]?.at ?? 0));
  if (ordered) return finite;
  const latest = new Map(finite.map((sample) => [sample.at, sample]));
  return [...latest.values()].sort((left, right) => left.at - right.at);
}

/** The samples with `fromMs <= at <= toMs`. */
export function window(samples: readonly Sample[], fromMs: number, toMs: number): readonly Sample[] {
  return samples.filter(({ at }) => at >= fromMs && at <= toMs);
}

/**
 * Per-second rates of a counter, each at the later of two samples. A counter that fell was reset and counted from zero (as PromQL does).
 * Nothing is said across a gap of more than five usual intervals.
 */
export function rate(samples: readonly Sample[]): readonly Sample[] {
  const tidied = tidy(samples);
  const longest = GAP_FACTOR * usualInterval(tidied);
  return pairs(tidied).flatMap(([earlier, later]) => {
    const elapsed = later.at - earlier.at;
    return elapsed > longest ? [] : [{ at: later.at, value: (growth(earlier, later) / elapsed) * 1000 }];
  });
}

/** By how much a counter grew between its first and its last sample, resets included; undefined for fewer than two samples. Not extrapolated. */
export function increase(samples: readonly Sample[]): number | undefined {
  const tidied = tidy(samples);
  return tidied.length < 2 ? undefined : pairs(tidied).reduce((sum, [earlier, later]) => sum + growth(earlier, later), 0);
}

/** How often a counter was reset: each one is a restart of what counts. */
export function resets(samples: readonly Sample[]): number {
  return pairs(tidy(samples)).filter(([earlier, later]) => later.value < earlier.value).length;
}

/** Undefined when there is no finite sample. */
export function mean(samples: readonly Sample[]): number | undefined {
  return levelOf(samples)?.mean;
}

/** Undefined when there is no finite sample. */
export function maximum(samples: readonly Sample[]): number | undefined {
  return levelOf(samples)?.maximum;
}

/** The value that a share `share` (0…1) of the samples does not exceed, linear between neighbours; undefined when there is no finite sample. */
export function quantile(samples: readonly Sample[], share: number): number | undefined {
  return quantileOf(finiteValues(samples).sort(ascending), share);
}

/** The newest finite value; undefined when there is none. */
export function latest(samples: readonly Sample[]): number | undefined {
  return tidy(samples).at(-1)?.value;
}

/** Undefined when there is no finite sample. */
export function levelOf(samples: readonly Sample[]): Level | undefined {
  const values = finiteValues(samples).sort(ascending);
  const median = quantileOf(values, 0.5);
  if (median === undefined) return undefined;
  return { count: values.length, median, mean: values.reduce((sum, value) => sum + value, 0) / values.length, maximum: values.at(-1) ?? median };
}

/**
 * Compares the level from the onset on with the level before it. `beforeMs` and `afterMs` bound how far to look (all there is, unless said);
 * `guardMs` leaves out the time just before the onset, since an onset is known only roughly; each side needs `atLeast` samples (3).
 */
export function baselineAndWindow(
  samples: readonly Sample[],
  onsetMs: number,
  {
    beforeMs = Number.POSITIVE_INFINITY,
    afterMs = Number.POSITIVE_INFINITY,
    guardMs = 0,
    atLeast = 3,
  }: { readonly beforeMs?: number; readonly afterMs?: number; readonly guardMs?: number; readonly atLeast?: number } = {},
): Comparison {
  const tidied = tidy(samples);
  const earlier = tidied.filter(({ at }) => at < onsetMs - guardMs && at >= onsetMs - guardMs - beforeMs);
  const later = window(tidied, onsetMs, onsetMs + afterMs);
  const before = levelOf(earlier);
  const after = levelOf(later);
  if (!before || !after || before.count < atLeast || after.count < atLeast) {
    return { enough: false, countBefore: earlier.length, countAfter: later.length };
  }
  const spread = Math.max(deviation(earlier, before.median), LEAST_DEVIATION * Math.max(Math.abs(before.median), Math.abs(after.median)), Number.MIN_VALUE);
  const moved = after.median - before.median;
  return { enough: true, before, after, ratio: ratioOf(after.median, before.median), score: moved === 0 ? 0 : moved / spread };
}

/**
 * Lasting steps, in order of time. The series is split where the means of both sides differ most, again and again; then neighbouring stretches
 * whose medians differ by less than `leastScore` (4) deviations of the noise or a fifth of the level are joined, so a single spike is no step. A stretch has `atLeast` (4) samples.
 */
export function changePoints(
  samples: readonly Sample[],
  { atLeast = 4, leastScore = 4 }: { readonly atLeast?: number; readonly leastScore?: number } = {},
): readonly ChangePoint[] {
  const tidied = tidy(samples);
  const values = tidied.map(({ value }) => value);
  const level = quantileOf(values.map(Math.abs).sort(ascending), 0.95) ?? 0;
  const noise = noiseOf(values);
  const least = Math.max(leastScore * noise, LEAST_STEP * level, Number.MIN_VALUE);
  const stretches = join(split(tidied, least, Math.max(1, atLeast), 0), least);
  return pairs(stretches).flatMap(([left, right]) => {
    const [before, after, first] = [medianOf(left), medianOf(right), right[0]];
    return first ? [{ at: first.at, before, after, score: (Math.abs(after - before) / least) * leastScore }] : [];
  });
}

type Stretch = readonly Sample[];

/** Stretches between which the level may differ: more than there are steps, never fewer. */
function split(samples: Stretch, least: number, atLeast: number, depth: number): readonly Stretch[] {
  if (depth >= MAX_DEPTH || samples.length < 2 * atLeast) return [samples];
  const place = bestSplit(samples, atLeast);
  const [left, right] = [samples.slice(0, place), samples.slice(place)];
  if (Math.abs((mean(left) ?? 0) - (mean(right) ?? 0)) < least / 2) return [samples];
  return [...split(left, least, atLeast, depth + 1), ...split(right, least, atLeast, depth + 1)];
}

/** Joins the two neighbours that are most alike until all differ enough. */
function join(stretches: readonly Stretch[], least: number): readonly Stretch[] {
  const differences = pairs(stretches).map(([left, right]) => Math.abs(medianOf(right) - medianOf(left)));
  const smallest = Math.min(...differences);
  if (!(smallest < least)) return stretches;
  const place = differences.indexOf(smallest);
  const joined = [...(stretches[place] ?? []), ...(stretches[place + 1] ?? [])];
  return join([...stretches.slice(0, place), joined, ...stretches.slice(place + 2)], least);
}

function medianOf(samples: Stretch): number {
  return levelOf(samples)?.median ?? 0;
}

/** Index of the first sample of the right side where the weighted squared difference of the means is greatest. */
function bestSplit(samples: readonly Sample[], atLeast: number): number {
  const total = samples.reduce((sum, { value }) => sum + value, 0);
  let best = atLeast;
  let most = -1;
  let sum = 0;
  for (const [index, { value }] of samples.entries()) {
    const count = index + 1;
    sum += value;
    if (count < atLeast || samples.length - count < atLeast) continue;
    const difference = sum / count - (total - sum) / (samples.length - count);
    const weight = (difference * difference * count * (samples.length - count)) / samples.length;
    if (weight > most) {
      most = weight;
      best = count;
    }
  }
  return best;
}

/** The deviation from one sample to the next, which a step does not inflate; of counts and coarse values most differences are nothing, so the larger ones count. */
function noiseOf(values: readonly number[]): number {
  const differences = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
  differences.sort(ascending);
  const usual = ((quantileOf(differences, 0.5) ?? 0) * MAD_SCALE) / Math.SQRT2;
  return Math.max(usual, (quantileOf(differences, 0.9) ?? 0) / 2);
}

function deviation(samples: readonly Sample[], median: number): number {
  const distances = samples.map(({ value }) => Math.abs(value - median)).sort(ascending);
  return (quantileOf(distances, 0.5) ?? 0) * MAD_SCALE;
}

function ratioOf(after: number, before: number): number {
  if (before === 0) return after === 0 ? 1 : Number.POSITIVE_INFINITY;
  return after / before;
}

function growth(earlier: Sample, later: Sample): number {
  return later.value < earlier.value ? later.value : later.value - earlier.value;
}

function usualInterval(samples: readonly Sample[]): number {
  const intervals = pairs(samples).map(([earlier, later]) => later.at - earlier.at);
  return quantileOf(intervals.sort(ascending), 0.5) ?? 0;
}

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.slice(1).map((later, index) => [items[index] ?? later, later] as const);
}

function finiteValues(samples: readonly Sample[]): number[] {
  return samples.map(({ value }) => value).filter(Number.isFinite);
}

function quantileOf(sorted: readonly number[], share: number): number | undefined {
  const place = Math.min(1, Math.max(0, share)) * (sorted.length - 1);
  const low = sorted[Math.floor(place)];
  const high = sorted[Math.ceil(place)];
  return low === undefined || high === undefined ? undefined : low + (high - low) * (place - Math.floor(place));
}

function ascending(left: number, right: number): number {
  return left - right;
}
