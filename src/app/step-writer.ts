import { displayLine } from '#lib/display-text.ts';

const STEP_CHARACTERS = 300;

/** Writes what is being done, a line each, for somebody who waits. */
export interface StepWriter {
  add(what: string): void;
  /** Resolves when everything added before was written, or could not be. */
  written(): Promise<void>;
}

/** What a step names may come from outside, so it is written as it may be shown. Lines are written in order and nobody waits for them; one that cannot be written is no reason to stop: `failed` hears of it. */
export function createStepWriter(write: (what: string) => Promise<void>, failed: (thrown: unknown) => void): StepWriter {
  let last: Promise<void> = Promise.resolve();
  return {
    add(what) {
      last = last.then(() => write(displayLine(what, STEP_CHARACTERS))).catch(failed);
    },
    written: () => last,
  };
}
