import { readFileSync } from 'node:fs';
import pg from 'pg';

/** Milliseconds so far. */
export type Stopwatch = () => number;

/**
 * How long processors have worked for this process and, if given, for the processes of a PostgreSQL server on this machine: on a busy machine it says what the passing
 * time would be on an idle one, at most, as what waits for another is not counted and what works beside another is. Linux only. Ask for it before connections are made, and close it after.
 */
export async function processorTime(url: string | undefined): Promise<{ readonly now: Stopwatch; readonly close: () => Promise<void> }> {
  const own: Stopwatch = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
  if (url === undefined) return { now: own, close: async () => {} };
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const server = parentOf(rows[0]?.pid ?? 0);
  return { now: () => own() + childrenOf(server).reduce((sum, pid) => sum + workedMs(pid), 0), close: () => client.end() };
}

function parentOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
}

/** https://docs.kernel.org/filesystems/proc.html: the children of its main thread. */
function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

/** The first number of schedstat: nanoseconds on a processor (https://docs.kernel.org/scheduler/sched-stats.html). 0 for one that has ended. */
function workedMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}
