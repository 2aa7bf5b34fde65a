import type { Link } from '../postgres/link.ts';

/** What the replicas stand on: where the database is, and how it comes that nothing can be written there. */
export interface Ground {
  /** For DATABASE_URL of a replica, counted from 0. */
  database(replica: number): string;
  /**
   * `tmpfs`: a file on a small file system of its own, really full; `limit`: a file, and no file of the processes may grow (RLIMIT_FSIZE);
   * `postgres`: a server that is stopped, or crashes.
   */
  readonly kind: 'tmpfs' | 'limit' | 'postgres';
  /** The network between each replica and the database; none where that is a file. */
  readonly links: readonly Link[];
  /** From now on nothing more can be written, but for some bytes. `pids`: the processes of the product. */
  fail(pids: readonly number[], how: { readonly spareBytes: number; readonly hard: boolean }): Promise<void>;
  /** All is well again. Does nothing when it is. */
  heal(pids: readonly number[]): Promise<void>;
  remove(): Promise<void>;
}
