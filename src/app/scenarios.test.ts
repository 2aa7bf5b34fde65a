import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { RULES } from '#rules/registry.ts';
import { openRecording } from '#sources/recording/open-recording.ts';
import { investigateOnce } from './investigate-once.ts';

interface Expected {
  readonly codes: readonly string[];
  readonly objects: readonly { readonly kind: string; readonly namespace?: string; readonly name: string }[];
  readonly healthy: boolean;
}
const ROOT = join(import.meta.dirname, '../../scenarios');
const NAMES = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

test.each(NAMES)('%s: the first answer is right', async (name) => {
  const dir = join(ROOT, name);
  const expected = JSON.parse(readFileSync(join(dir, 'expected.json'), 'utf8')) as Expected;
  const { source, takenAt, alert } = await openRecording(dir);
  const parsed = parseDelivery(JSON.stringify(alert), { id: 'd', cluster: name, receivedAt: takenAt, remoteAddress: '', userAgent: '' });
  if (!parsed.ok) throw new Error(parsed.why);
  const { analysis } = await investigateOnce({
    delivery: parsed.delivery,
    world: { sources: [source], clock: () => new Date(takenAt) },
    rules: RULES,
    baseUrl: 'http://localhost:8001',
    newId: createUuidV7(),
    signal: new AbortController().signal,
    step: () => {},
  });
  const [cause] = analysis?.root_causes ?? [];
  expect(analysis?.healthy).toBe(expected.healthy);
  expect(cause === undefined).toBe(expected.codes.length === 0);
  if (cause === undefined) return;
  expect(expected.codes).toContain(cause.code);
  expect(expected.objects.map((object) => ({ namespace: null, ...object }))).toContainEqual(cause.subject);
});

test.each(NAMES)('%s: the webhook carries the fingerprints that Prometheus would give', (name) => {
  const body = readFileSync(join(ROOT, name, 'alert.json'), 'utf8');
  const meta = { id: 'd', cluster: name, receivedAt: '2026-01-01T00:00:00.000Z', remoteAddress: '', userAgent: '' };
  const sent = parseDelivery(body, meta);
  const without = parseDelivery(body.replaceAll(/"fingerprint": "[0-9a-f]+"/g, '"fingerprint": ""'), meta);
  if (!sent.ok || !without.ok) throw new Error('not a webhook');
  expect(without.delivery.alerts.map(({ fingerprint }) => fingerprint)).toEqual(sent.delivery.alerts.map(({ fingerprint }) => fingerprint));
});
