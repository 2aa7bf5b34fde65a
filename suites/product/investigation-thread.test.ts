import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('an investigation that uses up all memory ends its thread and not the process', async () => {
  const flags = ['--conditions=oncallm', '--max-semi-space-size=4', '--max-old-space-size=384'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, join(import.meta.dirname, 'out-of-memory.ts')]);
  expect(stdout).toMatch(/^eats: .*The thread that investigates has died: .*memory.*\nn1: answered\n$/);
});
