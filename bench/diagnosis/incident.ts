import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Episode } from '#domain/episode.ts';
import type { Analysis } from '#domain/report.ts';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { investigate } from '#investigate/investigate.ts';
import { RULES } from '#rules/registry.ts';
import type { Rule } from '#rules/rule.ts';
import { openRecording } from '#sources/recording/open-recording.ts';
import type { Source } from '#sources/source.ts';
import type { Expected } from './score.ts';

/** A recorded incident, as a bench replays it. */
export interface RecordedIncident {
  readonly id: string;
  readonly takenAt: string;
  readonly source: Source;
  readonly episodes: readonly Episode[];
}

/** What is right for each incident in a folder, by id; `only`: of these ids. Throws when the folder does not say. */
export function expectedIn(dir: string, only?: string): ReadonlyMap<string, Expected> {
  const file = path.join(dir, 'expected.json');
  if (!existsSync(file)) throw new Error(`${file} is not there: name the folder that holds the recorded incidents and their expected.json.`);
  const expected = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Expected>;
  const wanted = only?.split(',');
  const ids = readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() && (wanted?.includes(entry.name) ?? true) ? [entry.name] : []));
  return new Map(
    ids.toSorted().flatMap((id) => {
      const right = expected[id];
      return right ? [[id, right] as const] : [];
    }),
  );
}

/** Opens the incident in one folder. */
export async function openIncident(dir: string, id: string): Promise<RecordedIncident> {
  const { source, takenAt } = await openRecording(path.join(dir, id));
  return { id, takenAt, source, episodes: episodesOf(readFileSync(path.join(dir, id, 'alert.json'), 'utf8'), takenAt) };
}

/** What the rules make of it, and what that took. */
export async function byRules(
  { id, takenAt, source, episodes }: RecordedIncident,
  rules: readonly Rule[] = RULES,
): Promise<{
  readonly analysis: Analysis;
  readonly milliseconds: number;
  readonly questions: number;
}> {
  let questions = 0;
  const counted: Source = {
    ...source,
    answer: ((question, signal) => {
      questions += 1;
      return source.answer(question, signal);
    }) as Source['answer'],
  };
  const began = performance.now();
  const analysis = await investigate(
    { incident: { id, cluster: 'default' }, episodes },
    {
      sources: [counted],
      rules,
      clock: () => new Date(takenAt),
      stopwatch: () => performance.now(),
      signal: AbortSignal.timeout(60_000),
      step: () => {},
    },
  );
  return { analysis, milliseconds: performance.now() - began, questions };
}

function episodesOf(body: string, receivedAt: string): readonly Episode[] {
  const parsed = parseDelivery(body, { id: 'bench', cluster: 'default', receivedAt, remoteAddress: '127.0.0.1', userAgent: 'bench' });
  if (!parsed.ok) throw new Error(`alert.json: ${parsed.why}`);
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
