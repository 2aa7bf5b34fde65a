import pino from 'pino';
import { expect, test } from 'vitest';
import { loadConfig } from '#config/load-config.ts';
import { OncallmError } from '#domain/error.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { createLocalInvestigator } from './investigator/local-investigator.ts';
import { type AppParts, startApp } from './start-app.ts';

const clock = (): Date => new Date('2026-03-01T12:00:00Z');

function parts(changes: Partial<AppParts>) {
  const loaded = loadConfig({ env: { APP_HOST: '127.0.0.1', APP_PORT: '0' }, readFile: () => '' });
  if (!loaded.ok) throw new Error(loaded.problems.join(' '));
  const closed: string[] = [];
  const worlds = { of: () => ({ sources: [], clock }), sources: [], close: async () => void closed.push('worlds') };
  return {
    closed,
    parts: {
      config: loaded.config,
      openStore: async () => Promise.reject(new OncallmError('store-unavailable', 'The disk is full.', 'Free space.')),
      openInvestigator: () => createLocalInvestigator(worlds, []),
      notifiers: [],
      log: pino({ level: 'silent' }),
      clock,
      newId: createUuidV7({ clock }),
      version: '0.0.0',
      assetsDirectory: import.meta.dirname,
      ...changes,
    } satisfies AppParts,
  };
}

test.each<[string, Partial<AppParts>]>([
  ['the database cannot be opened', {}],
  ['the model is not known', { openAgent: async () => Promise.reject(new OncallmError('model', 'The disk is full.', 'Free space.')) }],
])('when %s, what was started before is closed and the problem is thrown', async (_, changes) => {
  const { closed, parts: given } = parts(changes);
  await expect(startApp(given)).rejects.toThrow('The disk is full.');
  expect(closed).toEqual(['worlds']);
});
