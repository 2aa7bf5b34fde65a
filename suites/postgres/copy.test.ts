import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Transcript } from '#domain/transcript.ts';
import { copyFromSqlite } from '#store/postgres/copy-from-sqlite.ts';
import { openPostgresStore } from '#store/postgres/open-postgres-store.ts';
import { openSqliteStore } from '#store/sqlite/open-sqlite-store.ts';
import type { Store } from '#store/store.ts';
import { alert, analysis, claimNext, delivery, LEASE_MS, POLICY, resolvedAlert } from '#store/testing/fixtures.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

let server: PostgresServer;
let directory: string;
beforeAll(async () => {
  server = await startPostgres();
  directory = await mkdtemp(join(tmpdir(), 'oncallm-copy-'));
});
afterAll(async () => {
  await server.remove();
  await rm(directory, { recursive: true });
});

const TRANSCRIPT: Transcript = { model: 'openai/x', startedAt: '2026-01-05T11:00:00.000Z', entries: [], leftOut: 0 };

/** What readers see of a store. */
async function seen(store: Store): Promise<unknown> {
  const reports = await store.reports({ limit: 200 });
  const incidents = await store.incidents({ limit: 200 });
  return {
    reports,
    incidents,
    details: await Promise.all(incidents.items.map(({ incident }) => store.incident(incident.id))),
    each: await Promise.all(reports.items.map(({ episode }) => store.report(episode.fingerprint, { cluster: episode.cluster, episodeId: episode.id }))),
    progress: await Promise.all(incidents.items.map(({ investigation }) => store.progress(String(investigation?.id), 0))),
    feedback: await Promise.all(incidents.items.map(({ investigation }) => store.feedback(String(investigation?.id)))),
    found: await Promise.all(['crash', 'oomk', 'memory limit', 'nothing'].map((search) => store.reports({ search, limit: 100 }))),
    counts: await store.counts(),
    signs: await store.lastSigns(),
    transcripts: await Promise.all(incidents.items.map(({ investigation }) => store.transcript(String(investigation?.id)))),
    questions: [await store.question('q1'), await store.questionTranscript('q1'), await store.questionSteps('q1', 0)],
    queue: await store.queueSize(),
  };
}

it('copies everything that readers see, and goes on from there', async () => {
  const file = join(directory, 'full.db');
  const source = await openSqliteStore({ file });
  await source.migrate();
  await source.record(
    delivery(
      Array.from({ length: 1_200 }, (_, index) => alert(`m${index}`)),
      { body: 'large '.repeat(5_000) },
    ),
    POLICY,
  );
  const claim = await claimNext(source);
  await source.addProgress(claim.investigationId, 'read pods', 'step');
  await source.saveAnalysis(claim, analysis({ explanation: 'why '.repeat(5_000) }));
  await source.saveTranscript(claim, { ...TRANSCRIPT, model: 'of the run' });
  await source.settle(claim, { state: 'completed' });
  await source.addQuestion({ id: 'q1', investigationId: claim.investigationId, askedAt: '2026-01-05T11:00:00.000Z', asker: 'user:ada', question: 'Why?' });
  await source.addQuestionStep('q1', 'Reads the log');
  await source.endQuestion('q1', 'answered', { sentences: [], evidence: [], problem: 'None.', usage: null }, TRANSCRIPT);
  await source.addFeedback({ investigationId: claim.investigationId, at: '2026-01-05T11:00:00.000Z', verdict: 'right', comment: 'yes' });
  await source.record(delivery([alert('done')], { groupKey: 'g' }), POLICY);
  await source.record(delivery([resolvedAlert('done')], { groupKey: 'g' }), POLICY);
  await source.record(delivery([alert('w', { labels: { alertname: 'Watchdog' } }), alert('west')], { cluster: 'west' }), POLICY);
  const before = await seen(source);
  await source.close();

  const url = await server.createDatabase();
  const told: string[] = [];
  await copyFromSqlite({ file, url, copied: (table, rows) => void told.push(`${table} ${rows}`) });
  expect(told).toContain('episodes 1203');
  const copy = await openPostgresStore({ url });
  await copy.migrate();
  expect(await seen(copy)).toEqual(before);

  expect((await copy.record(delivery([alert('m5')]), POLICY)).alerts[0]?.verdict).toBe('repeat');
  expect((await copy.record(delivery([alert('new')], { groupKey: 'new' }), POLICY)).queued).toHaveLength(1);
  expect((await copy.reports({ limit: 1 })).items[0]?.episode.fingerprint).toBe('new');
  expect(await copy.claim('w', LEASE_MS)).toBeDefined();
  await copy.close();

  await expect(copyFromSqlite({ file, url, copied: () => {} })).rejects.toMatchObject({ code: 'store-not-empty' });
  await expect(copyFromSqlite({ file: join(directory, 'none.db'), url, copied: () => {} })).rejects.toMatchObject({ code: 'store-missing' });
});
