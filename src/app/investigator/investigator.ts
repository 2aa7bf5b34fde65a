import type { Analysis } from '#domain/report.ts';
import type { Work } from '#investigate/investigate.ts';
import type { Worlds } from '../world.ts';

/** An investigation asks for some seconds; past this it answers with what it has. */
export const INVESTIGATION_MS = 60_000;

/** Finds out by rules why the alerts of an incident fired, wherever that runs. */
export interface Investigator {
  /**
   * Always answers while the signal is not aborted: what could not be read is named in the answer. Rejects when it was cut off, or when what it runs in
   * died; then it must be tried again.
   */
  investigate(work: Work, signal: AbortSignal, step: (what: string) => void): Promise<Analysis>;
  /** What it looks at, for those who look further: through the same connections, limits and shared reads. */
  readonly worlds: Worlds;
}
