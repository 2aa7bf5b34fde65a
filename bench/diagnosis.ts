import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '#domain/error.ts';
import { byRules, expectedIn, openIncident } from './diagnosis/incident.ts';
import { printScores } from './diagnosis/print.ts';
import { type Score, score } from './diagnosis/score.ts';

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

const scores: Score[] = [];
try {
  for (const [id, expected] of expectedIn(dir, values.only)) {
    const { analysis, ...measured } = await byRules(await openIncident(dir, id));
    scores.push(score(id, expected, analysis, measured));
  }
} catch (thrown) {
  fail(messageOf(thrown));
}

if (values.json) console.log(JSON.stringify(scores));
else printScores(scores, (line) => console.log(line));
if (values.save) {
  mkdirSync(path.dirname(values.save), { recursive: true });
  writeFileSync(values.save, JSON.stringify(scores));
}
if (values.against) compare(JSON.parse(readFileSync(values.against, 'utf8')) as Score[]);

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
