import { expect, it } from 'vitest';
import { earliest, instant, isRecent, latestOf, secondsBetween } from './instants.ts';

it('takes what is no time, and the zero times of Go and Unix, for missing', () => {
  for (const text of [undefined, null, '', 'yesterday', '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z']) expect(instant(text)).toBeUndefined();
});

it('compares times, and counts the future as recent', () => {
  expect(secondsBetween('2026-03-01T10:00:00Z', '2026-03-01T10:01:00Z')).toBe(60);
  expect(secondsBetween('2026-03-01T10:00:00Z', undefined)).toBeUndefined();
  expect(isRecent('2026-03-01T10:05:00Z', '2026-03-01T10:00:00Z', 60)).toBe(true);
  expect(isRecent('2026-03-01T09:00:00Z', '2026-03-01T10:00:00Z', 60)).toBe(false);
  expect(isRecent(undefined, '2026-03-01T10:00:00Z', 60)).toBe(false);
});

it('orders times by instant, not by letters', () => {
  expect(earliest(undefined, '2026-03-01T12:00:00+02:00', '2026-03-01T11:00:00Z')).toBe('2026-03-01T12:00:00+02:00');
  expect(latestOf(undefined, '2026-03-01T12:00:00+02:00', '2026-03-01T11:00:00Z')).toBe('2026-03-01T11:00:00Z');
  expect(earliest()).toBeUndefined();
});
