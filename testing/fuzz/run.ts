import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Pages } from '#web/pages.ts';
import { plainPages } from '#web/testing/plain-pages.ts';
import { type Failure, runCases, type TargetResult } from './run-cases.ts';
import { TARGETS } from './targets.ts';

/**
 * `node --conditions=oncallm --expose-gc testing/fuzz/run.ts [--cases N] [--seed S] [--target NAME] [--case K] [--show]`: N cases over all ways in. Prints what
 * each came to, and the failures with the command that repeats them; the exit code is 1 when there are any. The pages are those of `npm run build`; without a
 * build, plain ones.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      target: { type: 'string' },
      case: { type: 'string' },
      build: { type: 'string', default: join(import.meta.dirname, '../../dist') },
      show: { type: 'boolean', default: false },
    },
  });
  const pages = await builtPages(values.build);
  const seed = Number(values.seed);
  const total = values.case === undefined ? Number(values.cases) : 1;
  const names = values.target === undefined ? Object.keys(TARGETS) : [values.target];
  const strays: unknown[] = [];
  process.on('unhandledRejection', (reason) => void strays.push(reason));
  let failed = 0;
  for (const name of names) {
    const target = await TARGETS[name]?.(pages);
    if (target === undefined) throw new Error(`There is no target ${name}; there are ${Object.keys(TARGETS).join(', ')}.`);
    const count = values.target === undefined ? Math.round((total * target.share) / 1_000) : total;
    const result = await runCases(target, {
      ...{ seed, count, first: Number(values.case ?? 0), maxFailures: 20 },
      stray: () => strays.splice(0),
      progress: (done) => say(`${name}: ${done}`),
    });
    await target.close();
    say(lineOf(result));
    for (const failure of result.failures) say(describe(failure, seed, values.show));
    failed += result.failures.length;
  }
  return failed === 0 ? 0 : 1;
}

/** Plain Node reads no JSX: the pages come from the build. */
async function builtPages(build: string): Promise<Pages> {
  try {
    const { createPages } = (await import(join(build, 'web/pages/create-pages.js'))) as { createPages: (options: { readonly baseUrl: string }) => Pages };
    return createPages({ baseUrl: 'http://localhost:8001' });
  } catch (thrown) {
    say(`Without the real pages: ${String(thrown)}`);
    return plainPages;
  }
}

function lineOf({ target, cases, failures, durationMs, slowestMs, grownBytes }: TargetResult): string {
  const rate = Math.round(cases / (durationMs / 1_000));
  const grown = Number.isNaN(grownBytes) ? '?' : (grownBytes / 1024 / 1024).toFixed(1);
  return `${target}: ${cases} cases, ${failures.length} failures, ${(durationMs / 1_000).toFixed(1)} s, ${rate}/s, slowest ${Math.round(slowestMs)} ms, heap grown by ${grown} MiB`;
}

function describe({ target, case: number, why, input }: Failure, seed: number, show: boolean): string {
  const text = JSON.stringify(input) ?? '';
  return `  --target ${target} --seed ${seed} --case ${number}\n    ${why}${text === '' ? '' : `\n    ${show ? text : text.slice(0, 600)}`}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = await main();
