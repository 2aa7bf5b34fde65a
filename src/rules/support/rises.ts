import { quantile, type Sample, tidy } from '#lib/series.ts';

/** A lasting rise of a measured quantity. */
export interface Rise {
  /** The usual level. */
  readonly before: number;
  readonly after: number;
  /** after by before; Infinity where it was nothing. */
  readonly ratio: number;
  readonly since: string;
}

/** Fewer samples above than this are a spike. */
const LASTING_SAMPLES = 4;
/** There must be so many samples at the usual level before the rise: what was high from the first sample on did not rise. */
const BASELINE_SAMPLES = 2;
const LEAST_SAMPLES = 8;

/**
 * Finds a rise to at least `ratio` times the usual level and by at least `by`; it may be over again. The usual level is what four fifths of the samples exceed or
 * meet, so a trouble that lasted for most of the time looked at is still seen. Undefined when there are too few samples to tell.
 */
export function riseOf(samples: readonly Sample[], { ratio, by }: { readonly ratio: number; readonly by: number }): Rise | undefined {
  const tidied = tidy(samples);
  if (tidied.length < LEAST_SAMPLES) return undefined;
  const before = quantile(tidied, 0.2) ?? 0;
  const after = quantile(tidied, 0.9) ?? 0;
  if (after - before < by || after < before * ratio) return undefined;
  const middle = before + (after - before) / 3;
  const first = tidied.findIndex(
    (_, index) =>
      tidied.slice(index, index + LASTING_SAMPLES - 1).every(({ value }) => value > middle) &&
      index >= BASELINE_SAMPLES &&
      (tidied[index - 1]?.value ?? 0) <= middle,
  );
  const at = tidied[first]?.at;
  if (at === undefined || tidied.slice(first).filter(({ value }) => value > middle).length < LASTING_SAMPLES) return undefined;
  if (tidied.slice(0, first).filter(({ value }) => value <= middle).length < BASELINE_SAMPLES) return undefined;
  return { before, after, ratio: before > 0 ? after / before : Number.POSITIVE_INFINITY, since: new Date(at).toISOString() };
}

/** Sums series sample by sample, by the time rounded to `stepMs`; a time at which one of them is missing counts what there is. */
export function sumOf(series: readonly (readonly Sample[])[], stepMs: number): readonly Sample[] {
  const sums = new Map<number, number>();
  for (const samples of series) {
    const own = new Map(tidy(samples).map(({ at, value }) => [Math.round(at / stepMs) * stepMs, value]));
    for (const [at, value] of own) sums.set(at, (sums.get(at) ?? 0) + value);
  }
  return [...sums].map(([at, value]) => ({ at, value })).toSorted((left, right) => left.at - right.at);
}
