import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * `npm run dev`: compiles on every change and starts the demo anew: recorded incidents, their webhooks, the pages. Needs no cluster and no key.
 * Arguments go to the command: `npm run dev -- serve` runs the server as it is deployed.
 */
const root = join(import.meta.dirname, '..');
const tsc = join(root, 'node_modules/.bin/tsc');
const command = process.argv.length > 2 ? process.argv.slice(2) : ['demo'];

spawnSync(tsc, ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
spawnSync(tsc, ['-p', 'tsconfig.client.json'], { cwd: root, stdio: 'inherit' });
spawnSync(process.execPath, ['scripts/copy-assets.ts'], { cwd: root, stdio: 'inherit' });

const children: readonly ChildProcess[] = [
  spawn(tsc, ['-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'], { cwd: root, stdio: 'inherit' }),
  spawn(process.execPath, ['--enable-source-maps', '--watch', '--watch-preserve-output', 'dist/main.js', ...command], { cwd: root, stdio: 'inherit' }),
];
const end = (): void => {
  for (const child of children) child.kill('SIGTERM');
};
process.once('SIGINT', end);
process.once('SIGTERM', end);
for (const child of children) child.once('exit', end);
