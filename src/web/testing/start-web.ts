import pino from 'pino';
import { Registry } from 'prom-client';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { type WebOptions, webOptions } from '../options.ts';
import { createWebServer } from '../server.ts';
import type { WebApp } from '../web-app.ts';
import type { HealthState, WebDependencies } from '../web-dependencies.ts';
import { createFakeStore, type FakeStore } from './fake-store.ts';
import { plainPages } from './plain-pages.ts';

/** A server with a store in memory, and what a test wants to change or look at. */
export interface StartedWeb {
  readonly app: WebApp;
  readonly store: FakeStore;
  /** Lines of the log, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Time of the server; does not pass by itself. */
  readonly time: { now: number };
  readonly state: { ready: boolean; health: HealthState };
}

/** All options at their defaults. */
export const defaultWebOptions: WebOptions = Object.fromEntries(
  Object.entries(webOptions).map(([name, { schema, default: text }]) => [name, schema.parse(text)]),
) as unknown as WebOptions;

export async function startWeb(options: Partial<WebOptions> = {}, change: Partial<WebDependencies> = {}): Promise<StartedWeb> {
  const time = { now: Date.parse('2026-01-05T03:10:00.000Z') };
  const clock = (): Date => new Date(time.now);
  const store = createFakeStore(clock);
  const log: Record<string, unknown>[] = [];
  const state = { ready: true, health: { healthy: true, aiService: 'not_configured', checks: [] } as HealthState };
  const app = await createWebServer({
    receive: store.receive,
    reading: store,
    log: pino({ level: 'debug' }, { write: (line: string) => void log.push(JSON.parse(line)) }),
    metrics: new Registry(),
    health: () => state.health,
    ready: () => state.ready,
    options: { ...defaultWebOptions, ...options },
    clock,
    newId: createUuidV7({ clock }),
    pages: plainPages,
    assetsDirectory: undefined,
    version: '0.0.0-test',
    ...change,
  });
  return { app, store, log, time, state };
}
