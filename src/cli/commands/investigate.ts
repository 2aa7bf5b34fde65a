import { readFile } from 'node:fs/promises';
import { createLog } from '#app/create-log.ts';
import { investigateOnce } from '#app/investigate-once.ts';
import { createLiveWorlds } from '#app/live-worlds.ts';
import type { Delivery } from '#domain/alert.ts';
import { messageOf, OncallmError } from '#domain/error.ts';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { RULES } from '#rules/registry.ts';
import { type Arguments, type Command, type Context, UsageError } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { OUTPUT_FLAGS, outputForm, printReport } from '../report-output.ts';
import { settingsOf } from '../settings.ts';

export const investigateCommand: Command = {
  name: 'investigate',
  about: 'Investigate an alert now, and print the answer.',
  operands: '[FILE | -]',
  operandCount: [0, 1],
  flags: {
    alertname: { type: 'string', value: 'NAME', about: 'Name of the alert, instead of a file.' },
    namespace: { type: 'string', short: 'n', value: 'NS', about: 'Namespace of the alert; alone: look at everything in it.' },
    label: { type: 'string', short: 'l', value: 'KEY=VALUE', about: 'Another label, such as pod=web-0; may be given several times.' },
    cluster: { type: 'string', value: 'NAME', about: 'Cluster that the alert comes from, as in /webhook/NAME.' },
    ...OUTPUT_FLAGS,
  },
  details: [
    'FILE holds the body of an Alertmanager webhook, or a list of alerts as `amtool alert query -o json` prints it;',
    '- reads it from standard input. The cluster is read as the settings say (KUBECONFIG, PROMETHEUS_URL, LOKI_URL).',
    'Nothing is stored.',
    '',
    'Examples: oncallm investigate alert.json',
    '          oncallm investigate --alertname KubePodCrashLooping -n shop -l pod=web-6c9f7d5b8-x2x7k',
  ],
  async run(given, context) {
    const form = outputForm(given);
    const { config } = settingsOf(context);
    const newId = createUuidV7();
    const body = await bodyOf(given, context);
    const delivery = deliveryOf(body, given, newId());
    const clock = (): Date => new Date();
    const log = createLog({ logLevel: 'warn', logFormat: 'text' }, { write: (line) => context.terminal.err(line.trimEnd()) });
    const worlds = createLiveWorlds({ config, env: context.env, clock, log });
    try {
      const step = (what: string): void => context.terminal.progress(`${what} ...`);
      const world = worlds.of(delivery.cluster);
      const report = await investigateOnce({ delivery, world, rules: RULES, baseUrl: config.web.baseUrl, newId, signal: context.signal, step });
      printReport(report, form, context.terminal);
      return EXIT.ok;
    } finally {
      await worlds.close();
    }
  },
};

/** The text to parse: a file, standard input, or made from the flags. */
async function bodyOf(given: Arguments, { readStdin }: Context): Promise<string> {
  const [file] = given.positionals;
  const labels = labelsOf(given);
  if (file !== undefined) {
    if (Object.keys(labels).length > 0) throw new UsageError('give a file or labels, not both');
    return file === '-' ? await readStdin() : await readText(file);
  }
  if (Object.keys(labels).length === 0) throw new UsageError('which alert? Give a file, - for standard input, or --alertname and --namespace');
  return JSON.stringify({ alerts: [{ status: 'firing', labels: { alertname: 'Manual', ...labels }, startsAt: new Date().toISOString() }] });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw new OncallmError('file-unreadable', `Cannot read ${file}: ${messageOf(thrown)}.`, 'Name a file that exists, or - for standard input.');
  }
}

function labelsOf(given: Arguments): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const pair of given.all('label')) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--label ${JSON.stringify(pair)} is not KEY=VALUE`);
    labels[pair.slice(0, at)] = pair.slice(at + 1);
  }
  const [alertname, namespace] = [given.text('alertname'), given.text('namespace')];
  return { ...labels, ...(alertname === undefined ? {} : { alertname }), ...(namespace === undefined ? {} : { namespace }) };
}

function deliveryOf(body: string, given: Arguments, id: string): Delivery {
  const parsed = parseDelivery(body, {
    id,
    cluster: given.text('cluster') ?? 'default',
    receivedAt: new Date().toISOString(),
    remoteAddress: '',
    userAgent: '',
  });
  if (!parsed.ok)
    throw new OncallmError('alert-invalid', `This is not an alert: ${parsed.why}.`, 'Give the body of an Alertmanager webhook, or a list of alerts, as JSON.');
  if (parsed.delivery.alerts.length === 0) throw new OncallmError('alert-invalid', 'There is no alert in it.', 'Give a body with at least one alert.');
  return parsed.delivery;
}
