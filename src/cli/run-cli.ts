import { parseArgs } from 'node:util';
import { messageOf, OncallmError } from '#domain/error.ts';
import { nearestWord } from '#lib/nearest-word.ts';
import { type Arguments, type Command, type Context, parseOptionsOf, UsageError } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { commandHelp, overview, usage } from './help.ts';
import { ConfigError } from './settings.ts';

/** Where commands come from; each is loaded when it is needed. */
export interface CommandShelf {
  readonly names: readonly string[];
  load(name: string): Promise<Command | undefined>;
}

/** Runs `oncallm` with these arguments (without node and script) and tells what to exit with. Never throws. */
export async function runCli(args: readonly string[], shelf: CommandShelf, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const [first, ...rest] = args;
  if (first === '--version' || first === '-v') {
    terminal.out(context.version);
    return EXIT.ok;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    const asked = await shelf.load(rest[0] ?? '');
    terminal.out(asked ? commandHelp(asked) : overview(await everyCommand(shelf), context.version));
    return EXIT.ok;
  }
  const named = first === undefined || first.startsWith('-') ? undefined : first;
  const command = await shelf.load(named ?? 'serve');
  if (command === undefined) {
    const meant = nearestWord(named ?? '', shelf.names);
    terminal.err(`oncallm: there is no command ${JSON.stringify(named)}${meant ? `; did you mean ${meant}?` : ''}`);
    terminal.err('Run `oncallm --help` for the list.');
    return EXIT.usage;
  }
  return await runCommand(command, named === undefined ? args : rest, context);
}

async function everyCommand(shelf: CommandShelf): Promise<readonly Command[]> {
  const commands = await Promise.all(shelf.names.map((name) => shelf.load(name)));
  return commands.filter((command) => command !== undefined);
}

async function runCommand(command: Command, args: readonly string[], context: Context): Promise<ExitCode> {
  const { terminal } = context;
  try {
    const given = parse(command, args);
    if (given.has('help')) {
      terminal.out(commandHelp(command));
      return EXIT.ok;
    }
    const [min, max] = command.operandCount;
    if (given.positionals.length < min) throw new UsageError(`${command.operands} is missing`);
    if (given.positionals.length > max) throw new UsageError(`unexpected ${JSON.stringify(given.positionals[max])}`);
    return await command.run(given, context);
  } catch (thrown) {
    terminal.progress('');
    if (thrown instanceof UsageError) {
      terminal.err(`oncallm ${command.name}: ${thrown.message}`);
      terminal.err(`Usage: ${usage(command)}`);
      terminal.err(`Run \`oncallm ${command.name} --help\` for more.`);
      return EXIT.usage;
    }
    if (thrown instanceof ConfigError) {
      for (const problem of thrown.problems) terminal.err(`oncallm: ${problem}`);
      return EXIT.config;
    }
    // A problem and what to do about it are one line: logs and supervisors show lines.
    terminal.err(`oncallm ${command.name}: ${messageOf(thrown)}${thrown instanceof OncallmError ? ` ${thrown.fix}` : ''}`);
    if (thrown instanceof OncallmError) return EXIT.failed;
    if (thrown instanceof Error && thrown.stack) terminal.err(thrown.stack);
    return EXIT.failed;
  }
}

function parse(command: Command, args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: parseOptionsOf(command), allowPositionals: true, strict: true });
    const all = (name: string): readonly string[] => {
      const value = values[name];
      return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
    };
    return { all, text: (name) => all(name).at(-1), has: (name) => values[name] !== undefined, positionals };
  } catch (thrown) {
    throw new UsageError(messageOf(thrown).replace(/\. To specify a positional argument.*$/, ''));
  }
}
