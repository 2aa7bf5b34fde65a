import { existsSync } from 'node:fs';
import { OncallmError } from '#domain/error.ts';
import type { DatabaseLocation } from '#store/options.ts';
import { openSqliteStore } from '#store/sqlite/open-sqlite-store.ts';
import type { Store } from '#store/store.ts';

export interface OpenStoreOptions {
  readonly clock: () => Date;
  readonly newId: () => string;
  /** Do not create what is not there. */
  readonly mustExist?: boolean;
}

/** Opens the database that DATABASE_URL names; the one place that chooses which kind of store it is. Rejects with an OncallmError. */
export async function openStore({ file }: DatabaseLocation, { clock, newId, mustExist = false }: OpenStoreOptions): Promise<Store> {
  if (mustExist && !existsSync(file))
    throw new OncallmError('store-missing', `There is no database at ${file}.`, 'Set DATABASE_URL to the file that OnCallM uses.');
  return await openSqliteStore({ file, clock, newId });
}
