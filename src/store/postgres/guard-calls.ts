import { closedError } from './store-error.ts';

type Method = (...args: never[]) => Promise<unknown>;

export interface GuardedCalls<T> {
  readonly methods: T;
  /** From now on every call rejects; resolves when those before are answered. */
  end(): Promise<void>;
}

/** The same methods, which may be ended: what was called before is answered, what comes after is refused with `store-unavailable`. */
export function guardCalls<T extends object & { readonly [K in keyof T]: Method }>(methods: T, server: string): GuardedCalls<T> {
  const running = new Set<Promise<unknown>>();
  let ended = false;
  const guard =
    (method: Method): Method =>
    async (...args) => {
      if (ended) throw closedError(server);
      const call = method(...args);
      running.add(call);
      try {
        return await call;
      } finally {
        running.delete(call);
      }
    };
  return {
    methods: Object.fromEntries(Object.entries<Method>(methods).map(([name, method]) => [name, guard(method)])) as T,
    async end() {
      ended = true;
      await Promise.allSettled(running);
    },
  };
}
