import { expect, test } from 'vitest';
import { OncallmError } from '#domain/error.ts';
import { type Command, type Context, UsageError } from './command.ts';
import { EXIT } from './exit-code.ts';
import { runCli } from './run-cli.ts';
import { ConfigError } from './settings.ts';

const NAMES = ['serve', 'replay', 'broken'];

function command(name: string, run: Command['run'] = async () => EXIT.ok): Command {
  return {
    name,
    about: `About ${name}.`,
    operands: name === 'replay' ? 'DIR' : '',
    operandCount: name === 'replay' ? [1, 1] : [0, 0],
    flags: { label: { type: 'string', short: 'l', value: 'KEY=VALUE', about: 'A label.' }, json: { type: 'boolean', about: 'As JSON.' } },
    details: [],
    run,
  };
}

async function run(args: readonly string[], behave: Command['run'] = async () => EXIT.ok) {
  const out: string[] = [];
  const err: string[] = [];
  const context: Context = {
    env: {},
    terminal: { out: (text) => out.push(text), err: (text) => err.push(text), progress: () => {}, colour: false, width: 100 },
    signal: new AbortController().signal,
    readStdin: async () => '',
    version: '1.2.3',
    home: '/nowhere',
  };
  const shelf = { names: NAMES, load: async (name: string) => (NAMES.includes(name) ? command(name, behave) : undefined) };
  const code = await runCli(args, shelf, context);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

test('without a command it serves', async () => {
  let given: readonly string[] | undefined;
  expect(
    (
      await run(['-l', 'a=1', '--label', 'b=2'], async (flags) => {
        given = flags.all('label');
        return EXIT.ok;
      })
    ).code,
  ).toBe(0);
  expect(given).toEqual(['a=1', 'b=2']);
});

test('help and version', async () => {
  expect((await run(['--version'])).out).toBe('1.2.3');
  const overview = await run(['--help']);
  expect(overview.code).toBe(0);
  for (const name of NAMES) expect(overview.out).toContain(`About ${name}.`);
  for (const args of [
    ['replay', '--help'],
    ['replay', '-h'],
    ['help', 'replay'],
  ]) {
    expect((await run(args)).out).toContain('Usage: oncallm replay [OPTIONS] DIR');
  }
});

test('a wrong command line ends with 2, says what is wrong, and where to look', async () => {
  expect(await run(['sreve'])).toMatchObject({ code: 2, err: expect.stringContaining('did you mean serve?') });
  expect(await run(['replay'])).toMatchObject({ code: 2, err: expect.stringContaining('DIR is missing') });
  expect(await run(['replay', 'a', 'b'])).toMatchObject({ code: 2, err: expect.stringContaining('unexpected "b"') });
  expect(await run(['replay', 'a', '--frobnicate'])).toMatchObject({ code: 2, err: expect.stringContaining("'--frobnicate'") });
  const refused = await run(['serve'], async () => {
    throw new UsageError('that makes no sense');
  });
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('oncallm serve: that makes no sense\nUsage: oncallm serve') });
});

test('wrong settings end with 3, a line each', async () => {
  const refused = await run(['serve'], async () => {
    throw new ConfigError(['APP_PORT: got "x"', 'LOG_LEVEL: got "loud"']);
  });
  expect(refused).toMatchObject({ code: 3, err: 'oncallm: APP_PORT: got "x"\noncallm: LOG_LEVEL: got "loud"' });
});

test('a failure ends with 1, with what to do on the same line', async () => {
  const failed = await run(['serve'], async () => {
    throw new OncallmError('port-in-use', 'Port 8001 is in use.', 'Set APP_PORT.');
  });
  expect(failed).toMatchObject({ code: 1, err: 'oncallm serve: Port 8001 is in use. Set APP_PORT.' });
});
