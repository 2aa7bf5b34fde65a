import type { ParseArgsOptionsConfig } from 'node:util';
import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What a command gets from the process it runs in. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** Aborts when the user presses Ctrl-C or the process is asked to end. */
  readonly signal: AbortSignal;
  /** Everything from standard input. */
  readonly readStdin: () => Promise<string>;
  readonly version: string;
  /** Folder of the package: package.json, dist/ and scenarios/ are in it. */
  readonly home: string;
}

export interface Flag {
  readonly type: 'string' | 'boolean';
  /** One letter. */
  readonly short?: string;
  /** Name of the value in the help: `DIR`. */
  readonly value?: string;
  readonly about: string;
}

export interface Arguments {
  /** Text of a flag; the last if it was given several times. */
  readonly text: (name: string) => string | undefined;
  readonly all: (name: string) => readonly string[];
  readonly has: (name: string) => boolean;
  readonly positionals: readonly string[];
}

/** One subcommand of `oncallm`. */
export interface Command {
  readonly name: string;
  /** One line for the overview. */
  readonly about: string;
  /** What follows the name in the usage line: `[FILE | -]`. */
  readonly operands: string;
  /** How many operands there may be. */
  readonly operandCount: readonly [min: number, max: number];
  readonly flags: Readonly<Record<string, Flag>>;
  /** A few lines under the usage: what it reads, what it prints, examples. */
  readonly details: readonly string[];
  /** Throws a UsageError for arguments that do not fit, an OncallmError for what the user must hear. */
  run(given: Arguments, context: Context): Promise<ExitCode>;
}

/** The command line does not make sense; the message says how, the help follows. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The flags every command has. */
export const HELP_FLAG: Flag = { type: 'boolean', short: 'h', about: 'Show this help.' };

export function parseOptionsOf(command: Command): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries({ ...command.flags, help: HELP_FLAG }).map(([name, { type, short }]) => [
      name,
      { type, ...(type === 'string' ? { multiple: true } : {}), ...(short === undefined ? {} : { short }) },
    ]),
  );
}
