import { describe, expect, test } from 'vitest';
import { runSchedule } from './run-schedule.ts';
import { createSchedule } from './schedule.ts';

/** Six of the schedules that `npm run test:faults` runs by the hundred, chosen so that every kind of fault is among them. */
const SEEDS = [2, 11, 30, 41, 58, 93] as const;

describe('schedules of faults', () => {
  test.each(SEEDS)(
    'seed %i: nothing acknowledged is lost, nothing is done twice, every queue drains',
    async (seed) => {
      const result = await runSchedule(createSchedule(seed), { main: process.env['ONCALLM_MAIN'] });
      expect(result.violations, `to run it again: npm run test:faults -- --schedules 1 --seed ${seed}`).toEqual([]);
      expect(result.counts.alerts).toBeGreaterThan(0);
      expect(result.counts.looks).toBeGreaterThan(10);
    },
    120_000,
  );

  test('among them is every kind of fault, and each is the same every time', () => {
    const kinds = new Set(SEEDS.flatMap((seed) => createSchedule(seed).faults.map(({ kind }) => kind)));
    expect([...kinds].toSorted()).toEqual(['ask-again', 'clock', 'full', 'kill', 'kubernetes', 'network', 'pause', 'receiver', 'sync', 'terminate']);
    expect(createSchedule(41)).toEqual(createSchedule(41));
    expect(createSchedule(41)).not.toEqual({ ...createSchedule(42), seed: 41 });
  });
});
