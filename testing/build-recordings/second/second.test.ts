import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { RULES } from '#rules/registry.ts';
import { openRecording } from '#sources/recording/open-recording.ts';
import { addSystem } from '../system.ts';
import { writeRecordings } from '../write.ts';
import { second } from './incidents.ts';

let folder: string;
const write = (name: string) =>
  writeRecordings(
    join(folder, name),
    second.map((make) => complete(make())),
  );
const complete = (draft: ReturnType<(typeof second)[number]>) => {
  addSystem(draft);
  return draft;
};
const expected = async (name: string) =>
  JSON.parse(await readFile(join(folder, name, 'expected.json'), 'utf8')) as Record<string, { readonly root_cause: string }>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oncallm-second-'));
  await write('once');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('every recording opens, has its webhook, and expects a cause that a rule can name', async () => {
  const codes = new Set(RULES.map(({ code }) => code));
  const answers = await expected('once');
  expect(Object.keys(answers)).toHaveLength(second.length);
  for (const [id, { root_cause: cause }] of Object.entries(answers)) {
    expect(codes, id).toContain(cause);
    const { takenAt } = await openRecording(join(folder, 'once', id));
    const body = await readFile(join(folder, 'once', id, 'alert.json'), 'utf8');
    const parsed = parseDelivery(body, { id, cluster: 'default', receivedAt: takenAt, remoteAddress: '', userAgent: '' });
    expect(parsed.ok && parsed.delivery.alerts.length, id).toBeGreaterThan(0);
  }
});

it('is the same each time', async () => {
  await write('again');
  for (const file of await readdir(join(folder, 'once'), { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    expect(await readFile(path.replace(`${folder}/once`, `${folder}/again`), 'utf8'), path).toBe(await readFile(path, 'utf8'));
  }
});
