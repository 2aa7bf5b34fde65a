import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineAndWindow, changePoints, increase, latest, levelOf, maximum, mean, quantile, rate, resets, type Sample, tidy, window } from './series.ts';

/** Samples every ten seconds from t = 0. */
function every10s(...values: readonly number[]): readonly Sample[] {
  return values.map((value, index) => ({ at: index * 10_000, value }));
}
/** A deterministic wobble of ±1 around a level. */
function wobble(level: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => level + [0, 1, -1, 0.5, -0.5][index % 5]!);
}

describe('tidy', () => {
  it('drops what is not a number and puts jumping clocks in order, the last value of an instant winning', () => {
    const samples = [
      { at: 20, value: 2 },
      { at: 10, value: 1 },
      { at: 20, value: 3 },
      { at: 30, value: Number.NaN },
      { at: Number.NaN, value: 1 },
      { at: 40, value: Number.POSITIVE_INFINITY },
    ];
    expect(tidy(samples)).toEqual([
      { at: 10, value: 1 },
      { at: 20, value: 3 },
    ]);
  });
});

describe('rate and increase', () => {
  it('gives per-second rates at the later sample', () => {
    expect(rate(every10s(0, 50, 150))).toEqual([
      { at: 10_000, value: 5 },
      { at: 20_000, value: 10 },
    ]);
    expect(increase(every10s(0, 50, 150))).toBe(150);
  });

  it('takes a falling counter for one that was reset to zero', () => {
    expect(rate(every10s(100, 110, 20)).map(({ value }) => value)).toEqual([1, 2]);
    expect(increase(every10s(100, 110, 20))).toBe(30);
    expect(resets(every10s(100, 110, 20, 30, 5))).toBe(2);
  });

  it('says nothing across a gap', () => {
    const gap = [...every10s(0, 10, 20), { at: 500_000, value: 1000 }, { at: 510_000, value: 1010 }];
    expect(rate(gap).map(({ at }) => at)).toEqual([10_000, 20_000, 510_000]);
  });

  it('skips NaN samples and two samples of one instant', () => {
    expect(rate([...every10s(0, Number.NaN, 20), { at: 20_000, value: 40 }])).toEqual([{ at: 20_000, value: 2 }]);
  });

  it('needs two samples', () => {
    expect(rate(every10s(5))).toEqual([]);
    expect(increase(every10s(5))).toBeUndefined();
    expect(increase([])).toBeUndefined();
  });

  it('never goes negative or non-finite, whatever comes', () => {
    const anySample = fc.record({
      at: fc.oneof(fc.integer(), fc.constant(Number.NaN)),
      value: fc.oneof(fc.double({ min: 0, max: 1e12 }), fc.constant(Number.NaN)),
    });
    fc.assert(fc.property(fc.array(anySample, { maxLength: 30 }), (samples) => rate(samples).every(({ value }) => Number.isFinite(value) && value >= 0)));
  });
});

describe('levels', () => {
  it('mean, maximum, quantile and latest of finite values', () => {
    const samples = every10s(1, Number.NaN, 2, 3, 4);
    expect([mean(samples), maximum(samples), quantile(samples, 0.5), quantile(samples, 1), latest(samples)]).toEqual([2.5, 4, 2.5, 4, 4]);
    expect(levelOf(samples)).toEqual({ count: 4, median: 2.5, mean: 2.5, maximum: 4 });
  });

  it('is undefined where there is nothing', () => {
    const nothing = every10s(Number.NaN);
    expect([mean(nothing), maximum([]), quantile([], 0.9), latest([]), levelOf(nothing)]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it('window includes both ends', () => {
    expect(window(every10s(1, 2, 3, 4), 10_000, 20_000).map(({ value }) => value)).toEqual([2, 3]);
  });
});

describe('baselineAndWindow', () => {
  const stepped = every10s(...wobble(100, 20), ...wobble(300, 20));

  it('sees a level that tripled at the onset', () => {
    const compared = baselineAndWindow(stepped, 200_000);
    expect(compared).toMatchObject({ enough: true, before: { median: 100 }, after: { median: 300 }, ratio: 3 });
    expect(compared.enough && compared.score).toBeGreaterThan(20);
  });

  it('sees no change in a steady level and does not make a wonder of a tiny one on a flat line', () => {
    const flat = baselineAndWindow(every10s(...Array(10).fill(100), ...Array(10).fill(101)), 100_000);
    expect(flat.enough && flat.score).toBeLessThan(1);
    const steady = baselineAndWindow(every10s(...wobble(100, 40)), 200_000);
    expect(steady.enough && Math.abs(steady.score)).toBeLessThan(1);
  });

  it('says when there is too little on a side', () => {
    expect(baselineAndWindow(stepped, 5_000)).toEqual({ enough: false, countBefore: 1, countAfter: 39 });
    expect(baselineAndWindow([], 0)).toEqual({ enough: false, countBefore: 0, countAfter: 0 });
  });

  it('looks only as far as asked, and not at the time just before the onset', () => {
    expect(baselineAndWindow(stepped, 300_000, { beforeMs: 50_000 })).toMatchObject({ ratio: 1 });
    expect(baselineAndWindow(stepped, 250_000, { guardMs: 60_000 })).toMatchObject({ before: { count: 19 }, ratio: 3 });
    expect(baselineAndWindow(stepped, 200_000, { afterMs: 20_000 })).toMatchObject({ after: { count: 3 } });
  });

  it('tells nothing-before from nothing-at-all', () => {
    expect(baselineAndWindow(every10s(0, 0, 0, 5, 5, 5), 30_000)).toMatchObject({ ratio: Number.POSITIVE_INFINITY });
    expect(baselineAndWindow(every10s(0, 0, 0, 0, 0, 0), 30_000)).toMatchObject({ ratio: 1, score: 0 });
  });
});

describe('changePoints', () => {
  it('finds a step and its levels', () => {
    const [step, ...others] = changePoints(every10s(...wobble(10, 30), ...wobble(50, 15)));
    expect(others).toEqual([]);
    expect(step).toMatchObject({ at: 300_000, before: 10, after: 50 });
  });

  it('finds the beginning and the end of a plateau', () => {
    expect(changePoints(every10s(...wobble(10, 20), ...wobble(90, 10), ...wobble(10, 20))).map(({ at }) => at)).toEqual([200_000, 300_000]);
  });

  it('finds none in noise, a flat line, a single spike or too few samples', () => {
    expect(changePoints(every10s(...wobble(10, 60)))).toEqual([]);
    expect(changePoints(every10s(...Array(40).fill(7)))).toEqual([]);
    expect(changePoints(every10s(...wobble(10, 20), 500, ...wobble(10, 20)))).toEqual([]);
    // Coarse values, as of a rate that is a few hundredths: most differences are nothing.
    expect(changePoints(every10s(...Array.from({ length: 60 }, (_, index) => (index % 7 < 4 === index < 30 ? 0.005 : 0.0055))))).toEqual([]);
    expect(changePoints(every10s(1, 100))).toEqual([]);
    expect(changePoints([])).toEqual([]);
  });

  it('stays quick on a long series', () => {
    const long = every10s(...wobble(10, 11_000), ...wobble(20, 11_000));
    const started = performance.now();
    expect(changePoints(long)).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
