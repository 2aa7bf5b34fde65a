import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The built product, run as a user runs it. `npm run build` first. */
export const MAIN = join(import.meta.dirname, '../../dist/main.js');

export interface Product {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything it has written so far. */
  readonly output: () => string;
  /** Resolves with the exit code (null: killed) when it is gone. */
  readonly exited: Promise<number | null>;
}

export interface ProductOptions {
  readonly database: string;
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Shell command to run before it, in the same process: limits. */
  readonly shell?: string;
  /** Another build than the one in `dist`. */
  readonly main?: string;
}

/** Only what a process needs to run: settings of the developer's shell must not change a test. */
const BARE_ENV = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), NODE_NO_WARNINGS: '1' };

export function startProduct({ database, port, env = {}, shell, main = MAIN }: ProductOptions): Product {
  const command: readonly [string, readonly string[]] =
    shell === undefined ? [process.execPath, [main]] : ['/bin/sh', ['-c', `${shell} && exec "$0" "$1"`, process.execPath, main]];
  const child = spawn(command[0], command[1], {
    env: { ...BARE_ENV, APP_HOST: '127.0.0.1', APP_PORT: String(port), DATABASE_URL: database, RATE_LIMIT_PER_IP: '0', RATE_LIMIT_GLOBAL: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { url: `http://127.0.0.1:${port}`, process: child, output: () => output, exited };
}

/** Runs a command to its end. */
export async function runProduct(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...BARE_ENV, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

/** Asks until the answer is as wanted; throws after the limit, with what the product said. */
export async function until(product: Product, what: string, wanted: () => Promise<boolean>, limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    if (await wanted().catch(() => false)) return;
    if (product.process.exitCode !== null) throw new Error(`The product ended before ${what}:\n${product.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Not within ${limitMs} ms: ${what}\n${product.output().slice(-4_000)}`);
}

export async function untilReady(product: Product): Promise<void> {
  await until(product, 'it is ready', async () => (await fetch(`${product.url}/readyz`)).ok);
}

/** Ends it as a supervisor does. */
export async function stopProduct(product: Product): Promise<number | null> {
  product.process.kill('SIGTERM');
  return await product.exited;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export async function scratch(): Promise<{ readonly dir: string; readonly remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'oncallm-suite-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** A webhook body with one firing alert for each name, in one group. */
export function webhook(names: readonly string[], group: string): string {
  return JSON.stringify({
    version: '4',
    groupKey: `{}:{group="${group}"}`,
    status: 'firing',
    receiver: 'oncallm',
    groupLabels: { group },
    alerts: names.map((alertname) => ({
      status: 'firing',
      labels: { alertname, group, namespace: group, severity: 'warning' },
      annotations: {},
      startsAt: '2026-03-01T10:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: '',
    })),
  });
}

export interface Answer {
  readonly status: number;
  readonly fingerprints: readonly string[];
}

/** Posts as Alertmanager does. Rejects when the connection breaks: then nothing was promised. */
export async function post(product: Product, body: string): Promise<Answer> {
  const answer = await fetch(`${product.url}/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.28.1' },
    body,
  });
  const json = (await answer.json()) as { readonly report_urls?: readonly { readonly fingerprint: string }[] };
  return { status: answer.status, fingerprints: (json.report_urls ?? []).map(({ fingerprint }) => fingerprint) };
}

type Line = Readonly<Record<string, unknown>>;

/** Every line of a list (`reports`, `incidents`), page by page. */
export async function everyLine(product: Product, path: string, key: string): Promise<readonly Line[]> {
  const all: Line[] = [];
  for (let cursor = ''; ; ) {
    const answer = await fetch(`${product.url}${path}?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    const page = (await answer.json()) as Readonly<Record<string, unknown>>;
    all.push(...(page[key] as readonly Line[]));
    if (typeof page['next'] !== 'string') return all;
    cursor = page['next'];
  }
}
