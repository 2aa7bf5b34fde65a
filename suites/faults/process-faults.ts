import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What happens inside one process of the product, and stays when it is started again: its clock, its fsync. */
export interface ProcessFaults {
  /** For the environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  /** How far its wall clock is from ours; 0: it is right. */
  setClock(aheadMs: number): void;
  failSync(fails: boolean): void;
  remove(): void;
}

const SOURCE = join(import.meta.dirname, 'shim.c');

/** Compiles the library that does it; undefined where there is no C compiler, and such faults then do nothing. */
export function buildShim(dir: string): string | undefined {
  const library = join(dir, 'shim.so');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O2', '-Wall', '-Werror', '-o', library, SOURCE, '-ldl'], { stdio: 'pipe' });
    return library;
  } catch (thrown) {
    // The compiler's own complaint is a mistake in the source, and told.
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

export function createProcessFaults(dir: string, replica: number, shim: string | undefined): ProcessFaults {
  if (shim === undefined) return { env: {}, setClock: () => {}, failSync: () => {}, remove: () => {} };
  const path = join(dir, `faults-${replica}`);
  const file = openSync(path, 'w');
  const set = (position: 0 | 8, value: bigint): void => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    writeSync(file, bytes, 0, 8, position);
  };
  set(0, 0n);
  set(8, 0n);
  return {
    env: { LD_PRELOAD: shim, ONCALLM_FAULTS: path },
    setClock: (aheadMs) => set(0, BigInt(Math.round(aheadMs)) * 1_000_000n),
    failSync: (fails) => set(8, fails ? 1n : 0n),
    remove: () => closeSync(file),
  };
}
