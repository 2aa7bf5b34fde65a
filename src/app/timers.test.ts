import pino from 'pino';
import { expect, test } from 'vitest';
import { startChores } from './timers.ts';

test('a chore runs again and again, also after it failed, until stopped', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line) => lines.push(line) });
  const thrice = Promise.withResolvers<void>();
  let runs = 0;
  const run = async (): Promise<void> => {
    runs += 1;
    if (runs === 3) thrice.resolve();
    if (runs === 1) throw new Error('no disk');
  };
  const stop = startChores([{ name: 'sweep', everyMs: 1, firstAfterMs: 0, run }], log);
  // The timers do not keep a process alive; the test does.
  const alive = setInterval(() => {}, 1_000);
  await thrice.promise;
  clearInterval(alive);
  await stop();
  const after = runs;
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(runs).toBe(after);
  expect(lines.join()).toContain('no disk');
});
