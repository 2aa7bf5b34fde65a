import { describe, expect, it } from 'vitest';
import { wireTime } from './wire-time.ts';

describe('wireTime', () => {
  it.each([
    ['2024-01-15T10:30:00.000Z', '2024-01-15T10:30:00.000Z'],
    ['2024-01-15T10:30:00Z', '2024-01-15T10:30:00.000Z'],
    ['2024-01-15T10:30:00.5Z', '2024-01-15T10:30:00.500Z'],
    ['2026-11-23T10:00:00.123456789+02:00', '2026-11-23T08:00:00.123Z'],
    ['2026-11-23T10:00:00.9999-03:30', '2026-11-23T13:30:00.999Z'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.000Z'],
    ['2026-11-23T10:00:00', '2026-11-23T10:00:00.000Z'],
  ])('point 27: reads %s', (text, expected) => {
    expect(wireTime(text)).toBe(expected);
  });

  it.each(['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000+02:00', '0001-12-31T23:00:00-05:00'])('point 27: %s means not set', (text) => {
    expect(wireTime(text)).toBeNull();
  });

  it.each([
    undefined,
    null,
    '',
    'yesterday',
    17,
    {},
    '2026-02-30T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01',
    'x'.repeat(1_000_000),
  ])('takes %s for no time', (value) => {
    expect(wireTime(value)).toBeNull();
  });
});
