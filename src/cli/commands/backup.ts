import { existsSync } from 'node:fs';
import { openStore } from '#app/open-store.ts';
import { OncallmError } from '#domain/error.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { settingsOf } from '../settings.ts';

export const backupCommand: Command = {
  name: 'backup',
  about: 'Write a consistent copy of the database, while OnCallM runs or not.',
  operands: 'FILE',
  operandCount: [1, 1],
  flags: {},
  details: ['FILE must not exist yet. To restore: stop OnCallM, put the copy where DATABASE_URL points, start it.'],
  async run(given, { env, terminal }) {
    const { config } = settingsOf({ env });
    const [file = ''] = given.positionals;
    if (existsSync(file)) throw new OncallmError('file-exists', `${file} exists already.`, 'Name a file that does not exist.');
    const store = await openStore(config.store, { clock: () => new Date(), newId: createUuidV7(), mustExist: true });
    try {
      await store.backup(file);
    } finally {
      await store.close();
    }
    terminal.out(`Wrote ${file}.`);
    return EXIT.ok;
  },
};
