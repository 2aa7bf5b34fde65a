import { expect, test } from 'vitest';
import { createCountSync, type ShareCounts, type SharedCount } from './count-sync.ts';

const WINDOW_MS = 60_000;

/** Replicas that count together through one table, in a time that the test moves. */
function setUp() {
  const time = { now: Date.parse('2026-01-05T10:00:00.000Z') };
  const clock = (): Date => new Date(time.now);
  const table = new Map<string, { points: number; endsAt: string }>();
  const calls: (readonly SharedCount[])[] = [];
  const state = { broken: false };
  const due: { readonly callback: () => void; readonly ms: number }[] = [];
  const share: ShareCounts = async (counts, windowMs) => {
    calls.push(counts);
    if (state.broken) throw new Error('database closed');
    return counts.map(({ key, points }) => {
      const kept = table.get(key);
      const next = kept ? { ...kept, points: kept.points + points } : { points, endsAt: new Date(time.now + windowMs).toISOString() };
      table.set(key, next);
      return { key, ...next };
    });
  };
  const replica = () => {
    const counts: Record<string, number> = {};
    const apply = (key: string, points: number): void => {
      counts[key] = points;
    };
    const sync = createCountSync({ share, windowMs: WINDOW_MS, apply, clock, schedule: (callback, ms) => void due.push({ callback, ms }) });
    const note = (key: string, times = 1): void => {
      for (let count = 0; count < times; count++) sync.note(key);
    };
    return { counts, note };
  };
  /** Calls what is due; the waits it was asked for. */
  const pass = async (): Promise<readonly number[]> => {
    const now = due.splice(0);
    for (const { callback } of now) callback();
    await new Promise(setImmediate);
    return now.map(({ ms }) => ms);
  };
  return { time, replica, calls, state, pass, due };
}

test('what comes within half a second is told together, and each replica learns what the others counted', async () => {
  const { replica, pass, calls, due } = setUp();
  const [a, b] = [replica(), replica()];
  a.note('10.0.0.1', 60);
  a.note('all', 60);
  expect(calls).toEqual([]);
  expect(await pass()).toEqual([500]);
  expect(calls).toHaveLength(1);
  expect(a.counts).toEqual({ '10.0.0.1': 60, all: 60 });
  b.note('all', 30);
  await pass();
  expect(b.counts).toEqual({ all: 90 });
  expect(due).toEqual([]);
});

test('what is counted while it tells is told next, and is not forgotten', async () => {
  const { replica, pass, due } = setUp();
  const a = replica();
  a.note('all', 2);
  const passing = pass();
  a.note('all', 3);
  await passing;
  expect(a.counts).toEqual({ all: 5 });
  expect(due).toHaveLength(1);
  await pass();
  expect(a.counts).toEqual({ all: 5 });
});

test('a database that fails is asked again after a pause; what was counted meanwhile is kept for a window', async () => {
  const { replica, pass, state, time } = setUp();
  const [a, b] = [replica(), replica()];
  state.broken = true;
  a.note('all', 4);
  await pass();
  state.broken = false;
  expect(await pass()).toEqual([5_000]);
  expect(a.counts).toEqual({ all: 4 });

  state.broken = true;
  b.note('old', 7);
  time.now += WINDOW_MS;
  await pass();
  state.broken = false;
  b.note('new');
  await pass();
  expect(b.counts).toEqual({ new: 1 });
});

test('no address is written', async () => {
  const { replica, pass, calls } = setUp();
  replica().note('192.0.2.7');
  await pass();
  expect(calls.flat().map(({ key }) => key)).toEqual([expect.stringMatching(/^[\w-]{22}$/)]);
});
