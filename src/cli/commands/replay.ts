import { investigateOnce } from '#app/investigate-once.ts';
import { OncallmError } from '#domain/error.ts';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { RULES } from '#rules/registry.ts';
import { openRecording } from '#sources/recording/open-recording.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { OUTPUT_FLAGS, outputForm, printReport } from '../report-output.ts';

export const replayCommand: Command = {
  name: 'replay',
  about: 'Investigate a recorded incident, with the clock at the time it was recorded.',
  operands: 'DIR',
  operandCount: [1, 1],
  flags: OUTPUT_FLAGS,
  details: [
    'DIR is what `oncallm record` wrote, with the webhook of the incident in alert.json. Without that file the',
    'recorded namespace is investigated as a whole. Nothing outside DIR is asked, and no setting matters.',
    '',
    'Example: oncallm replay scenarios/memory-limit',
  ],
  async run(given, { terminal, signal }) {
    const form = outputForm(given);
    const [dir = ''] = given.positionals;
    const recording = await openRecording(dir);
    const clock = (): Date => new Date(recording.takenAt);
    const newId = createUuidV7({ clock });
    const body = recording.alert ?? { alerts: [{ labels: { alertname: 'Replay', namespace: recording.namespace }, startsAt: recording.takenAt }] };
    const meta = { id: newId(), cluster: 'default', receivedAt: recording.takenAt, remoteAddress: '', userAgent: '' };
    const parsed = parseDelivery(JSON.stringify(body), meta);
    if (!parsed.ok || parsed.delivery.alerts.length === 0) {
      throw new OncallmError(
        'alert-invalid',
        `${dir}/alert.json is not a webhook of Alertmanager${parsed.ok ? '' : ` (${parsed.why})`}.`,
        'Put the body as it was posted there, or remove the file.',
      );
    }
    const report = await investigateOnce({
      delivery: parsed.delivery,
      world: { sources: [recording.source], clock },
      rules: RULES,
      baseUrl: 'http://localhost:8001',
      newId,
      signal,
      step: (what) => terminal.progress(`${what} ...`),
    });
    printReport(report, form, terminal);
    return EXIT.ok;
  },
};
