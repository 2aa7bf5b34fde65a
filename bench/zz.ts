import { readFileSync } from 'node:fs';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { RULES } from '#rules/registry.ts';
import { openRecording } from '#sources/recording/open-recording.ts';
import { investigateOnce } from '../src/app/investigate-once.ts';

const dir = process.argv[2];
const { source, takenAt } = await openRecording(dir);
const parsed = parseDelivery(readFileSync(dir + '/alert.json', 'utf8'), { id: 'd', cluster: 'c', receivedAt: takenAt, remoteAddress: '', userAgent: '' });
const r = await investigateOnce({
  delivery: parsed.delivery,
  world: { sources: [source], clock: () => new Date(takenAt) },
  rules: RULES,
  baseUrl: 'http://l',
  newId: createUuidV7(),
  signal: new AbortController().signal,
  step: console.log,
});
const a = r.analysis;
console.log(
  JSON.stringify(
    {
      s: a.summary,
      rc: a.root_causes.map((c) => [c.code, c.confidence, c.subject]),
      con: a.consequences.map((c) => c.code),
      ro: a.ruled_out,
      deg: a.degraded,
      tl: a.timeline,
      ev: a.evidence.slice(-2),
      ac: a.actions,
    },
    null,
    1,
  ),
);
