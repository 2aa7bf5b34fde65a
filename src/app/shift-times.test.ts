import { expect, test } from 'vitest';
import { shiftSampleTimes, shiftTimes } from './shift-times.ts';

const HOUR = 3_600_000;

test('moves every time in a text and keeps its decimals', () => {
  expect(shiftTimes('"a":"2026-02-11T03:12:30Z" 2026-02-11T23:30:00.482913Z x', HOUR)).toBe('"a":"2026-02-11T04:12:30Z" 2026-02-12T00:30:00.482913Z x');
});

test('leaves "not set" and what is no time alone', () => {
  expect(shiftTimes('0001-01-01T00:00:00Z 2026-13-45T99:00:00Z 2026-02-11', HOUR)).toBe('0001-01-01T00:00:00Z 2026-13-45T99:00:00Z 2026-02-11');
});

test('moves the times of samples, not their values', () => {
  expect(shiftSampleTimes('up{a="b"} 1763727339 1763727339\nup 1 1763727339.5\n# EOF\n', HOUR)).toBe(
    'up{a="b"} 1763727339 1763730939\nup 1 1763730939.5\n# EOF\n',
  );
});
