import type { Investigation, ProgressStep } from '#domain/investigation.ts';

/** What a write does besides its rows: to be told to others once it is committed. */
export interface Effects {
  readonly queued: string[];
  readonly cancelled: string[];
  readonly steps: ProgressStep[];
  /** Questions that got a step or ended. */
  readonly questions: string[];
  /** Investigations about which somebody is owed a notice. */
  readonly owed: string[];
}

export function noEffects(): Effects {
  return { queued: [], cancelled: [], steps: [], questions: [], owed: [] };
}

export interface Listeners<T> {
  add(listener: (value: T) => void): () => void;
  tell(value: T): void;
}

/** Listeners are called in a microtask of their own: what they throw is their bug and not the caller's failed write. */
export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    add(listener) {
      // A wrapper of its own: the same function may listen twice.
      const heard = (value: T): void => listener(value);
      listeners.add(heard);
      return () => void listeners.delete(heard);
    },
    tell(value) {
      for (const listener of listeners) queueMicrotask(() => listener(value));
    },
  };
}

/** What of an investigation the report of its alerts says. */
export const STATUS_OF: Readonly<Record<Investigation['state'], 'queued' | 'investigating' | 'completed' | 'failed' | 'skipped'>> = {
  queued: 'queued',
  running: 'investigating',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'skipped',
};
