import { expect, it } from 'vitest';
import { createFailureLimit } from './failure-limit.ts';

function limit(addresses?: number) {
  const time = { now: 0 };
  const made = createFailureLimit({ failures: 3, windowSeconds: 60, clock: () => new Date(time.now), ...(addresses && { addresses }) });
  return { time, ...made };
}

it('shuts an address out after so many failures, for the rest of the window, and no other', () => {
  const { fail, waitSeconds, time } = limit();
  expect([fail('192.0.2.1'), fail('192.0.2.1'), waitSeconds('192.0.2.1')]).toEqual([true, true, 0]);
  expect([fail('192.0.2.1'), waitSeconds('192.0.2.1'), waitSeconds('192.0.2.2')]).toEqual([true, 60, 0]);
  time.now = 59_000;
  expect([fail('192.0.2.1'), waitSeconds('192.0.2.1')]).toEqual([false, 1]);
  time.now = 60_000;
  expect([waitSeconds('192.0.2.1'), fail('192.0.2.1')]).toEqual([0, true]);
});

it.each([
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
  ['2001:db8::1', '2001:db8::2'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
])('takes %s and %s for one', (one, other) => {
  const { fail, waitSeconds } = limit();
  for (let count = 0; count < 3; count++) fail(one);
  expect(waitSeconds(other)).toBe(60);
});

it('tells networks apart', () => {
  const { fail, waitSeconds } = limit();
  for (let count = 0; count < 3; count++) fail('2001:db8:1:2::1');
  expect(waitSeconds('2001:db8:1:3::1')).toBe(0);
});

it('remembers only so many addresses', () => {
  const { fail, waitSeconds } = limit(100);
  for (let count = 0; count < 3; count++) fail('192.0.2.1');
  for (let host = 0; host < 100; host++) fail(`198.51.100.${host}`);
  expect(waitSeconds('192.0.2.1')).toBe(0);
});
