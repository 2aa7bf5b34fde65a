import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Episode } from '#domain/episode.ts';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { investigate } from '#investigate/investigate.ts';
import { RULES } from '#rules/registry.ts';
import { openRecording } from '#sources/recording/open-recording.ts';
import { printScores } from './diagnosis/print.ts';
import { type Expected, type Score, score } from './diagnosis/score.ts';

/**
 * Measures the diagnosis on recorded incidents: `npm run bench:diagnosis -- DIR [--only ID,ID] [--save FILE] [--against FILE] [--json]`.
 * DIR holds one folder per incident (format: docs/recordings.md) and `expected.json`. Same input, same figures, to the digit (but for times).
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, save: { type: 'string' }, against: { type: 'string' }, json: { type: 'boolean', default: false } },
});
const [dir] = positionals;
if (!dir) fail('Usage: npm run bench:diagnosis -- DIR [--only ID,ID] [--save FILE] [--against FILE] [--json]');
const expectedFile = path.join(dir, 'expected.json');
if (!existsSync(expectedFile)) fail(`${expectedFile} is not there: name the folder that holds the recorded incidents and their expected.json.`);

const expected = JSON.parse(readFileSync(expectedFile, 'utf8')) as Record<string, Expected>;
const ids = readdirSync(dir, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && expected[entry.name] && (!values.only || values.only.split(',').includes(entry.name)))
  .map(({ name }) => name)
  .sort();
const scores: Score[] = [];
for (const id of ids) scores.push(await measure(id));

if (values.json) console.log(JSON.stringify(scores));
else printScores(scores, (line) => console.log(line));
if (values.save) {
  mkdirSync(path.dirname(values.save), { recursive: true });
  writeFileSync(values.save, JSON.stringify(scores));
}
if (values.against) compare(JSON.parse(readFileSync(values.against, 'utf8')) as Score[]);

async function measure(id: string): Promise<Score> {
  const recording = await openRecording(path.join(dir as string, id));
  let questions = 0;
  const source = {
    ...recording.source,
    answer: ((question, signal) => {
      questions += 1;
      return recording.source.answer(question, signal);
    }) as typeof recording.source.answer,
  };
  const began = performance.now();
  const analysis = await investigate(
    { incident: { id, cluster: 'default' }, episodes: episodesOf(readFileSync(path.join(dir as string, id, 'alert.json'), 'utf8'), recording.takenAt) },
    {
      sources: [source],
      rules: RULES,
      clock: () => new Date(recording.takenAt),
      stopwatch: () => performance.now(),
      signal: AbortSignal.timeout(60_000),
      step: () => {},
    },
  );
  return score(id, expected[id] as Expected, analysis, { milliseconds: performance.now() - began, questions });
}

function episodesOf(body: string, receivedAt: string): readonly Episode[] {
  const parsed = parseDelivery(body, { id: 'bench', cluster: 'default', receivedAt, remoteAddress: '127.0.0.1', userAgent: 'bench' });
  if (!parsed.ok) return fail(`alert.json: ${parsed.why}`);
  return parsed.delivery.alerts.map((alert, index) => ({
    ...alert,
    id: `episode-${index}`,
    cluster: 'default',
    state: 'open',
    externalUrl: parsed.delivery.externalUrl,
    truncatedAlerts: 0,
    firstSeenAt: receivedAt,
    lastSeenAt: receivedAt,
    repeats: 0,
    incidentId: 'bench',
  }));
}

function compare(before: readonly Score[]): void {
  const old = new Map(before.map((one) => [one.id, one]));
  const better = scores.filter(({ id, first }) => first && old.get(id)?.first === false);
  const worse = scores.filter(({ id, first }) => !first && old.get(id)?.first === true);
  console.log(
    `\nagainst ${values.against}: ${better.length} better (${better.map(({ id }) => id).join(' ')}), ${worse.length} worse (${worse.map(({ id }) => id).join(' ')})`,
  );
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
