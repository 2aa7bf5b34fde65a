import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** The built product in a process of its own. */
export interface RunningProduct {
  readonly url: string;
  readonly port: number;
  /** The most memory its process has had in use so far, in MB. */
  peakMegabytes(): number;
  /** Processor time it has taken so far: says what it costs however busy the machine is. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** USER_HZ, which Linux has as 100 for programs: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS_A_SECOND = 100;

/** Starts it without rate limits and waits until it takes alerts. Rejects when it does not start. */
export async function startProduct(env: Readonly<Record<string, string>>): Promise<RunningProduct> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // As the image does.
  const child = spawn(process.execPath, ['--max-semi-space-size=4', '--max-old-space-size=384', 'dist/main.js', 'serve'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      APP_HOST: '127.0.0.1',
      APP_PORT: String(port),
      RATE_LIMIT_PER_IP: '0',
      RATE_LIMIT_GLOBAL: '0',
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await ready(url, child);
  return {
    url,
    port,
    peakMegabytes: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024,
    cpuSeconds() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    },
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (child.exitCode !== null) throw new Error('The product did not start: npm run build first.');
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`${url} did not become ready.`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
