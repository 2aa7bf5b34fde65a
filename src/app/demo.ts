import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { loadConfig } from '#config/load-config.ts';
import { OncallmError } from '#domain/error.ts';
import type { Report } from '#domain/report.ts';
import { fetchWithin } from '#lib/outbound.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { RULES } from '#rules/registry.ts';
import { type DemoScenario, openScenarios, worldsOf } from './demo-scenarios.ts';
import { createLocalInvestigator } from './investigator/local-investigator.ts';
import { openStore } from './open-store.ts';
import { startApp } from './start-app.ts';

export interface DemoParts {
  readonly version: string;
  /** Folder of the package. */
  readonly home: string;
  /** First port to try. */
  readonly port: number;
  readonly signal: AbortSignal;
  readonly say: DemoVoice;
}

/** Hears what happens, in this order. */
export interface DemoVoice {
  readonly started: (address: string, wantedPort: number, scenarios: readonly DemoScenario[]) => void;
  readonly posted: (scenario: DemoScenario, status: number) => void;
  readonly progress: (scenario: DemoScenario, what: string) => void;
  readonly answered: (scenario: DemoScenario, report: Report) => void;
}

export interface RunningDemo {
  readonly address: string;
  stop(): Promise<void>;
}

/** How many ports after the first are tried. */
const PORTS = 20;
const ANSWER_MS = 60_000;

/**
 * Starts the product with recorded incidents as its clusters and an empty database, and posts their webhooks the way Alertmanager does. Resolves
 * when every one has its answer. Throws an OncallmError when it cannot start or an answer does not come.
 */
export async function runDemo({ version, home, port: wantedPort, signal, say }: DemoParts): Promise<RunningDemo> {
  const scratch = await mkdtemp(join(tmpdir(), 'oncallm-demo-'));
  const port = await freePort(wantedPort);
  const clock = (): Date => new Date();
  const scenarios = await openScenarios(join(home, 'scenarios'), join(scratch, 'recordings'), clock());
  const file = join(scratch, 'oncallm.db');
  const loaded = loadConfig({
    env: { APP_HOST: '127.0.0.1', APP_PORT: String(port), ONCALLM_BASE_URL: `http://localhost:${port}`, DATABASE_URL: file },
    readFile: () => '',
  });
  if (!loaded.ok) throw new Error(loaded.problems.join(' '));
  const newId = createUuidV7({ clock });
  const app = await startApp({
    config: loaded.config,
    openStore: () => openStore(loaded.config.store, { clock, newId }),
    openInvestigator: () => createLocalInvestigator(worldsOf(scenarios, clock), RULES),
    notifiers: [],
    log: pino({ level: 'silent' }),
    clock,
    newId,
    version,
    assetsDirectory: join(home, 'dist/web/assets'),
  });
  const stop = async (): Promise<void> => {
    await app.stop();
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    say.started(loaded.config.web.baseUrl, wantedPort, scenarios);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    await Promise.all(scenarios.map((scenario) => playOne(scenario, app.address, limit, say)));
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { address: loaded.config.web.baseUrl, stop };
}

/** Posts the webhooks of a scenario and waits for the answer to the first. */
async function playOne(scenario: DemoScenario, address: string, signal: AbortSignal, say: DemoVoice): Promise<void> {
  const fetch = fetchWithin([new URL(address).origin]);
  const post = (body: string): Promise<Response> =>
    fetch(`${address}/webhook/${scenario.name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.28.1' },
      body,
      signal,
    });
  const [first, ...others] = scenario.bodies;
  const answer = await post(first);
  for (const other of others) await (await post(other)).body?.cancel();
  say.posted(scenario, answer.status);
  const body = (await answer.json()) as { readonly report_urls?: readonly { readonly fingerprint: string }[] };
  const fingerprint = body.report_urls?.[0]?.fingerprint;
  if (fingerprint === undefined)
    throw new OncallmError('demo-failed', `The webhook of ${scenario.name} was answered with status ${answer.status}.`, 'Report this as a bug.');
  for (let shown = ''; ; ) {
    const report = (await (await fetch(`${address}/reports/${fingerprint}?cluster=${scenario.name}`, { signal })).json()) as Report;
    if (report.status === 'completed' || report.status === 'failed' || report.status === 'skipped') {
      say.answered(scenario, report);
      return;
    }
    if (report.status !== shown) say.progress(scenario, report.status);
    shown = report.status;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The first port from `first` on that is free on this machine. */
async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + PORTS; port++) if (await isFree(port)) return port;
  throw new OncallmError('port-in-use', `The ports ${first} to ${first + PORTS - 1} are all in use.`, 'Give another with --port.');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
