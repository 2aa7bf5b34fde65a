import { parseArgs } from 'node:util';
import { type PostgresServer, startPostgres } from '../postgres/postgres-server.ts';
import { createFileGround } from './file-ground.ts';
import type { Ground } from './ground.ts';
import { createPostgresGround } from './postgres-ground.ts';
import { type RunResult, runSchedule } from './run-schedule.ts';
import { createSchedule } from './schedule.ts';

/**
 * `npm run test:faults -- [--seed N] [--schedules K] [--parallel P] [--ground tmpfs|limit|postgres] [--replicas R] [--main FILE] [--show]`: runs K schedules, of
 * seed N and those after it, P at a time. A failing one is printed with its seed, and makes the exit code 1; `--seed N --schedules 1` runs it again.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      schedules: { type: 'string', default: '10' },
      parallel: { type: 'string' },
      ground: { type: 'string', default: 'tmpfs' },
      replicas: { type: 'string' },
      main: { type: 'string' },
      show: { type: 'boolean', default: false },
    },
  });
  const [first, count] = [Number(values.seed), Number(values.schedules)];
  const replicas = Number(values.replicas ?? (values.ground === 'postgres' ? 3 : 1));
  // As many as two cores can start and stop without everybody waiting for everybody.
  const parallel = Number(values.parallel ?? (replicas > 1 ? 2 : 3));
  const began = Date.now();
  const failed: number[] = [];
  let next = first;
  /** Runs schedules until there are none left; a database server of its own, since schedules stop it. */
  const lane = async (): Promise<void> => {
    const server = values.ground === 'postgres' ? await startPostgres() : undefined;
    try {
      for (let seed = next++; seed < first + count; seed = next++) {
        const schedule = createSchedule(seed, replicas);
        if (values.show) say(JSON.stringify(schedule, null, 2));
        const result = await attempt(() => runSchedule(schedule, { main: values.main, replicas, createGround: groundOf(values.ground, server) }));
        if (result.violations.length > 0) failed.push(seed);
        say(lineOf(seed, result));
        for (const violation of result.violations.slice(0, 20)) say(`    ${violation}`);
        if (result.violations.length > 20) say(`    and ${result.violations.length - 20} more`);
      }
    } finally {
      await server?.remove();
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, count) }, lane));
  const took = `${((Date.now() - began) / 1000).toFixed(0)} s`;
  say(
    failed.length === 0
      ? `${count} schedules passed in ${took}.`
      : `${failed.length} of ${count} schedules failed (${took}). To run one again: --schedules 1 --seed ${failed.toSorted((a, b) => a - b).join(' | ')}`,
  );
  return failed.length === 0 ? 0 : 1;
}

function groundOf(kind: string, server: PostgresServer | undefined): (dir: string, replicas: number) => Promise<Ground> {
  return (dir, replicas) => (server ? createPostgresGround(server, replicas) : createFileGround(dir, kind === 'limit' ? 'limit' : 'tmpfs'));
}

type Outcome = Pick<RunResult, 'violations'> & Partial<RunResult>;

async function attempt(run: () => Promise<RunResult>): Promise<Outcome> {
  try {
    return await run();
  } catch (thrown) {
    return { violations: [thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)] };
  }
}

function lineOf(seed: number, { violations, counts, ground, durationMs }: Outcome): string {
  const facts = Object.entries(counts ?? {}).map(([name, value]) => `${name} ${value}`);
  return [
    `seed ${seed}`,
    violations.length === 0 ? 'passed' : 'FAILED',
    ...facts,
    ...(durationMs === undefined ? [] : [`on ${ground}`, `${(durationMs / 1000).toFixed(1)} s`]),
  ].join('  ');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = await main();
