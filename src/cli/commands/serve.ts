import { createLog } from '#app/create-log.ts';
import { serve } from '#app/serve.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { settingsOf } from '../settings.ts';

export const serveCommand: Command = {
  name: 'serve',
  about: 'Receive alerts, investigate them, show the reports.',
  operands: '',
  operandCount: [0, 0],
  flags: {},
  details: [
    'Settings come from the environment and from the YAML file that CONFIG_FILE names (docs/configuration.md).',
    'SIGTERM and Ctrl-C finish what runs and end; what waits is investigated after the next start.',
  ],
  async run(_given, { env, terminal, version, home, signal }) {
    const loaded = settingsOf({ env });
    const log = createLog(loaded.config.general, { write: (line) => terminal.out(line.trimEnd()) });
    await serve({ loaded, env, log, version, home, signal, uptimeMs: () => performance.now() });
    return EXIT.ok;
  },
};
