import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lockClusters } from '#store/postgres/cluster-locks.ts';
import { openPostgresStore } from '#store/postgres/open-postgres-store.ts';
import type { Store } from '#store/store.ts';
import { alert, analysis, claimNext, delivery, LEASE_MS, POLICY, resolvedAlert } from '#store/testing/fixtures.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { openReplicas, until } from './replicas.ts';

describe('several replicas on one database', () => {
  let server: PostgresServer;
  let url: string;
  let nowMs: number;
  let replicas: readonly Store[];
  let a: Store;
  let b: Store;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());
  beforeEach(async () => {
    url = await server.createDatabase();
    nowMs = Date.parse('2026-01-05T10:01:00.000Z');
    replicas = await openReplicas(3, url, { clock: () => new Date(nowMs) });
    [a, b] = replicas as [Store, Store, Store];
  });
  afterEach(async () => {
    await Promise.all(replicas.map((store) => store.close()));
  });

  it('make one episode, incident and investigation of what an HA pair sends to two of them at once', async () => {
    const rounds = Array.from({ length: 40 }, (_, index) => index);
    await Promise.all(
      rounds.map(async (round) => {
        const twins = () => delivery([alert(`x${round}`), alert(`y${round}`)], { groupKey: `g${round}` });
        const both = await Promise.all(replicas.map((store) => store.record(twins(), POLICY)));
        expect(both.flatMap(({ queued }) => queued)).toHaveLength(1);
        expect(new Set(both.flatMap(({ alerts }) => alerts.map(({ incidentId }) => incidentId))).size).toBe(1);
        expect(new Set(both.flatMap(({ alerts }) => alerts.map(({ episodeId }) => episodeId))).size).toBe(2);
        expect(both.filter(({ alerts }) => alerts.every(({ verdict }) => verdict === 'new-episode'))).toHaveLength(1);
      }),
    );
    expect(await a.counts()).toEqual({ openIncidents: 40, episodes: 80, openEpisodes: 80 });
    expect(await b.queueSize()).toMatchObject({ queued: 40 });
  });

  it('give an investigation to one of them, and never two of one incident', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => a.record(delivery([alert(`f${index}`)], { groupKey: `g${index}` }), POLICY)));
    const claims = (await Promise.all(Array.from({ length: 60 }, (_, index) => (replicas[index % 3] as Store).claim(`w${index}`, LEASE_MS)))).filter(
      (claim) => claim !== undefined,
    );
    expect(new Set(claims.map(({ investigationId }) => investigationId)).size).toBe(30);
    expect(claims).toHaveLength(30);
    // Each incident gets something new to investigate while the first run goes on.
    await Promise.all(Array.from({ length: 30 }, (_, index) => b.record(delivery([alert(`late${index}`)], { groupKey: `g${index}` }), POLICY)));
    expect(await b.queueSize()).toMatchObject({ queued: 30, running: 30 });
    expect(await Promise.all(replicas.map((store) => store.claim('w', LEASE_MS)))).toEqual([undefined, undefined, undefined]);
    await Promise.all(claims.map((claim) => b.settle(claim, { state: 'completed' })));
    const second = await Promise.all(Array.from({ length: 45 }, (_, index) => (replicas[index % 3] as Store).claim(`w${index}`, LEASE_MS)));
    expect(second.filter((claim) => claim !== undefined)).toHaveLength(30);
  });

  it('make one incident of two with one cause whose investigations end at the same time at two of them', async () => {
    const pairs = Array.from({ length: 60 }, (_, index) => `c${index}`);
    await Promise.all(pairs.flatMap((cluster) => ['x', 'y'].map((name) => a.record(delivery([alert(name)], { cluster, groupKey: name }), POLICY))));
    const claims = await Promise.all(pairs.flatMap(() => [claimNext(a), claimNext(b)]));
    await Promise.all(
      claims.map(async (claim, index) => {
        const store = replicas[index % 3] as Store;
        await store.saveAnalysis(claim, analysis());
        expect(await store.settle(claim, { state: 'completed' })).toBe(true);
      }),
    );
    expect(await b.counts()).toEqual({ openIncidents: pairs.length, episodes: 2 * pairs.length, openEpisodes: 2 * pairs.length });
    expect(await server.execute(url, CONTRADICTIONS)).toEqual([]);
    expect(await server.execute(url, 'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()')).toEqual([{ deadlocks: 0 }]);
  });

  it('make one incident of two also when the connections of one are busy while its investigation ends', async () => {
    const busy = await openPostgresStore({ url, poolSize: 2, clock: () => new Date(nowMs) });
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    try {
      for (const name of ['x', 'y']) await a.record(delivery([alert(name)], { groupKey: name }), POLICY);
      const [one, other] = [await claimNext(busy), await claimNext(b)];
      await busy.saveAnalysis(one, analysis());
      await holder.query(`BEGIN; ${lockClusters(['elsewhere'])}`);
      const settled = busy.settle(one, { state: 'completed' });
      await new Promise((resolve) => setImmediate(resolve));
      const recorded = busy.record(delivery([alert('z')], { cluster: 'elsewhere' }), POLICY);
      await until(async () => (await server.execute(url, `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length > 0);
      await b.saveAnalysis(other, analysis());
      await b.settle(other, { state: 'completed' });
      await holder.query('COMMIT');
      await Promise.all([settled, recorded]);
      expect((await a.incidents({ state: 'open', limit: 10 })).items.map(({ alerts }) => alerts.total).toSorted()).toEqual([1, 2]);
    } finally {
      await holder.end();
      await busy.close();
    }
  });

  it('take over the leases of one that dies, and refuse what it still writes', async () => {
    await a.record(delivery([alert('x')]), POLICY);
    const old = await claimNext(a, 'a');
    expect(await b.claim('b', LEASE_MS)).toBeUndefined();
    nowMs += LEASE_MS;
    const taken = await claimNext(b, 'b');
    expect(taken).toMatchObject({ investigationId: old.investigationId, attempt: 2 });
    expect(await a.heartbeat(old, LEASE_MS)).toBe(false);
    expect(await a.saveAnalysis(old, analysis())).toBe(false);
    expect(await a.settle(old, { state: 'completed' })).toBe(false);
    expect(await b.saveAnalysis(taken, analysis())).toBe(true);
    expect(await b.settle(taken, { state: 'completed' })).toBe(true);
    expect(await a.report('x')).toMatchObject({ cause: { code: 'OOMKilled' }, investigation: { state: 'completed' } });
  });

  it('keep what one acknowledged before it was killed, and are not held up by it', async () => {
    const child = spawn(process.execPath, ['--conditions=oncallm', fileURLToPath(new URL('acknowledge.ts', import.meta.url)), url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === 300) child.kill('SIGKILL');
    }
    if (child.signalCode === null) await once(child, 'exit');
    expect((await a.record(delivery([alert('after')]), POLICY)).queued).toHaveLength(1);
    for (const fingerprint of acknowledged) {
      expect(await b.report(fingerprint), fingerprint).toMatchObject({ episode: { state: 'open' }, investigation: { state: 'queued' } });
    }
    const { episodes } = await b.counts();
    expect(await b.queueSize()).toMatchObject({ queued: episodes });
  });

  it('hear of what others queue and of their progress, in order, also after the connection was cut', async () => {
    let woken = 0;
    const heard: string[] = [];
    b.onQueued(() => {
      woken += 1;
    });
    b.onProgress(({ seq, what, kind }) => void heard.push(`${seq} ${kind} ${what}`));
    const { queued } = await a.record(delivery([alert('x')]), POLICY);
    await until(() => woken === 1);
    const id = String(queued[0]);
    await a.addProgress(id, 'read pods', 'step');
    await b.addProgress(id, 'of its own', 'step');
    await until(() => heard.length === 2);
    expect(heard.toSorted()).toEqual(['1 step read pods', '2 step of its own']);

    await server.execute(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()`);
    await until(() => woken >= 2);
    await a.addProgress(id, 'read events', 'step');
    await until(() => heard.includes('3 step read events'));
    const claim = await claimNext(a);
    await a.settle(claim, { state: 'failed', problem: 'why' });
    await until(() => heard.some((line) => line.startsWith('4 end')));
  });

  it("hear of the steps and the end of each other's questions, and end those of one that died", async () => {
    const heard: string[] = [];
    b.onQuestion((id) => void heard.push(id));
    await a.record(delivery([alert('x')]), POLICY);
    const { investigationId } = await claimNext(a);
    for (const id of ['q1', 'q2']) await a.addQuestion({ id, investigationId, askedAt: '2026-01-05T10:00:00.000Z', asker: 'user:ada', question: 'Why?' });
    await a.addQuestionStep('q1', 'Reads the log');
    await until(() => heard.length === 1);
    expect(await b.questionSteps('q1', 0)).toMatchObject([{ seq: 1, what: 'Reads the log' }]);
    const answer = { sentences: [], evidence: [], problem: 'Lost.', usage: null };
    await a.endQuestion('q1', 'answered', answer);
    await until(() => heard.length === 2);
    expect(await b.endLostQuestions('2026-01-05T10:01:00.000Z', answer)).toBe(1);
    await until(() => heard.length === 3);
    expect(heard).toEqual(['q1', 'q1', 'q2']);
    expect((await a.questions(investigationId)).map(({ state }) => state)).toEqual(['answered', 'failed']);
  });

  it('agree after a storm of everything at once', async () => {
    const problems: unknown[] = [];
    let turn = 0;
    const random = randomNumbers(7);
    const running = new Map<string, string>();
    const note = (thrown: unknown): void => void problems.push(thrown);

    const receive = async (store: Store): Promise<void> => {
      for (let round = 0; round < 60; round++) {
        const cluster = `c${random(2)}`;
        const members = Array.from({ length: 1 + random(8) }, () => `f${random(40)}`);
        const alerts = members.map((name) => (random(3) === 0 ? resolvedAlert(name, { endsAt: iso() }) : alert(name, { startsAt: iso() })));
        nowMs += random(2_000);
        await store.record(delivery(alerts, { cluster, groupKey: `g${random(6)}` }), POLICY).catch(note);
      }
      turn += 1;
    };
    const work = async (store: Store, name: string): Promise<void> => {
      while (turn < 3) {
        const claim = await store.claim(name, 10 * 60_000).catch(note);
        if (claim) {
          if (running.has(claim.incidentId)) problems.push(`two runs of ${claim.incidentId}`);
          running.set(claim.incidentId, name);
          await store.addProgress(claim.investigationId, 'step', 'step').catch(note);
          await store.saveAnalysis(claim, analysis({ code: `C${random(3)}` })).catch(note);
          running.delete(claim.incidentId);
          await store.settle(claim, random(5) === 0 ? { state: 'retry', retryAt: iso(), problem: 'again' } : { state: 'completed' }).catch(note);
        } else {
          const { items } = await store.incidents({ limit: 20 });
          const some = items[random(Math.max(1, items.length))];
          if (some) await store.requeue(some.incident.id).catch(note);
        }
      }
    };
    const keep = async (store: Store): Promise<void> => {
      while (turn < 3) {
        await store.closeStale(new Date(nowMs - 20_000).toISOString()).catch(note);
        await store.retain(new Date(nowMs - 40_000).toISOString()).catch(note);
        await store.reports({ limit: 50, search: 'crash' }).catch(note);
        await store.check().catch(note);
      }
    };
    const iso = (): string => new Date(nowMs).toISOString();
    await Promise.all(replicas.flatMap((store, index) => [receive(store), work(store, `w${index}`), work(store, `v${index}`), keep(store)]));

    expect(problems).toEqual([]);
    const wrong = await server.execute(url, CONTRADICTIONS);
    expect(wrong).toEqual([]);
    expect(await server.execute(url, 'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()')).toEqual([{ deadlocks: 0 }]);
  });

  it('migrate together', async () => {
    const fresh = await server.createDatabase();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openPostgresStore({ url: fresh, poolSize: 2 })));
    const migrated = await Promise.all(stores.map((store) => store.migrate()));
    expect(migrated.filter(({ from, to }) => from === 0 && to > 0)).toHaveLength(1);
    expect(migrated.filter(({ from, to }) => from === to)).toHaveLength(3);
    await Promise.all(stores.map((store) => store.check()));
    await Promise.all(stores.map((store) => store.close()));
  });
});

/** Rows that contradict each other; none when everything is as it should be. */
const CONTRADICTIONS = `
  SELECT 'firing' AS what, id FROM incidents WHERE alerts_firing <> (SELECT count(*) FROM episodes WHERE incident_id = incidents.id AND firing = 1)
  UNION ALL SELECT 'state', id FROM incidents WHERE (state = 'open') <> (alerts_firing > 0)
  UNION ALL SELECT 'runs', incident_id FROM investigations WHERE state = 'running' GROUP BY incident_id HAVING count(*) > 1
  UNION ALL SELECT 'total', value::text FROM totals WHERE value <> (SELECT count(*) FROM episodes)
  UNION ALL SELECT 'words', seq::text FROM episodes FULL JOIN episode_words USING (seq) WHERE id IS NULL OR words IS NULL
  UNION ALL SELECT 'open twice', cluster || fingerprint FROM episodes WHERE firing = 1 GROUP BY cluster, fingerprint HAVING count(*) > 1
  UNION ALL SELECT 'open after', e.id FROM episodes e JOIN episodes n USING (cluster, fingerprint) WHERE e.firing = 1 AND n.seq > e.seq
  UNION ALL SELECT 'lost', incident_id FROM episodes WHERE incident_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM incidents WHERE id = episodes.incident_id)
  UNION ALL SELECT 'current', i.id FROM incidents i JOIN episodes e ON e.incident_id = i.id LEFT JOIN investigations v ON v.id = i.investigation_id
    WHERE e.status <> CASE v.state WHEN 'queued' THEN 'queued' WHEN 'running' THEN 'investigating' WHEN 'completed' THEN 'completed' WHEN 'failed' THEN 'failed'
      ELSE 'skipped' END`;

/** Numbers below a limit, the same every time. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
}
