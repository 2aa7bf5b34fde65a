import { expect, it } from 'vitest';
import { queueOptions } from './options.ts';

it('runs ten investigations at once unless told otherwise', () => {
  expect(queueOptions.concurrency.schema.parse(queueOptions.concurrency.default)).toBe(10);
});

it.each(['0', '-1', '1.5', 'ten', '', '1001', '1e2'])('refuses WORKER_THREADS=%s', (text) => {
  expect(queueOptions.concurrency.schema.safeParse(text).success).toBe(false);
});
