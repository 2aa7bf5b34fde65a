import type { Delivery } from '#domain/alert.ts';

/** Tells who waits for a fingerprint that this process has recorded it. Other replicas' arrivals are found by looking again. */
export interface Arrivals {
  /** To be called after the commit. */
  announce(delivery: Delivery): void;
  /** Returns the way to stop. */
  onArrival(fingerprint: string, listener: () => void): () => void;
}

export function createArrivals(): Arrivals {
  const waiting = new Map<string, Set<() => void>>();
  return {
    announce(delivery) {
      if (waiting.size === 0) return;
      for (const fingerprint of new Set(delivery.alerts.map((alert) => alert.fingerprint))) {
        for (const listener of [...(waiting.get(fingerprint) ?? [])]) listener();
      }
    },
    onArrival(fingerprint, listener) {
      const listeners = waiting.get(fingerprint) ?? new Set();
      waiting.set(fingerprint, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) waiting.delete(fingerprint);
      };
    },
  };
}
