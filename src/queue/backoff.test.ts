import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('waits longer after each failure, up to five minutes', () => {
  expect([1, 2, 3, 4, 5, 100].map(backoffMs)).toEqual([5_000, 20_000, 80_000, 300_000, 300_000, 300_000]);
});
