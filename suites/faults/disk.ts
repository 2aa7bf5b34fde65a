import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where the database lies, and how it comes that nothing more can be written there. */
export interface Disk {
  /** For DATABASE_URL. */
  readonly database: string;
  /** `tmpfs`: a small file system of its own, really full; `limit`: no file of the processes may grow (RLIMIT_FSIZE); `none`: it cannot be made full here. */
  readonly kind: 'tmpfs' | 'limit' | 'none';
  /** Leaves at most so many bytes to the processes. */
  fill(pids: readonly number[], spareBytes: number): Promise<void>;
  /** There is room again. */
  free(pids: readonly number[]): Promise<void>;
  remove(): void;
}

const run = promisify(execFile);
const SIZE_MEBIBYTES = 48;

/** A place for a SQLite file under `dir`: a tmpfs where this user may mount one. */
export function createDisk(dir: string, wanted: 'tmpfs' | 'limit' = 'tmpfs'): Disk {
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

function createTmpfs(place: string): Disk {
  const filler = join(place, 'filler');
  return {
    database: join(place, 'oncallm.db'),
    kind: 'tmpfs',
    async fill(_pids, spareBytes) {
      const { bavail, bsize } = await statfs(place);
      await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - spareBytes))).catch((thrown: NodeJS.ErrnoException) => {
        // Somebody else took the last of it meanwhile: full is full.
        if (thrown.code !== 'ENOSPC') throw thrown;
      });
    },
    free: () => rm(filler, { force: true }),
    remove: () => void execFileSync('umount', ['-l', place], { stdio: 'ignore' }),
  };
}

function createLimited(place: string): Disk {
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
    database,
    kind: 'limit',
    async fill(pids, spareBytes) {
      const [data, log] = await Promise.all([sizeOf(database), sizeOf(`${database}-wal`)]);
      await limit(pids, String(Math.max(data, log) + spareBytes));
    },
    free: (pids) => limit(pids, 'unlimited'),
    remove: () => {},
  };
}
