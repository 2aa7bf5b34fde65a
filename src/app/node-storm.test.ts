import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { correlationKeysOf } from '#investigate/correlation-keys.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { RULES } from '#rules/registry.ts';
import { openRecording } from '#sources/recording/open-recording.ts';
import { openSqliteStore } from '#store/sqlite/open-sqlite-store.ts';
import type { Store } from '#store/store.ts';
import { createLocalInvestigator } from './investigator/local-investigator.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';

const SCENARIO = join(import.meta.dirname, '../../scenarios/node-storm');

let directory: string;
let store: Store;
let pipeline: Pipeline;
let bodies: readonly string[];
const newId = createUuidV7();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oncallm-storm-'));
  const { source, takenAt } = await openRecording(SCENARIO);
  const clock = () => new Date(takenAt);
  store = await openSqliteStore({ file: join(directory, 'o.db'), clock });
  await store.migrate();
  pipeline = createPipeline({
    store,
    investigator: createLocalInvestigator({ of: () => ({ sources: [source], clock }), sources: [source], close: async () => {} }, RULES),
    notifiers: [],
    policy: { correlationWindowMs: 600_000, keysOf: correlationKeysOf },
    baseUrl: 'http://localhost:8001',
    log: pino({ level: 'silent' }),
  });
  const more = JSON.parse(await readFile(join(SCENARIO, 'more-alerts.json'), 'utf8')) as readonly unknown[];
  bodies = [await readFile(join(SCENARIO, 'alert.json'), 'utf8'), ...more.map((body) => JSON.stringify(body))];
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const receive = async (body: string): Promise<void> => {
  const meta = { id: newId(), cluster: 'default', receivedAt: '2026-02-14T03:07:10.000Z', remoteAddress: '', userAgent: '' };
  const parsed = parseDelivery(body, meta);
  if (!parsed.ok) throw new Error(parsed.why);
  await pipeline.receive(parsed.delivery);
};

it.each([
  ['the node first', (all: readonly string[]) => all],
  ['the node last', (all: readonly string[]) => all.toReversed()],
])('a node that takes forty pods down is one incident, named after the node: %s', async (_, order) => {
  for (const body of order(bodies)) await receive(body);
  expect((await store.counts()).openIncidents).toBe(6);
  let investigations = 0;
  for (let claim = await store.claim('w', 30_000); claim !== undefined; claim = await store.claim('w', 30_000)) {
    await pipeline.investigate(claim, new AbortController().signal);
    await store.settle(claim, { state: 'completed' });
    investigations += 1;
  }
  expect(investigations).toBe(6);
  const { items } = await store.incidents({ limit: 10 });
  expect(items).toMatchObject([
    { incident: { title: expect.stringContaining('Node worker-2'), severity: 'critical' }, cause: { code: 'KubeletDown' }, alerts: { total: 41, firing: 41 } },
  ]);
  const detail = await store.incident(String(items[0]?.incident.id));
  expect(detail?.analysis?.root_causes[0]?.subject).toEqual({ kind: 'Node', namespace: null, name: 'worker-2' });
  expect(detail?.members).toHaveLength(41);
  expect(new Set(detail?.members.map(({ joinedBy }) => joinedBy))).toEqual(new Set(['', 'cause/KubeletDown']));
});
