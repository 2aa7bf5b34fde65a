/** Lets `limit` runs go at once; the others wait in order. Protects a model that answers one request at a time. */
export interface Turns {
  /** Resolves with a function that gives the turn back (once; again does nothing); rejects with the signal's reason when it ends first. */
  take(signal: AbortSignal): Promise<() => void>;
  /** Runs that go now. */
  taken(): number;
}

export function createTurns(limit: number): Turns {
  let taken = 0;
  const waiting: (() => void)[] = [];

  const grant = (): (() => void) => {
    taken += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      taken -= 1;
      waiting.shift()?.();
    };
  };

  return {
    taken: () => taken,
    async take(signal) {
      signal.throwIfAborted();
      if (taken < limit && waiting.length === 0) return grant();
      const { promise, resolve, reject } = Promise.withResolvers<() => void>();
      const proceed = () => {
        signal.removeEventListener('abort', stop);
        resolve(grant());
      };
      const stop = () => {
        waiting.splice(waiting.indexOf(proceed), 1);
        reject(signal.reason);
      };
      waiting.push(proceed);
      signal.addEventListener('abort', stop, { once: true });
      return promise;
    },
  };
}
