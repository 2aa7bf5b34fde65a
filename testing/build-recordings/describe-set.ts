import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { RULES } from '#rules/registry.ts';
import { openRecording } from '#sources/recording/open-recording.ts';
import type { Draft } from './shape.ts';
import { writeRecordings } from './write.ts';

const PATIENCE_MS = 60_000;

/** What every set of made recordings is, whoever made it. `every`: of how many one is made twice; all of them would take long and show no more. */
export function describeSet(name: string, makers: readonly (() => Draft)[], { every }: { readonly every: number }): void {
  describe(`the ${name} set`, () => {
    let folder: string;
    const write = (where: string, some: readonly (() => Draft)[]) =>
      writeRecordings(
        join(folder, where),
        some.map((make) => make()),
      );

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), `oncallm-${name}-`));
      await write('once', makers);
    }, PATIENCE_MS);
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it(
      'every recording opens, has its webhook, and expects a cause that a rule can name, or none',
      async () => {
        const codes = new Set([...RULES.map(({ code }) => code), 'healthy']);
        const answers = JSON.parse(await readFile(join(folder, 'once', 'expected.json'), 'utf8')) as Record<string, { readonly root_cause: string }>;
        expect(Object.keys(answers)).toHaveLength(makers.length);
        for (const [id, { root_cause: cause }] of Object.entries(answers)) {
          expect(codes, id).toContain(cause);
          const { takenAt } = await openRecording(join(folder, 'once', id));
          const body = await readFile(join(folder, 'once', id, 'alert.json'), 'utf8');
          const parsed = parseDelivery(body, { id, cluster: 'default', receivedAt: takenAt, remoteAddress: '', userAgent: '' });
          expect(parsed.ok && parsed.delivery.alerts.length, id).toBeGreaterThan(0);
        }
      },
      PATIENCE_MS,
    );

    it(
      'is the same each time',
      async () => {
        await write(
          'again',
          makers.filter((_, at) => at % every === 0),
        );
        const files = await readdir(join(folder, 'again'), { recursive: true, withFileTypes: true });
        expect(files.length).toBeGreaterThan(0);
        for (const file of files) {
          if (!file.isFile() || file.name === 'expected.json') continue;
          const path = join(file.parentPath, file.name);
          expect(await readFile(path, 'utf8'), path).toBe(await readFile(path.replace(`${folder}/again`, `${folder}/once`), 'utf8'));
        }
      },
      PATIENCE_MS,
    );
  });
}
