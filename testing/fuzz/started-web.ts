import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { openSqliteStore } from '#store/sqlite/open-sqlite-store.ts';
import type { WebOptions } from '#web/options.ts';
import type { Pages } from '#web/pages.ts';
import { startWeb } from '#web/testing/start-web.ts';
import type { WebApp } from '#web/web-app.ts';

/** The web server on a real store in a file of its own, without a port. */
export interface RealWeb {
  readonly app: WebApp;
  /** Messages of what the server took for its own fault. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

export async function startRealWeb(pages: Pages, options: Partial<WebOptions> = {}): Promise<RealWeb> {
  const dir = await mkdtemp(join(tmpdir(), 'oncallm-fuzz-'));
  const store = await openSqliteStore({ file: join(dir, 'oncallm.db') });
  await store.migrate();
  const errors: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) });
  const { app } = await startWeb(
    // Requests without a connection keep their timer, and all that hangs on it, until it rings.
    { rateLimitPerIp: 0, rateLimitGlobal: 0, requestTimeoutSeconds: 2, ...options },
    { receive: (delivery) => store.record(delivery, { correlationWindowMs: 600_000 }), reading: store, pages, log, clock: () => new Date() },
  );
  return {
    app,
    errors,
    async close() {
      await app.close();
      await store.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
