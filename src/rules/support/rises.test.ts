import { describe, expect, it } from 'vitest';
import { riseOf, sumOf } from './rises.ts';

const samples = (...values: readonly number[]) => values.map((value, index) => ({ at: 1_700_000_000_000 + index * 15_000, value }));
const MORE = { ratio: 2, by: 1 };

describe('riseOf', () => {
  it('finds a lasting rise and when it began, though it is over', () => {
    expect(riseOf(samples(5, 5, 5, 5, 20, 20, 20, 20, 20, 5, 5), MORE)).toMatchObject({
      before: 5,
      after: 20,
      since: new Date(1_700_000_060_000).toISOString(),
    });
  });

  it('finds one that lasts for most of the time', () => {
    expect(riseOf(samples(5, 5, 5, 20, 20, 20, 20, 20, 20, 20, 20, 20), MORE)).toBeDefined();
  });

  it('lets spikes, noise, falls and what was high from the start pass', () => {
    expect(riseOf(samples(5, 5, 5, 5, 90, 5, 5, 5, 5, 5), MORE)).toBeUndefined();
    expect(riseOf(samples(5, 6, 5, 7, 5, 6, 7, 5, 6, 5), MORE)).toBeUndefined();
    expect(riseOf(samples(20, 20, 20, 20, 20, 5, 5, 5, 5, 5), MORE)).toBeUndefined();
  });

  it('does not tell from a few samples, or from what is not finite', () => {
    expect(riseOf(samples(5, 5, 20, 20, 20), MORE)).toBeUndefined();
    expect(riseOf(samples(...Array.from({ length: 20 }, () => Number.NaN)), MORE)).toBeUndefined();
  });
});

it('sums what was sampled at about the same time', () => {
  expect(sumOf([samples(1, 2), samples(10, 20).map(({ at, value }) => ({ at: at + 400, value }))], 15_000).map(({ value }) => value)).toEqual([11, 22]);
});
