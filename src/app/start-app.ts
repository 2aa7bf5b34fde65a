import type { Logger } from 'pino';
import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import type { Agent } from '#agent/agent.ts';
import type { SpendingLedger } from '#agent/spending.ts';
import type { Config } from '#config/load-config.ts';
import { messageOf, OncallmError } from '#domain/error.ts';
import { correlationKeysOf } from '#investigate/correlation-keys.ts';
import type { Notifier } from '#notify/notifier.ts';
import { backoffMs } from '#queue/backoff.ts';
import { createCourier } from '#queue/courier.ts';
import { createWorkerPool } from '#queue/worker-pool.ts';
import type { Source } from '#sources/source.ts';
import type { Store } from '#store/store.ts';
import { createReportLink } from '#web/access/report-links.ts';
import { createPages } from '#web/pages/create-pages.tsx';
import { createWebServer } from '#web/server.ts';
import { type AgentMetrics, createAgentMetrics } from './agent-metrics.ts';
import { createPastSource } from './background.ts';
import { createHealthWatch } from './health.ts';
import type { Investigator } from './investigator/investigator.ts';
import { createLateStore } from './late-store.ts';
import { createNoticeChecks } from './notice-checks.ts';
import { createNoticeMetrics } from './notice-metrics.ts';
import { createPipeline } from './pipeline.ts';
import { createQuestionDesk, endLostQuestions } from './question-desk.ts';
import { startChores } from './timers.ts';
import { watchModel } from './watch-model.ts';
import { withReportLink } from './with-report-link.ts';

export interface AppParts {
  readonly config: Config;
  /** Opens the database; its schema is brought up to date afterwards. */
  readonly openStore: () => Promise<Store>;
  /** Makes what investigates by rules, which is closed with the product; it tells when what it runs in has died. */
  readonly openInvestigator: (onDied: () => void) => Investigator;
  /** What is known besides the clusters and the database: runbooks. */
  readonly knowledge?: readonly Source[];
  readonly notifiers: readonly Notifier[];
  /** Makes the investigator with a model, which keeps what it costs in this ledger; absent where none is configured. */
  readonly openAgent?: (ledger: SpendingLedger) => Promise<Agent | undefined>;
  readonly log: Logger;
  readonly clock: () => Date;
  readonly newId: () => string;
  readonly version: string;
  /** Folder that is served under /assets/. */
  readonly assetsDirectory: string;
}

/**
 * A running product.
 *
 *     listening (webhook 503) ──store open──▶ ready ──stop()──▶ draining (webhook 503) ──▶ closed
 */
export interface App {
  /** Where it listens, as a local client would write it: `http://127.0.0.1:8001`. */
  readonly address: string;
  readonly store: Store;
  /** Takes no more alerts, ends the investigations that run (those that take too long are given back), closes everything. */
  stop(): Promise<void>;
}

/** Kubernetes kills 30 seconds after SIGTERM, unless told otherwise. */
const DRAIN_MS = 20_000;
/** What is not sent by then is sent after the next start, or by another replica. */
const COURIER_DRAIN_MS = 3_000;
/** Retries that are due and leases that ended are found that soon; new alerts are announced. */
const POLL_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** In a storm alerts join an incident many times a second; each time it would be investigated anew. */
const GATHER_MS = 2_000;

/** Starts everything, or nothing: when a part cannot start, those before it are closed again and the problem is thrown. */
export async function startApp(parts: AppParts): Promise<App> {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const investigator = parts.openInvestigator(countDeaths(metrics));
  try {
    return await startWith(parts, metrics, investigator);
  } catch (thrown) {
    // Its thread would keep the process from ending.
    await investigator.worlds.close();
    throw thrown;
  }
}

async function startWith(parts: AppParts, metrics: Registry, investigator: Investigator): Promise<App> {
  const { config, log, clock } = parts;
  const { worlds } = investigator;
  const late = createLateStore();
  const agent = await parts.openAgent?.(late.store);
  const notifiers = parts.notifiers.map(({ name }) => name);
  const knowledge = [createPastSource(late.store, clock), ...(parts.knowledge ?? [])];
  const health = createHealthWatch(
    late.store,
    [...worlds.sources, ...(parts.knowledge ?? [])],
    agent && watchModel(agent, log),
    createNoticeChecks(late.store, notifiers, clock),
  );
  const reportLink = await createReportLink(config.web, clock);
  const agentMetrics = agent && createAgentMetrics(metrics, agent);
  const noticeSettled = createNoticeMetrics(metrics, late.store, notifiers);
  const pipeline = createPipeline({
    agent,
    onAgent: agentMetrics?.note,
    store: late.store,
    investigator,
    knowledge,
    notifiers: parts.notifiers.map((notifier) => withReportLink(notifier, reportLink)),
    policy: { correlationWindowMs: config.store.correlationWindowSeconds * 1_000, keysOf: correlationKeysOf, gatherMs: GATHER_MS },
    baseUrl: config.web.baseUrl,
    log,
  });
  const questions =
    agent &&
    createQuestionDesk({
      agent,
      onAnswered: agentMetrics?.noteAnswer,
      store: late.store,
      worlds,
      knowledge,
      clock,
      newId: parts.newId,
      log,
    });
  let ready = false;
  const web = await createWebServer({
    receive: pipeline.receive,
    reading: late.store,
    questions,
    shareCounts: config.store.database.kind === 'postgres' ? async (counts, ms) => (await late.store.addPoints?.(counts, ms)) ?? [] : undefined,
    log,
    metrics,
    health: health.state,
    ready: () => ready,
    options: config.web,
    clock,
    newId: parts.newId,
    pages: createPages({ baseUrl: config.web.baseUrl }),
    assetsDirectory: parts.assetsDirectory,
    version: parts.version,
  });
  const address = await listen(web, config.web);

  let store: Store;
  try {
    store = await parts.openStore();
  } catch (thrown) {
    await web.close();
    throw thrown;
  }
  try {
    await store.migrate();
    late.open(store);
    // The database only: a cluster that hangs is no reason to take no alerts.
    await health.refreshDatabase();
  } catch (thrown) {
    await web.close();
    await store.close();
    throw thrown;
  }
  ready = true;

  const { concurrency, maxAttempts, leaseSeconds } = config.queue;
  const courier = createCourier({
    store,
    notifiers,
    send: pipeline.deliver,
    onSettled: noticeSettled,
    claimMs: leaseSeconds * 1_000,
    pollMs: POLL_MS,
    log,
    clock,
  });
  courier.start();
  const pool = createWorkerPool({
    store,
    run: pipeline.investigate,
    concurrency,
    maxAttempts,
    notifiers,
    leaseMs: leaseSeconds * 1_000,
    backoffMs,
    pollMs: POLL_MS,
    log,
    clock,
    worker: parts.newId(),
  });
  pool.start();
  const stopChores = startChores(choresOf(store, health, agentMetrics?.noteLostQuestions, parts), log);

  async function stop(): Promise<void> {
    ready = false;
    await pool.drain(DRAIN_MS);
    await web.close();
    await Promise.all([courier.drain(COURIER_DRAIN_MS), stopChores()]);
    await questions?.close();
    await agent?.close();
    await Promise.all(knowledge.map((source) => source.close()));
    await worlds.close();
    await store.close();
  }
  let stopped: Promise<void> | undefined;
  return {
    address,
    store,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

function choresOf(
  store: Store,
  health: { refresh(): Promise<void> },
  noteLostQuestions: AgentMetrics['noteLostQuestions'] | undefined,
  { config, clock, log }: AppParts,
) {
  const before = (ms: number): string => new Date(clock().getTime() - ms).toISOString();
  const { retentionDays, staleAfterHours } = config.store;
  return [
    { name: 'health', everyMs: MINUTE_MS / 6, firstAfterMs: 0, run: () => health.refresh() },
    {
      name: 'stale episodes',
      everyMs: 10 * MINUTE_MS,
      firstAfterMs: MINUTE_MS,
      run: async () => {
        const closed = await store.closeStale(before(staleAfterHours * HOUR_MS));
        if (closed > 0) log.info({ episodes: closed }, 'Closed alerts that nobody has mentioned for long');
      },
    },
    {
      name: 'lost questions',
      everyMs: MINUTE_MS / 2,
      firstAfterMs: MINUTE_MS / 12,
      run: async () => {
        const lost = await endLostQuestions(store, { timeoutSeconds: config.model.timeoutSeconds, clock });
        if (lost === 0) return;
        noteLostQuestions?.(lost);
        log.warn({ questions: lost }, 'Questions of readers were lost with the process that was to answer them');
      },
    },
    {
      name: 'retention',
      everyMs: HOUR_MS,
      firstAfterMs: 2 * MINUTE_MS,
      run: async () => {
        const gone = await store.retain(before(retentionDays * 24 * HOUR_MS));
        if (gone > 0) log.info({ episodes: gone, retentionDays }, 'Deleted what ended long ago');
      },
    },
  ];
}

function countDeaths(registry: Registry): () => void {
  const deaths = new Counter({
    name: 'oncallm_investigation_thread_deaths_total',
    help: 'Times that the thread of the investigations has died; what ran there was tried again.',
    registers: [registry],
  });
  return () => deaths.inc();
}

async function listen(web: Awaited<ReturnType<typeof createWebServer>>, { host, port }: Config['web']): Promise<string> {
  try {
    return await web.listen({ host, port });
  } catch (thrown) {
    await web.close();
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code === 'EADDRINUSE')
      throw new OncallmError('port-in-use', `Port ${port} on ${host} is in use.`, 'Stop what listens there, or set APP_PORT to another port.');
    if (code === 'EACCES') throw new OncallmError('port-forbidden', `This user may not listen on port ${port}.`, 'Set APP_PORT to 1024 or higher.');
    throw new OncallmError(
      'listen-failed',
      `Cannot listen on ${host}:${port}: ${messageOf(thrown)}.`,
      'Set APP_HOST to an address of this machine, or 0.0.0.0.',
    );
  }
}
