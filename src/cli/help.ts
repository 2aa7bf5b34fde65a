import { type Command, type Flag, HELP_FLAG } from './command.ts';

/** The overview: `oncallm --help`. */
export function overview(commands: readonly Command[], version: string): string {
  return [
    `oncallm ${version}: finds out why an alert fired.`,
    '',
    'Usage: oncallm [COMMAND] [OPTIONS]',
    '',
    'Commands:',
    ...table(commands.map(({ name, about }) => [name, name === 'serve' ? `${about} This is the default.` : about])),
    '',
    'Options:',
    ...table([
      ['-h, --help', 'Show this help; after a command, the help of that command.'],
      ['--version', 'Show the version.'],
    ]),
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong command line, 3 wrong configuration.',
    'Settings are environment variables; docs/configuration.md lists them, and `oncallm doctor` checks them.',
  ].join('\n');
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const flags = Object.entries<Flag>({ ...command.flags, help: HELP_FLAG });
  return [
    command.about,
    '',
    `Usage: ${usage(command)}`,
    ...(command.details.length > 0 ? ['', ...command.details] : []),
    '',
    'Options:',
    ...table(flags.map(([name, flag]) => [`${flag.short ? `-${flag.short}, ` : ''}--${name}${flag.value ? ` ${flag.value}` : ''}`, flag.about])),
  ].join('\n');
}

export function usage(command: Command): string {
  return ['oncallm', command.name, Object.keys(command.flags).length > 0 ? '[OPTIONS]' : '', command.operands].filter((part) => part !== '').join(' ');
}

function table(rows: readonly (readonly [left: string, right: string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
