import { storeOptions } from '#store/options.ts';
import { type Arguments, type Command, UsageError } from '../command.ts';
import { EXIT } from '../exit-code.ts';

export const copyCommand: Command = {
  name: 'copy',
  about: 'Copy everything from a SQLite file into an empty PostgreSQL database.',
  operands: '',
  operandCount: [0, 0],
  flags: {
    from: { type: 'string', value: 'FILE', about: 'The SQLite file, as DATABASE_URL names it.' },
    to: {
      type: 'string',
      value: 'URL',
      about: 'postgres://user:password@host:5432/database; DATABASE_URL when it is not given, which shows the password to nobody.',
    },
  },
  details: [
    'Stop OnCallM first. Everything is copied, or nothing; the file stays as it is. Then start OnCallM with the new DATABASE_URL.',
    'oncallm copy --from ./data/oncallm.db --to postgres://oncallm@db/oncallm',
  ],
  async run(given, { env, terminal }) {
    const from = locationOf(given, 'from', undefined);
    const to = locationOf(given, 'to', env['DATABASE_URL']);
    if (from.kind !== 'sqlite') throw new UsageError('--from is the path of a SQLite file');
    if (to.kind !== 'postgres') throw new UsageError('--to is a postgres:// URL');
    const { copyFromSqlite } = await import('#store/postgres/copy-from-sqlite.ts');
    const counts: string[] = [];
    await copyFromSqlite({
      file: from.file,
      url: to.url,
      copied(table, rows) {
        counts.push(`${table} ${rows}`);
        terminal.progress(`Copied ${table}: ${rows}`);
      },
    });
    terminal.progress('');
    terminal.out(`Copied ${counts.join(', ')}.`);
    return EXIT.ok;
  },
};

function locationOf(given: Arguments, flag: 'from' | 'to', otherwise: string | undefined) {
  const text = given.text(flag) ?? otherwise;
  if (text === undefined || text === '') throw new UsageError(`--${flag} is missing`);
  const parsed = storeOptions.database.schema.safeParse(text);
  if (!parsed.success) throw new UsageError(`--${flag}: ${parsed.error.issues[0]?.message ?? 'is not a database'}`);
  return parsed.data;
}
