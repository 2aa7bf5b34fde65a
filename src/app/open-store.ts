import { existsSync } from 'node:fs';
import { OncallmError } from '#domain/error.ts';
import type { StoreOptions } from '#store/options.ts';
import { openSqliteStore } from '#store/sqlite/open-sqlite-store.ts';
import type { Store } from '#store/store.ts';

export interface OpenStoreOptions {
  readonly clock: () => Date;
  readonly newId: () => string;
  /** Do not create what is not there. */
  readonly mustExist?: boolean;
  /** A server that starts together with OnCallM is waited for, until this ends it; told once why. Without it, not at all. */
  readonly patience?: { readonly signal: AbortSignal; readonly onWaiting: (why: OncallmError) => void };
}

/** How long a server may take to start. */
const WAIT_MS = 60_000;

/** Opens the database that DATABASE_URL names; the one place that chooses which kind of store it is. Rejects with an OncallmError. */
export async function openStore({ database, poolSize }: Pick<StoreOptions, 'database' | 'poolSize'>, options: OpenStoreOptions): Promise<Store> {
  const { clock, newId, mustExist = false, patience } = options;
  if (database.kind === 'postgres') {
    // Loaded when needed: a start with SQLite does not pay for it.
    const { openPostgresStore } = await import('#store/postgres/open-postgres-store.ts');
    return await openPostgresStore({ url: database.url, poolSize, clock, newId, ...(patience && { waitMs: WAIT_MS, ...patience }) });
  }
  const { file } = database;
  if (mustExist && !existsSync(file))
    throw new OncallmError('store-missing', `There is no database at ${file}.`, 'Set DATABASE_URL to the file that OnCallM uses.');
  return await openSqliteStore({ file, clock, newId });
}
