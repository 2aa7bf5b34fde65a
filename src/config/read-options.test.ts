import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';
import { readOptions, type SettingSources } from './read-options.ts';

const whole = z.string().regex(/^\d+$/, 'allowed is a whole number').transform(Number);
const GROUPS = {
  web: defineOptions({
    port: option({ env: 'APP_PORT', schema: whole, default: '8001', about: 'Port.' }),
    tokens: option({ env: 'APP_TOKEN', schema: z.string().min(8, 'allowed are 8 characters or more'), secret: true, about: 'Token.' }),
  }),
  model: defineOptions({
    model: option({ env: 'LLM_MODEL', aliases: ['OPENAI_MODEL'], schema: z.string(), about: 'Model.' }),
  }),
};

function read(given: Partial<SettingSources> = {}) {
  const readFile = (path: string): string => {
    if (path === '/run/secrets/token') return 'from-a-file\n';
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  };
  return readOptions(GROUPS, { env: {}, file: null, readFile, ...given });
}
const yaml = (entries: Readonly<Record<string, unknown>>) => ({ path: 'oncallm.yaml', entries });

test('defaults hold where nothing is set, and an option without one is undefined', () => {
  expect(read().values).toEqual({ web: { port: 8001, tokens: undefined }, model: { model: undefined } });
});

test('the file beats the default, the environment the file, the secret file the environment', () => {
  expect(read({ file: yaml({ APP_PORT: 9000 }) }).values['web']?.['port']).toBe(9000);
  expect(read({ file: yaml({ APP_PORT: 9000 }), env: { APP_PORT: '9001' } }).values['web']?.['port']).toBe(9001);
  const secret = read({ file: yaml({ APP_TOKEN: 'from-the-yaml' }), env: { APP_TOKEN: 'from-the-env', APP_TOKEN_FILE: '/run/secrets/token' } });
  expect(secret.values['web']?.['tokens']).toBe('from-a-file');
});

test('an empty variable counts as not set', () => {
  const settings = read({ env: { APP_PORT: ' ' } });
  expect(settings.values['web']?.['port']).toBe(8001);
  expect(settings.set.size).toBe(0);
});

test('an alias means the same, and the name itself goes first', () => {
  expect(read({ env: { OPENAI_MODEL: 'b' } }).values['model']?.['model']).toBe('b');
  expect(read({ env: { OPENAI_MODEL: 'b', LLM_MODEL: 'a' } }).values['model']?.['model']).toBe('a');
});

test('every bad value gets a line that names it, what came, from where, and what is allowed', () => {
  const { problems } = read({ env: { APP_PORT: 'eighty', APP_TOKEN_FILE: '/nowhere' }, file: yaml({ LLM_MODEL: { name: 'x' } }) });
  expect(problems).toEqual([
    'APP_PORT: got "eighty" from the environment; allowed is a whole number. The default is 8001.',
    'APP_TOKEN_FILE: cannot read the file "/nowhere" (ENOENT); it must exist and be readable by this user.',
    'LLM_MODEL in oncallm.yaml: got a nested value; allowed is one text, number, true or false, or a list of them.',
  ]);
});

test('a variable that Kubernetes set for a Service is explained', () => {
  expect(read({ env: { APP_PORT: 'tcp://10.0.0.7:80' } }).problems[0]).toContain('enableServiceLinks: false');
});

test('a secret is never shown', () => {
  const { problems } = read({ env: { APP_TOKEN: 'hunter2' } });
  expect(problems).toHaveLength(1);
  expect(problems.join()).not.toContain('hunter2');
});

test('an unknown key of the file is rejected by name, with a suggestion', () => {
  expect(read({ file: yaml({ app_prot: 1, COLOUR: 'red' }) }).problems).toEqual([
    '"app_prot" in oncallm.yaml: there is no such setting; did you mean APP_PORT?',
    '"COLOUR" in oncallm.yaml: there is no such setting',
  ]);
});
