import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeUnit } from './new.ts';

const root = mkdtempSync(join(tmpdir(), 'oncallm-new-'));
afterAll(() => rmSync(root, { recursive: true }));

test.each([
  ['rule', 'disk-slow', 'src/rules/disk-slow/disk-slow.ts', 'export const diskSlow = defineRule({'],
  ['source', 'status-page', 'src/sources/status-page/status-page-source.ts', 'export function createStatusPageSource('],
  ['notifier', 'pager', 'src/notify/pager/pager-notifier.ts', 'export function createPagerNotifier('],
])('makes a %s with its test', (kind, id, file, line) => {
  const made = makeUnit(kind, id, root);
  expect(made).toMatchObject({ files: expect.arrayContaining([file]) });
  expect(readFileSync(join(root, file), 'utf8')).toContain(line);
  expect(existsSync(join(root, file.replace('.ts', '.test.ts')))).toBe(true);
});

test('writes nothing over what is there, nor for a wrong name or kind', () => {
  makeUnit('rule', 'twice', root);
  expect(makeUnit('rule', 'twice', root)).toEqual({ problem: 'src/rules/twice/twice.ts exists already.' });
  expect(makeUnit('rule', '../evil', root)).toMatchObject({ problem: expect.stringContaining('kebab-case') });
  expect(makeUnit('rule', 'Camel', root)).toMatchObject({ problem: expect.stringContaining('kebab-case') });
  expect(makeUnit('constructor', 'x', root)).toMatchObject({ problem: expect.stringContaining('Usage') });
});
