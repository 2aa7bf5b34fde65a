import { type Diagnosis, examine } from '#app/examine.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { wrap } from '../render-report.ts';
import { tryLoading } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  about: 'Check settings, database, cluster rights, Prometheus and Loki, and say what to fix.',
  operands: '',
  operandCount: [0, 0],
  flags: {
    namespace: { type: 'string', short: 'n', value: 'NS', about: 'Check the rights in this namespace only, for a Role that covers one.' },
    json: { type: 'boolean', about: 'Print the findings as JSON.' },
  },
  details: ['Only looks; the database file is created if it does not exist. Exit code 1 when something fails, 3 when a setting is wrong.'],
  async run(given, { env, terminal, signal }) {
    const loaded = tryLoading(env);
    const findings: readonly Diagnosis[] = loaded.ok
      ? await examine({ loaded, env, namespace: given.text('namespace'), signal, step: (what) => terminal.progress(`${what} ...`) })
      : loaded.problems.map((problem) => ({
          part: 'Settings',
          state: 'failing',
          detail: problem,
          fix: 'Correct it; docs/configuration.md describes every setting.',
        }));
    terminal.progress('');
    if (given.has('json')) terminal.out(JSON.stringify(findings, null, 2));
    else for (const finding of findings) printFinding(finding, terminal);
    if (!loaded.ok) return EXIT.config;
    return findings.some(({ state }) => state === 'failing') ? EXIT.failed : EXIT.ok;
  },
};

const MARKS: Readonly<Record<Diagnosis['state'], string>> = { ok: 'ok  ', attention: 'note', failing: 'FAIL' };

function printFinding({ part, state, detail, fix }: Diagnosis, terminal: Terminal): void {
  terminal.out(wrap(`${MARKS[state]}  ${part}: ${detail}`, 0, terminal, 6));
  if (fix) terminal.out(wrap(fix, 6, terminal));
}
