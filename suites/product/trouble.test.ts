import { execFileSync } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyLine, freePort, type Product, post, runProduct, scratch, startProduct, stopProduct, until, untilReady, webhook } from './start-product.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
const started: Product[] = [];
beforeAll(async () => {
  folder = await scratch();
});
afterAll(async () => {
  for (const product of started) product.process.kill('SIGKILL');
  await folder.remove();
});

async function launch(options: { readonly database: string; readonly env?: Readonly<Record<string, string>> }): Promise<Product> {
  const product = startProduct({ port: await freePort(), ...options });
  started.push(product);
  await untilReady(product);
  return product;
}

const statusOf = async (product: Product, path: string): Promise<number> => {
  const answer = await fetch(`${product.url}${path}`);
  await answer.body?.cancel();
  return answer.status;
};

describe('a database that cannot be used', () => {
  test('of a later OnCallM ends the start with one line that says what to do', async () => {
    const database = join(folder.dir, 'newer.db');
    await stopProduct(await launch({ database }));
    const file = new DatabaseSync(database);
    file.exec('PRAGMA user_version = 99');
    file.close();
    for (const command of ['serve', 'migrate']) {
      const { code, err } = await runProduct([command], { DATABASE_URL: database, APP_PORT: String(await freePort()), APP_HOST: '127.0.0.1' });
      expect(code).toBe(1);
      expect(err).toMatch(/^oncallm \w+: The database .*newer\.db has schema version 99; .* Run the newer OnCallM .*\n$/);
    }
  });

  test('while nothing can be written: webhooks get 503, it lives and is not ready; then it goes on by itself', async () => {
    const product = await launch({ database: join(folder.dir, 'full.db') });
    // No file of the process may grow beyond so much: what a full disk does, without needing a disk of its own.
    const limit = (bytes: string): void => void execFileSync('prlimit', ['--pid', String(product.process.pid), `--fsize=${bytes}:`]);
    limit('1');
    expect((await post(product, webhook(['Lost'], 'lost'))).status).toBe(503);
    await until(product, 'it is not ready', async () => (await statusOf(product, '/readyz')) === 503);
    expect(await statusOf(product, '/livez')).toBe(200);
    expect(await statusOf(product, '/health')).toBe(503);
    expect(product.output()).toMatch(/"status":503,"code":"store-(full|unavailable)".*"fix":"(Check the disk|Free space)/);
    limit('unlimited');
    await until(product, 'it takes alerts again', async () => (await post(product, webhook(['Kept'], 'kept'))).status === 200);
    await untilReady(product);
    expect((await everyLine(product, '/reports', 'reports')).map(({ alert_name: name }) => name)).toEqual(['Kept']);
    expect(await stopProduct(product)).toBe(0);
  });
});

describe('a receiver of notifications that is away', () => {
  interface Told {
    readonly event: string;
    readonly investigation: string;
  }
  const told: Told[] = [];
  let mood: 'away' | 'well' = 'away';
  const take = (body: string, response: ServerResponse): void => {
    if (mood === 'away') {
      response.writeHead(503).end();
      return;
    }
    told.push(JSON.parse(body));
    response.writeHead(204).end();
  };
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => take(body, response));
  });
  beforeAll(() => new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    receiver.closeAllConnections();
    receiver.close();
  });

  test('is told later what it is owed, also by a process that was started after a kill -9; meanwhile /health and /metrics show it', async () => {
    const options = {
      database: join(folder.dir, 'outbox.db'),
      env: { NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`, INVESTIGATION_LEASE: '5' },
    };
    const first = await launch(options);
    for (const name of ['One', 'Two', 'Three']) expect((await post(first, webhook([name], name))).status).toBe(200);
    const waiting = async (product: Product): Promise<boolean> =>
      (await (await fetch(`${product.url}/metrics`)).text()).includes('oncallm_notifications_waiting{notifier="webhook"} 3');
    await until(first, 'three notifications wait', () => waiting(first));
    first.process.kill('SIGKILL');
    await first.exited;

    const second = await launch(options);
    expect(await waiting(second)).toBe(true);
    const { checks } = (await (await fetch(`${second.url}/health`)).json()) as {
      readonly checks: readonly { readonly name: string; readonly detail: string }[];
    };
    expect(checks.find(({ name }) => name === 'notifications by webhook')?.detail).toMatch(/^3 to be sent, the oldest since /);
    expect(told).toEqual([]);
    mood = 'well';
    await until(second, 'the receiver is told', async () => told.length >= 3, 60_000);
    expect(new Set(told.map(({ investigation }) => investigation)).size).toBe(3);
    expect(new Set(told.map(({ event }) => event))).toEqual(new Set(['report.completed']));
    expect(await stopProduct(second)).toBe(0);
  });
});
