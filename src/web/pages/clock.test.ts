import { describe, expect, it } from 'vitest';
import { absolute, shortTime } from './clock.ts';

const now = Date.parse('2026-01-05T03:13:00Z');

describe('clock times', () => {
  it('leaves out what today makes plain', () => {
    expect(shortTime(Date.parse('2026-01-05T03:09:10Z'), now)).toBe('03:09');
    expect(shortTime(Date.parse('2026-01-04T19:12:08Z'), now)).toBe('4 Jan 19:12');
    expect(shortTime(Date.parse('2025-01-04T19:12:08Z'), now)).toBe('2025-01-04 19:12');
  });

  it('gives the whole time in UTC', () => {
    expect(absolute(now)).toBe('2026-01-05 03:13:00 UTC');
  });
});
