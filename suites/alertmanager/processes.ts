import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A program under test, on a loopback port. */
export interface Running {
  readonly url: string;
  readonly port: number;
  /** What it wrote to standard output and error so far. */
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Fails with the name of the Debian package when a program is missing. */
export function requireProgram(program: string, debianPackage: string): void {
  if (spawnSync('which', [program]).status !== 0) throw new Error(`${program} is not installed: apt-get install ${debianPackage}`);
}

export function temporaryDirectory(): string {
  return mkdtempSync(path.join(tmpdir(), 'oncallm-suite-'));
}

/** The built product with a database of its own in `directory`. */
export async function startProduct(directory: string, env: Readonly<Record<string, string>> = {}, port?: number): Promise<Running> {
  const chosen = port ?? (await freePort());
  const settings = {
    APP_HOST: '127.0.0.1',
    APP_PORT: String(chosen),
    DATABASE_URL: path.join(directory, 'oncallm.db'),
    KUBECONFIG: path.join(directory, 'none'),
    ONCALLM_BASE_URL: `http://127.0.0.1:${chosen}`,
    ...env,
  };
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js', 'serve'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: directory, ...settings },
  });
  return running(child, chosen, '/readyz');
}

/** A real Alertmanager; `peers` are cluster addresses to join, `clusterPort` its own (absent: no clustering). */
export async function startAlertmanager(
  directory: string,
  config: string,
  cluster?: { readonly port: number; readonly peers: readonly number[] },
): Promise<Running> {
  const port = await freePort();
  const file = path.join(directory, `alertmanager-${port}.yml`);
  writeFileSync(file, config);
  const args = [
    `--config.file=${file}`,
    `--storage.path=${path.join(directory, `alertmanager-${port}`)}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=debug',
  ];
  const clustering = cluster
    ? [`--cluster.listen-address=127.0.0.1:${cluster.port}`, ...cluster.peers.map((peer) => `--cluster.peer=127.0.0.1:${peer}`)]
    : ['--cluster.listen-address='];
  const child = spawn('prometheus-alertmanager', [...args, ...clustering], { env: { PATH: process.env['PATH'] ?? '', HOME: directory } });
  return running(child, port, '/-/ready');
}

/** Posts alerts to an Alertmanager as Prometheus does. */
export async function postAlerts(
  alertmanager: Running,
  alerts: readonly { readonly labels: Readonly<Record<string, string>>; readonly startsAt?: string; readonly endsAt?: string }[],
): Promise<void> {
  const answer = await fetch(`${alertmanager.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts.map((alert) => ({ annotations: { summary: 'from the suite' }, ...alert }))),
  });
  if (!answer.ok) throw new Error(`Alertmanager refused: ${answer.status} ${await answer.text()}`);
}

/** Asks until the answer is there; fails with the last answer after `timeoutMs`. */
export async function eventually<T>(what: string, ask: () => Promise<T>, fits: (answer: T) => boolean, timeoutMs = 30_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: T | undefined;
  while (Date.now() < end) {
    try {
      last = await ask();
      if (fits(last)) return last;
    } catch {
      // Not up yet, or just stopped: ask again until the time is over.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what} did not come about in ${timeoutMs} ms; last: ${JSON.stringify(last)?.slice(0, 500)}`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function running(child: ChildProcess, port: number, ready: string): Promise<Running> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-400_000)));
  child.stderr?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-400_000)));
  const url = `http://127.0.0.1:${port}`;
  await eventually(
    `${child.spawnargs[0]} on ${url}`,
    () => fetch(url + ready),
    ({ ok }) => ok,
  ).catch((thrown: Error) => {
    child.kill('SIGKILL');
    throw new Error(`${thrown.message}\n${output.slice(-2000)}`);
  });
  return {
    url,
    port,
    output: () => output,
    stop: (signal = 'SIGTERM') =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill(signal);
      }),
  };
}
