import { openStore } from '#app/open-store.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { settingsOf } from '../settings.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  about: 'Create or upgrade the tables of the database, and end.',
  operands: '',
  operandCount: [0, 0],
  flags: {},
  details: [
    '`oncallm serve` does this by itself at the start; several may start at once. Run it before when the user that serves may not change tables.',
    'Make a copy of the database before you upgrade: an older OnCallM refuses a newer schema.',
  ],
  async run(_given, { env, terminal }) {
    const { config } = settingsOf({ env });
    const store = await openStore(config.store, { clock: () => new Date(), newId: createUuidV7() });
    try {
      const { from, to } = await store.migrate();
      terminal.out(from === to ? `The schema has version ${to} already.` : `Upgraded the schema from version ${from} to ${to}.`);
    } finally {
      await store.close();
    }
    return EXIT.ok;
  },
};
