/**
 * Reads that many ask for at once, or within a few seconds, done once. A failure is shared with those who wait for it, and not kept.
 */
export interface SharedReads {
  share<T>(key: string, read: () => Promise<{ readonly value: T; readonly keep: boolean }>): Promise<T>;
  clear(): void;
}

interface Shared {
  readonly result: Promise<unknown>;
  /** Undefined while it is being read. */
  expiresAt: number | undefined;
}

/** @param keepMs how long a result serves after it was read */
export function createSharedReads(now: () => number, keepMs: number): SharedReads {
  const reads = new Map<string, Shared>();
  let sweeper: NodeJS.Timeout | undefined;

  function isOver({ expiresAt }: Shared, at: number): boolean {
    return expiresAt !== undefined && expiresAt <= at;
  }
  function sweep(): void {
    const at = now();
    for (const [key, shared] of reads) if (isOver(shared, at)) reads.delete(key);
  }
  /** What nobody asks for again must not stay in memory. */
  function sweepLater(): void {
    sweeper ??= setTimeout(() => {
      sweeper = undefined;
      sweep();
      if (reads.size > 0) sweepLater();
    }, keepMs + 1).unref();
  }

  return {
    async share<T>(key: string, read: () => Promise<{ readonly value: T; readonly keep: boolean }>): Promise<T> {
      const running = reads.get(key);
      // The key names the type of what is read.
      if (running && !isOver(running, now())) return running.result as Promise<T>;
      const settled = read().then(
        ({ value, keep }) => {
          if (keep && keepMs > 0) {
            shared.expiresAt = now() + keepMs;
            sweepLater();
          } else reads.delete(key);
          return value;
        },
        (error: unknown) => {
          reads.delete(key);
          throw error;
        },
      );
      const shared: Shared = { result: settled, expiresAt: undefined };
      reads.set(key, shared);
      return settled;
    },
    clear() {
      clearTimeout(sweeper);
      sweeper = undefined;
      reads.clear();
    },
  };
}
