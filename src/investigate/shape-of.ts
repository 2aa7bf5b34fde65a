import { changePoints, levelOf, type Sample, tidy } from '#lib/series.ts';

/** How a series ran, in a word a person understands. */
export interface Shape {
  readonly kind: 'constant' | 'step' | 'ramp' | 'spike' | 'unsteady' | 'few samples';
  /** The last step, for `step`: when, from which level to which. */
  readonly step?: { readonly at: number; readonly before: number; readonly after: number } | undefined;
}

/** Less than this says nothing. */
const LEAST_SAMPLES = 5;
/** A series that stays within this share of its level is constant. */
const FLAT = 0.02;
/** A straight line explains this much of a ramp. */
const STRAIGHT = 0.9;
/** The top of a spike, by the usual level. */
const SPIKE = 3;

export function shapeOf(samples: readonly Sample[]): Shape {
  const tidied = tidy(samples);
  const values = tidied.map(({ value }) => value);
  const level = levelOf(tidied);
  if (!level || values.length < LEAST_SAMPLES) return { kind: 'few samples' };
  const [least, most] = [values.reduce((low, one) => Math.min(low, one)), level.maximum];
  if (most - least <= FLAT * Math.max(Math.abs(most), Math.abs(least))) return { kind: 'constant' };
  if (straightness(tidied) >= STRAIGHT && !isTwoLevels(values, least, most)) return { kind: 'ramp' };
  const step = changePoints(tidied).at(-1);
  if (step) return { kind: 'step', step: { at: step.at, before: step.before, after: step.after } };
  const last = values.at(-1) ?? level.median;
  return { kind: most - level.median > SPIKE * Math.max(Math.abs(level.median - least), Math.abs(last - level.median), FLAT * most) ? 'spike' : 'unsteady' };
}

/** A step in the middle is nearly as straight as a ramp, but has nothing between its levels. */
function isTwoLevels(values: readonly number[], least: number, most: number): boolean {
  const between = values.filter((value) => value > least + 0.25 * (most - least) && value < most - 0.25 * (most - least)).length;
  return between < values.length / 10;
}

/** The share of the movement that a straight line explains (r squared). */
function straightness(samples: readonly Sample[]): number {
  const count = samples.length;
  const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / count;
  const meanValue = samples.reduce((sum, { value }) => sum + value, 0) / count;
  let [product, squareAt, squareValue] = [0, 0, 0];
  for (const { at, value } of samples) {
    product += (at - meanAt) * (value - meanValue);
    squareAt += (at - meanAt) ** 2;
    squareValue += (value - meanValue) ** 2;
  }
  return squareAt === 0 || squareValue === 0 ? 0 : product ** 2 / (squareAt * squareValue);
}
