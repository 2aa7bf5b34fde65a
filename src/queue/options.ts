import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';

/** Settings of the workers. */
export const queueOptions = defineOptions({
  concurrency: option({
    env: 'WORKER_THREADS',
    schema: wholeNumber(1, 1_000),
    default: '10',
    unit: 'count',
    about: 'How many investigations run at the same time.',
  }),
  maxAttempts: option({
    env: 'INVESTIGATION_ATTEMPTS',
    schema: wholeNumber(1, 100),
    default: '3',
    unit: 'count',
    about: 'How often an investigation that fails is tried before its report says that it failed, and why.',
  }),
  leaseSeconds: option({
    env: 'INVESTIGATION_LEASE',
    schema: wholeNumber(5, 3_600),
    default: '30',
    unit: 'seconds',
    about: 'How long after a worker was last heard of its investigation is given to another; workers report three times as often.',
  }),
});

function wholeNumber(min: number, max: number): z.ZodType<number, string> {
  return z
    .string()
    .trim()
    .regex(/^\d{1,6}$/, 'allowed is a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `allowed is a whole number from ${min} to ${max}`);
}
