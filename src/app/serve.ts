import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config, LoadedConfig } from '#config/load-config.ts';
import { isLoopback } from '#lib/loopback.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import type { Notifier } from '#notify/notifier.ts';
import { createSlackNotifier } from '#notify/slack/slack-notifier.ts';
import { createWebhookNotifier } from '#notify/webhook/webhook-notifier.ts';
import { createRunbooksSource } from '#sources/runbooks/runbooks-source.ts';
import type { Source } from '#sources/source.ts';
import { asksForSignIn } from '#web/access/asks-for-sign-in.ts';
import { createModelAgent, meansModel } from './create-model-agent.ts';
import { createThreadedInvestigator } from './investigator/threaded-investigator.ts';
import { liveSourceFacts } from './live-source-facts.ts';
import type { LiveSettings } from './live-worlds.ts';
import { openStore } from './open-store.ts';
import { type App, startApp } from './start-app.ts';
import { tracerLoader } from './tracer-loader.ts';

export interface Serving {
  readonly loaded: Extract<LoadedConfig, { readonly ok: true }>;
  /** For finding the cluster that the process runs in. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly version: string;
  /** Folder of the package. */
  readonly home: string;
  /** Aborts when the process is asked to end. */
  readonly signal: AbortSignal;
  /** Milliseconds since the process began. */
  readonly uptimeMs: () => number;
}

/** Runs the product until it is asked to end; then drains and closes. Throws an OncallmError when it cannot start. */
export async function serve({ loaded, env, log, version, home, signal, uptimeMs }: Serving): Promise<void> {
  const { config } = loaded;
  const clock = (): Date => new Date();
  const newId = createUuidV7({ clock });
  const app = await startApp({
    config,
    openStore: () =>
      openStore(config.store, {
        clock,
        newId,
        patience: { signal, onWaiting: ({ message, fix }) => log.warn({ why: message, fix }, 'Waiting for the database') },
      }),
    openInvestigator: (onDied) =>
      createThreadedInvestigator({ settings: { config: sourceSettings(config), env }, sources: liveSourceFacts(config), clock, log, onDied }),
    knowledge: runbooksOf(config, clock, log),
    notifiers: notifiersOf(config, version),
    ...(meansModel(config) && { openAgent: (ledger) => createModelAgent(config, { ledger, loadTracer: tracerLoader(config, version, log) }) }),
    log,
    clock,
    newId,
    version,
    assetsDirectory: join(home, 'dist/web/assets'),
  });
  for (const { fields, message } of warningsOf(config)) log.warn(fields, message);
  log.info({ address: app.address, baseUrl: config.web.baseUrl, version, startMs: Math.round(uptimeMs()) }, 'Ready');
  await endOf(signal);
  await shutDown(app, log);
}

/** What a careful person would change before letting others reach the server. */
export function warningsOf({
  web,
}: Pick<Serving['loaded']['config'], 'web'>): readonly { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[] {
  if (isLoopback(web.host)) return [];
  const local = isLoopback(new URL(web.baseUrl).hostname);
  return [
    ...(web.webhookTokens.length === 0
      ? [{ fields: { host: web.host, port: web.port }, message: 'Anybody who reaches this port may post alerts: set ONCALLM_WEBHOOK_TOKEN' }]
      : []),
    ...(asksForSignIn(web)
      ? []
      : [
          {
            fields: { host: web.host, port: web.port },
            message:
              'Anybody who reaches this port may read all reports: set ONCALLM_VIEWER_TOKEN, OIDC_ISSUER, or TRUSTED_USER_HEADER behind a proxy that signs people in',
          },
        ]),
    ...(local
      ? [{ fields: { baseUrl: web.baseUrl }, message: 'Report links will lead to localhost: set ONCALLM_BASE_URL to the address that people open' }]
      : []),
  ];
}

/** What the thread of the investigations needs to know, and no more. */
function sourceSettings({ kubernetes, prometheus, loki }: Config): LiveSettings['config'] {
  return { kubernetes, prometheus, loki };
}

function runbooksOf(
  { runbooks: { runbooks: places, runbooksRefreshMinutes } }: Serving['loaded']['config'],
  clock: () => Date,
  log: Logger,
): readonly Source[] {
  if (places.length === 0) return [];
  return [createRunbooksSource({ places, refreshMs: runbooksRefreshMinutes * 60_000, clock, log: (message, fields) => log.warn(fields, message) })];
}

function notifiersOf({ notifyWebhook: webhook, notifySlack: slack }: Serving['loaded']['config'], version: string): readonly Notifier[] {
  return [
    ...(webhook.url === '' ? [] : [createWebhookNotifier({ ...webhook, version })]),
    ...(slack.url === '' ? [] : [createSlackNotifier({ ...slack, version })]),
  ];
}

/** Resolves when the signal is aborted. */
export async function endOf(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function shutDown(app: App, log: Logger): Promise<void> {
  log.info('Shutting down: finishing what runs, taking no more alerts');
  await app.stop();
  log.info('Stopped');
}
