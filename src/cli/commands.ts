import type { Command } from './command.ts';
import type { CommandShelf } from './run-cli.ts';

/** In the order of the help. Each is loaded when it is run: starting `serve` does not pay for the others. */
const LOADERS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  investigate: async () => (await import('./commands/investigate.ts')).investigateCommand,
  replay: async () => (await import('./commands/replay.ts')).replayCommand,
  record: async () => (await import('./commands/record.ts')).recordCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand,
  copy: async () => (await import('./commands/copy.ts')).copyCommand,
  backup: async () => (await import('./commands/backup.ts')).backupCommand,
};

/** The commands of `oncallm`. */
export const COMMANDS: CommandShelf = {
  names: Object.keys(LOADERS),
  load: async (name) => (Object.hasOwn(LOADERS, name) ? await LOADERS[name]?.() : undefined),
};
