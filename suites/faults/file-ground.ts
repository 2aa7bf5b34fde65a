import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Ground } from './ground.ts';

const run = promisify(execFile);
const SIZE_MEBIBYTES = 48;

/** A place for a SQLite file under `dir`: a tmpfs where this user may mount one. */
export async function createFileGround(dir: string, wanted: 'tmpfs' | 'limit' = 'tmpfs'): Promise<Ground> {
  const place = join(dir, 'disk');
  mkdirSync(place);
  return wanted === 'tmpfs' && mount(place) ? createTmpfs(place) : createLimited(place);
}

function mount(place: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MEBIBYTES}m`, 'tmpfs', place], { stdio: 'ignore' });
    chmodSync(place, 0o777);
    return true;
  } catch {
    // Not root, or in a container that may not: the limit does nearly the same.
    return false;
  }
}

function createTmpfs(place: string): Ground {
  const filler = join(place, 'filler');
  return {
    database: () => join(place, 'oncallm.db'),
    kind: 'tmpfs',
    links: [],
    async fail(_pids, { spareBytes }) {
      const { bavail, bsize } = await statfs(place);
      await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - spareBytes))).catch((thrown: NodeJS.ErrnoException) => {
        // Somebody else took the last of it meanwhile: full is full.
        if (thrown.code !== 'ENOSPC') throw thrown;
      });
    },
    heal: () => rm(filler, { force: true }),
    remove: async () => void (await run('umount', ['-l', place])),
  };
}

function createLimited(place: string): Ground {
  const database = join(place, 'oncallm.db');
  const limit = async (pids: readonly number[], bytes: string): Promise<void> => {
    // A process that is gone needs no limit.
    for (const pid of pids) await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]).catch(() => {});
  };
  const sizeOf = (file: string): Promise<number> =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    );
  return {
    database: () => database,
    kind: 'limit',
    links: [],
    async fail(pids, { spareBytes }) {
      const [data, log] = await Promise.all([sizeOf(database), sizeOf(`${database}-wal`)]);
      await limit(pids, String(Math.max(data, log) + spareBytes));
    },
    heal: (pids) => limit(pids, 'unlimited'),
    remove: async () => {},
  };
}
