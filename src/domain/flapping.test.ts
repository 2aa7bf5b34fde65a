import { describe, expect, it } from 'vitest';
import { flappingOf, flapsOn } from './flapping.ts';

/** Episodes that began at these minutes after ten, the newest first. */
const at = (...minutes: readonly number[]) => minutes.map((minute) => ({ startsAt: new Date(Date.UTC(2026, 0, 5, 10, minute)).toISOString() }));

describe('flapping', () => {
  it.each([
    ['four times within an hour', at(59, 40, 20, 0), { times: 4, since: '2026-01-05T10:00:00.000Z', last: '2026-01-05T10:59:00.000Z' }],
    ['more, of which the oldest do not count', at(90, 80, 70, 60, 29, 0), { times: 4, since: '2026-01-05T11:00:00.000Z', last: '2026-01-05T11:30:00.000Z' }],
    ['three times', at(20, 10, 0), null],
    ['four times over more than an hour', at(61, 40, 20, 0), null],
    ['once', at(0), null],
    ['never', [], null],
  ])('%s', (_, episodes, flapping) => {
    expect(flappingOf(episodes)).toEqual(flapping);
  });

  it.each([
    ['the fifth time, with the same cause', at(40, 30, 20, 10, 0), 'same', true],
    ['the fourth, which is the first that says so', at(30, 20, 10, 0), 'same', false],
    ['the fifth time, with another cause', at(40, 30, 20, 10, 0), 'other', false],
    ['the fifth time, without one', at(40, 30, 20, 10, 0), null, false],
    ['after a pause', at(600, 30, 20, 10, 0), 'same', false],
    ['once', at(0), 'same', false],
  ])('is nothing new: %s', (_, episodes, cause, expected) => {
    expect(flapsOn(episodes.map((episode, nth) => ({ ...episode, cause: nth === 0 ? cause : 'same' })))).toBe(expected);
  });
});
