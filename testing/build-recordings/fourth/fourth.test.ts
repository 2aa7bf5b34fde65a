import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { RULES } from '#rules/registry.ts';
import { openRecording } from '#sources/recording/open-recording.ts';
import { writeRecordings } from '../write.ts';
import { fourth } from './incidents.ts';

let folder: string;
const write = (name: string, makers: typeof fourth) =>
  writeRecordings(
    join(folder, name),
    makers.map((make) => make()),
  );
/** One of each file of incidents, more or less: all of them twice would take long and show no more. */
const some = fourth.filter((_, at) => at % 9 === 0);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oncallm-fourth-'));
  await write('once', fourth);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

it('every recording opens, has its webhook, and expects a cause that a rule can name, or none', async () => {
  const codes = new Set([...RULES.map(({ code }) => code), 'healthy']);
  const answers = JSON.parse(await readFile(join(folder, 'once', 'expected.json'), 'utf8')) as Record<string, { readonly root_cause: string }>;
  expect(Object.keys(answers)).toHaveLength(fourth.length);
  for (const [id, { root_cause: cause }] of Object.entries(answers)) {
    expect(codes, id).toContain(cause);
    const { takenAt } = await openRecording(join(folder, 'once', id));
    const body = await readFile(join(folder, 'once', id, 'alert.json'), 'utf8');
    const parsed = parseDelivery(body, { id, cluster: 'default', receivedAt: takenAt, remoteAddress: '', userAgent: '' });
    expect(parsed.ok && parsed.delivery.alerts.length, id).toBeGreaterThan(0);
  }
}, 60_000);

it('is the same each time', async () => {
  await write('again', some);
  for (const file of await readdir(join(folder, 'again'), { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || file.name === 'expected.json') continue;
    const path = join(file.parentPath, file.name);
    expect(await readFile(path, 'utf8'), path).toBe(await readFile(path.replace(`${folder}/again`, `${folder}/once`), 'utf8'));
  }
}, 60_000);
