import { type SqliteDatabase, SqliteDialect } from 'kysely';
import type { Connection } from './connection.ts';
import { closedError, storeError } from './store-error.ts';

/** Kysely over a connection of node:sqlite, for reading. Statements are cached by their text; failures become OncallmErrors. */
export function createSqliteDialect(connection: Connection): SqliteDialect {
  const guarded = <T>(work: () => T): T => {
    if (!connection.database.isOpen) throw closedError(connection.file);
    try {
      return work();
    } catch (thrown) {
      throw storeError(thrown, connection.file);
    }
  };
  const database: SqliteDatabase = {
    close: () => connection.close(),
    prepare(sql) {
      const statement = guarded(() => connection.prepare(sql));
      // The values are those of our own queries; Kysely has no type for them.
      const values = (parameters: readonly unknown[]) => parameters as Parameters<typeof statement.all>;
      return {
        reader: true,
        all: (parameters) => guarded(() => statement.all(...values(parameters))),
        run: (parameters) => guarded(() => statement.run(...values(parameters))),
        iterate: (parameters) => guarded(() => statement.iterate(...values(parameters))) as IterableIterator<unknown>,
      };
    },
  };
  return new SqliteDialect({ database });
}
