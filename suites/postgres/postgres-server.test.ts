import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test.each([0, 1, 3])('a process that uses it ends with its own exit code, %i', (code) => {
  const script = `import '${new URL('./postgres-server.ts', import.meta.url)}'; process.exitCode = ${code};`;
  expect(spawnSync(process.execPath, ['--input-type=module', '--eval', script]).status).toBe(code);
});
