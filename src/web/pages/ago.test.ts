import { describe, expect, it } from 'vitest';
import { ago, lengthOfTime } from '../client/ago.ts';

const now = Date.parse('2026-01-05T03:13:00Z');

describe('times as people say them', () => {
  it.each([
    [0, '0 s'],
    [412, '412 ms'],
    [1_500, '1.5 s'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [11_100_000, '3 h 5 min'],
    [187_200_000, '2 d 4 h'],
    [-5, '0 s'],
    [Number.NaN, 'unknown time'],
  ])('%d ms is %s', (ms, text) => {
    expect(lengthOfTime(ms)).toBe(text);
  });

  it('says how long ago, also of a clock that runs ahead', () => {
    expect(ago(now - 2_000, now)).toBe('just now');
    expect(ago(now - 8_400, now)).toBe('8 s ago');
    expect(ago(now - 720_000, now)).toBe('12 min ago');
    expect(ago(now + 300_000, now)).toBe('in 5 min');
  });
});
