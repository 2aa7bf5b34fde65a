import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type Product, startProduct } from '../product/start-product.ts';

/** The replicas of the product on one database, and what is done to their processes. A supervisor: what ends is started again. */
export interface Fleet {
  /** The address of a replica, each in turn. */
  url(): string;
  readonly size: number;
  /** Process ids of the replicas that live. */
  pids(): readonly number[];
  /** Ends a replica as said, and starts it again after `downMs`. Does nothing to one that is down or stands still. */
  bounce(replica: number, signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void>;
  /** Lets a replica stand still for a while. */
  pause(replica: number, forMs: number): Promise<void>;
  /** Resolves when every replica answers that it is ready; rejects with what it said when one does not. */
  ready(): Promise<void>;
  /** Ends everything as a supervisor does; the exit codes. */
  stop(): Promise<readonly (number | null)[]>;
  /** Ends everything at once. */
  abandon(): void;
  /** Ends that nobody asked for, exits after SIGTERM that were not clean, and lines of the log that are bugs. */
  complaints(): readonly string[];
}

export interface FleetOptions {
  readonly replicas: number;
  /** For DATABASE_URL of a replica. */
  readonly database: (replica: number) => string;
  readonly env: (replica: number) => Readonly<Record<string, string>>;
  /** Another build than the one in `dist`. */
  readonly main?: string | undefined;
}

interface Replica {
  readonly number: number;
  readonly port: number;
  product: Product;
  begunAt: number;
  state: 'up' | 'paused' | 'down';
}

/** Several schedules may be starting and stopping processes on the same machine. */
const READY_MS = 90_000;
/** A SIGTERM gives what runs 20 seconds. */
const TERMINATE_MS = 28_000;
const RESTART_MS = 200;
/** Until then a process may not have come so far as to listen for signals (and the signal itself ends it): it has nothing to lose. */
const YOUNG_MS = 1_500;
const YOUNG_ON_A_BUSY_MACHINE_MS = 10_000;
/** What no log may say, whatever goes wrong outside: pino's fatal level, an exception that nobody caught. */
const BUG = /"level":60|unhandled|uncaught|TypeError|ReferenceError|RangeError|ERR_INTERNAL|heap out of memory/i;
/** An end that is the operator's to hear of, as when there is no room for the database at the start. */
const EXPLAINED = /^oncallm serve: .*(database|port)/im;

/** Starts the replicas. */
export async function startFleet({ replicas: count, database, env, main }: FleetOptions): Promise<Fleet> {
  const complaints: string[] = [];
  const replicas: Replica[] = [];
  let stopping = false;
  let turn = 0;

  const launch = (replica: number, port: number): Product =>
    startProduct({ database: database(replica), port, env: env(replica), ...(main !== undefined && { main }) });
  const supervise = (replica: Replica): void => {
    const { product } = replica;
    const left = (): boolean => stopping || replica.product !== product || replica.state === 'down';
    void product.exited.then(async (code) => {
      complaints.push(...bugsIn(product, replica.number));
      if (left()) return;
      if (!EXPLAINED.test(product.output())) complaints.push(`replica ${replica.number} ended by itself with ${code}: ${product.output().slice(-1_500)}`);
      await sleep(RESTART_MS);
      if (!left()) begin(replica);
    });
  };
  const begin = (replica: Replica): void => {
    replica.product = launch(replica.number, replica.port);
    replica.begunAt = Date.now();
    replica.state = 'up';
    supervise(replica);
  };
  for (let number = 0; number < count; number++) {
    const port = await freePort();
    const replica: Replica = { number, port, product: launch(number, port), begunAt: Date.now(), state: 'up' };
    replicas.push(replica);
    supervise(replica);
  }

  async function terminate({ product, number, begunAt }: Replica): Promise<number | null> {
    const ageMs = Date.now() - begunAt;
    product.process.kill('SIGTERM');
    const code = await Promise.race([product.exited, sleep(TERMINATE_MS, 'late' as const, { ref: false })]);
    if (code === 'late') {
      complaints.push(`replica ${number} did not end within ${TERMINATE_MS} ms of SIGTERM: ${product.output().slice(-800)}`);
      product.process.kill('SIGKILL');
      return await product.exited;
    }
    const young = ageMs < (code === null ? YOUNG_ON_A_BUSY_MACHINE_MS : YOUNG_MS);
    if (code !== 0 && !young && !EXPLAINED.test(product.output()))
      complaints.push(`replica ${number} ended with ${code} after SIGTERM: ${product.output().slice(-800)}`);
    return code;
  }

  return {
    size: count,
    url() {
      turn += 1;
      return replicas[turn % count]?.product.url ?? '';
    },
    pids: () => replicas.flatMap(({ state, product }) => (state !== 'down' && product.process.pid !== undefined ? [product.process.pid] : [])),
    async bounce(number, signal, downMs) {
      const replica = replicas[number];
      if (replica?.state !== 'up' || replica.product.process.exitCode !== null) return;
      replica.state = 'down';
      if (signal === 'SIGTERM') await terminate(replica);
      else {
        replica.product.process.kill(signal);
        await replica.product.exited;
      }
      await sleep(downMs);
      if (!stopping) begin(replica);
    },
    async pause(number, forMs) {
      const replica = replicas[number];
      if (replica?.state !== 'up') return;
      const { product } = replica;
      replica.state = 'paused';
      product.process.kill('SIGSTOP');
      await sleep(forMs);
      product.process.kill('SIGCONT');
      if (replica.product === product) replica.state = 'up';
    },
    async ready() {
      const end = Date.now() + READY_MS;
      for (const replica of replicas) {
        while (!(await isReady(replica.product))) {
          if (Date.now() > end) throw new Error(`replica ${replica.number} is not ready after ${READY_MS} ms:\n${replica.product.output().slice(-4_000)}`);
          await sleep(25);
        }
      }
    },
    async stop() {
      stopping = true;
      const codes = await Promise.all(replicas.map(terminate));
      for (const { product, number } of replicas) complaints.push(...bugsIn(product, number));
      return codes;
    },
    abandon() {
      stopping = true;
      for (const { product } of replicas) product.process.kill('SIGKILL');
    },
    complaints: () => [...new Set(complaints)],
  };
}

async function isReady({ url }: Product): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

function bugsIn(product: Product, number: number): readonly string[] {
  return product
    .output()
    .split('\n')
    .filter((line) => BUG.test(line))
    .slice(0, 5)
    .map((line) => `replica ${number} logged: ${line.slice(0, 600)}`);
}
