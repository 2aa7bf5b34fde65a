import { describe, expect, it } from 'vitest';
import { scaleTimeline } from './timeline-scale.ts';

const fired = Date.parse('2026-01-05T03:09:10Z');
const now = Date.parse('2026-01-05T03:13:00Z');
const minutesBefore = (minutes: number, number: number) => ({ at: fired - minutes * 60_000, number });

describe('scaleTimeline', () => {
  it('places points in order, the alert after what caused it', () => {
    const scale = scaleTimeline([minutesBefore(6, 1), minutesBefore(3, 2)], fired, now);
    expect(scale?.marks.map(({ first }) => first)).toEqual([1, 2]);
    expect(scale?.marks[0]?.share).toBeLessThan(scale?.marks[1]?.share ?? 0);
    expect(scale?.share(fired)).toBeGreaterThan(scale?.marks[1]?.share ?? 1);
  });

  it('draws points that would overlap as one mark', () => {
    const scale = scaleTimeline([minutesBefore(10, 1), minutesBefore(1, 2), minutesBefore(0.9, 3), minutesBefore(0.8, 4)], fired, now);
    expect(scale?.marks.map(({ first, last }) => [first, last])).toEqual([
      [1, 1],
      [2, 4],
    ]);
  });

  it('does not let one old event squeeze the minutes that matter', () => {
    const scale = scaleTimeline([minutesBefore(40_000, 1), ...[9, 7, 5, 3, 1].map((minutes, index) => minutesBefore(minutes, index + 2))], fired, now);
    expect(scale?.earlier).toBe(1);
    expect((scale?.until ?? 0) - (scale?.from ?? 0)).toBeLessThan(15 * 60_000);
  });

  it('labels round times, at most five of them', () => {
    const scale = scaleTimeline([minutesBefore(6, 1)], fired, now);
    expect(scale?.ticks.map(({ text }) => text)).toEqual(['03:04', '03:06', '03:08']);
    for (const minutes of [0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]) {
      expect(scaleTimeline([minutesBefore(minutes, 1)], fired, now)?.ticks.length).toBeLessThanOrEqual(5);
    }
  });

  it('ignores times that are none, and the future', () => {
    expect(
      scaleTimeline(
        [
          { at: Number.NaN, number: 1 },
          { at: 8.64e15, number: 2 },
        ],
        fired,
        now,
      ),
    ).toBeNull();
    expect(scaleTimeline([], fired, now)).toBeNull();
    expect(scaleTimeline([minutesBefore(1, 1)], Number.NaN, now)).toBeNull();
  });
});
