import { runDemo } from '#app/demo.ts';
import { endOf } from '#app/serve.ts';
import type { Report } from '#domain/report.ts';
import { displayBlock, displayLine } from '#lib/display-text.ts';
import { type Command, UsageError } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { subjectText, wrap } from '../render-report.ts';
import type { Terminal } from '../terminal.ts';

export const demoCommand: Command = {
  name: 'demo',
  about: 'Show it at work: recorded incidents, their real webhooks, the answers.',
  operands: '',
  operandCount: [0, 0],
  flags: {
    port: { type: 'string', value: 'PORT', about: 'Port for the pages (8001, or the next one that is free).' },
    once: { type: 'boolean', about: 'End after the answers instead of leaving the pages up.' },
  },
  details: ['Needs no cluster, no model and no settings. The database is temporary.'],
  async run(given, { terminal, version, home, signal }) {
    const port = Number(given.text('port') ?? 8001);
    if (!Number.isInteger(port) || port < 1 || port > 65_000) throw new UsageError('--port must be a number from 1 to 65000');
    let done = 0;
    let total = 0;
    const demo = await runDemo({
      version,
      home,
      port,
      signal,
      say: {
        started(address, wanted, scenarios) {
          total = scenarios.length;
          if (!address.endsWith(`:${wanted}`)) terminal.out(`Port ${wanted} is in use; this demo is at ${address}.`);
          terminal.out(`OnCallM ${version} at ${address}. Posting the webhooks of ${total} recorded incidents, each from a cluster of its own.`);
        },
        posted: ({ name }) => terminal.progress(`${done} of ${total} answered; alert from ${name} accepted ...`),
        progress: ({ name }, what) => terminal.progress(`${done} of ${total} answered; ${name} is ${what} ...`),
        answered(scenario, report) {
          done += 1;
          printAnswer(scenario.name, report, terminal);
        },
      },
    });
    terminal.out('');
    terminal.out(`${done} of ${total} answered.`);
    if (!given.has('once')) {
      terminal.out(`All incidents: ${demo.address}/   Press Ctrl-C to end.`);
      await endOf(signal);
    }
    await demo.stop();
    return EXIT.ok;
  },
};

function printAnswer(name: string, report: Report, terminal: Terminal): void {
  const { analysis, incident } = report;
  const [cause] = analysis?.root_causes ?? [];
  const more = (incident?.alerts.length ?? 1) - 1;
  const command = analysis?.actions.find((action) => action.command !== '' && (action.cause === null || action.cause === cause?.rank))?.command;
  terminal.out('');
  terminal.out(`${name}  ${displayLine(report.alert_name)}${more > 0 ? ` and ${more} more` : ''}`);
  terminal.out(wrap(displayLine(cause?.title ?? analysis?.summary ?? report.status_reason ?? report.status), 2, terminal));
  if (cause) terminal.out(`  ${cause.confidence} · ${cause.code} · ${subjectText(cause.subject)}`);
  if (command) terminal.out(`  $ ${displayBlock(command, 500).split('\n').join('\n    ')}`);
  terminal.out(`  ${report.report_url}`);
}
