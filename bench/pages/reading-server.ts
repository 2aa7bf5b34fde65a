import pino from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { loadConfig } from '#config/load-config.ts';
import type { Store } from '#store/store.ts';
import { createPages } from '#web/pages/create-pages.tsx';
import { createWebServer } from '#web/server.ts';

/** The product's web server over a store, with nothing that works in the background: what it takes is what pages take. */
export async function createReadingServer(store: Store): ReturnType<typeof createWebServer> {
  const loaded = loadConfig({ env: {}, readFile: () => '' });
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  const options = loaded.config.web;
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  return createWebServer({
    receive: () => Promise.reject(new Error('Only for reading')),
    reading: store,
    questions: { ask: async () => 'unknown', list: (id) => store.questions(id) },
    log: pino({ level: 'silent' }),
    metrics,
    health: () => ({ healthy: true, aiService: 'not_configured', checks: [] }),
    ready: () => true,
    options,
    clock: () => new Date(),
    newId: () => '',
    pages: createPages({ baseUrl: options.baseUrl }),
    assetsDirectory: undefined,
    version: 'bench',
  });
}
