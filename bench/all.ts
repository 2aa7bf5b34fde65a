import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/**
 * Everything that needs no arguments, one after the other: `npm run bench [-- --quick]`. What each prints, then a line for each. `--quick`: a tenth of the stored episodes and
 * shorter rounds. Exit code 1 when one of them is worse than it must be.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const episodes = values.quick ? '100000' : '1000000';
const SOURCES = ['--conditions=oncallm'];
const BENCHES: readonly (readonly [name: string, file: string, how: readonly string[], args: readonly string[]])[] = [
  ['ingest', 'ingest.ts', [], values.quick ? ['--seconds', '1'] : []],
  ['storm', 'storm.ts', SOURCES, []],
  ['pages', 'pages.ts', [], ['--episodes', episodes, '--no-plans']],
  ['growth', 'growth.ts', [], ['--most', episodes]],
  ['replicas', 'replicas.ts', SOURCES, values.quick ? ['--seconds', '2', '--groups', '40'] : []],
  ['investigations', 'investigations.ts', SOURCES, []],
  ['namespace', 'large-namespace.ts', SOURCES, []],
  ['live-namespace', 'live-namespace.ts', SOURCES, []],
  ['agent', 'agent.ts', SOURCES, []],
];
const lines = BENCHES.map(([name, file, how, args]) => {
  console.log(`\n== ${name}`);
  const began = performance.now();
  const { status } = spawnSync(process.execPath, [...how, `bench/${file}`, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
  return `${name.padEnd(16)}${status === 0 ? 'as it must be' : 'worse than it must be, or failed'}, ${((performance.now() - began) / 1_000).toFixed(0)} s`;
});
console.log(`\n== all\n${lines.join('\n')}`);
