import { OncallmError } from '#domain/error.ts';
import type { Store } from '#store/store.ts';

/** A store that may be handed out before it is open: the server listens first, so that a delivery hears 503 and comes again. */
export interface LateStore {
  readonly store: Store;
  /** From now on `store` is this one; listeners that were added before are added to it. */
  open(real: Store): void;
}

type Listen = (listener: (what: never) => void) => () => void;

/** Until it is open every method rejects with `store-unavailable`; listeners may be added at any time. */
export function createLateStore(): LateStore {
  let real: Store | undefined;
  const early: (() => void)[] = [];

  const listen =
    (name: 'onQueued' | 'onProgress' | 'onQuestion'): Listen =>
    (listener) => {
      let stop: (() => void) | undefined;
      let stopped = false;
      const add = (): void => {
        if (!stopped && real) stop = (real[name] as Listen)(listener);
      };
      if (real) add();
      else early.push(add);
      return () => {
        stopped = true;
        stop?.();
      };
    };

  const store = new Proxy({} as Store, {
    get(_target, name: keyof Store) {
      if (name === 'onQueued' || name === 'onProgress' || name === 'onQuestion') return listen(name);
      if (real) return real[name];
      return async () => {
        throw new OncallmError('store-unavailable', 'The database is not open yet.', 'Try again in a moment.');
      };
    },
  });
  return {
    store,
    open(opened) {
      real = opened;
      for (const add of early.splice(0)) add();
    },
  };
}
