import { openPostgresStore, type PostgresStoreOptions } from '#store/postgres/open-postgres-store.ts';
import type { Store } from '#store/store.ts';

/** Stores on one database, as replicas have them: each with connections and ids of its own. */
export async function openReplicas(count: number, url: string, options: Partial<PostgresStoreOptions> = {}): Promise<readonly Store[]> {
  const stores = await Promise.all(Array.from({ length: count }, () => openPostgresStore({ url, poolSize: 4, ...options })));
  await Promise.all(stores.map((store) => store.migrate()));
  return stores;
}

/** Waits until it is so; fails after a while. */
export async function until(holds: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It did not come true within ${ms} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
