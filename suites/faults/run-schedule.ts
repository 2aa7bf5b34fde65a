import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '#testing/fuzz/random.ts';
import { startKubesim } from '#testing/kubesim/kubesim.ts';
import { check, type Verdict } from './check.ts';
import { type Doors, openDoors } from './doors.ts';
import { createFileGround } from './file-ground.ts';
import { type Fleet, startFleet } from './fleet.ts';
import type { Ground } from './ground.ts';
import { sendGroup } from './group-sender.ts';
import { inflict } from './inflict.ts';
import { createLedger } from './ledger.ts';
import { buildShim, createProcessFaults, type ProcessFaults } from './process-faults.ts';
import { openReceiver, type Receiver } from './receiver.ts';
import type { Schedule } from './schedule.ts';
import { startWitness } from './witness.ts';

export interface RunOptions {
  /** Another build than the one in `dist`. */
  readonly main?: string | undefined;
  /** Makes a place for the database under a directory; a file on a small file system unless given. */
  readonly createGround?: (dir: string, replicas: number) => Promise<Ground>;
  /** 1 unless given; more need a database that they can share. */
  readonly replicas?: number;
}

export interface RunResult {
  /** What must not be; none: the run passed. */
  readonly violations: readonly string[];
  readonly counts: Verdict['counts'] & {
    readonly messages: number;
    readonly refused: number;
    readonly broken: number;
    readonly looks: number;
    readonly told: number;
  };
  readonly ground: Ground['kind'];
  readonly durationMs: number;
}

const SNAPSHOT = join(import.meta.dirname, '../../testing/kubesim/examples/crashloop-oom');
/** The shortest there is, so that a pause outlasts it. */
const LEASE_SECONDS = 5;
/** From the last acknowledgement to an empty queue: leases of the dead end, retries come due. */
const DRAIN_MS = 120_000;

/** Runs one schedule against the built product, makes everything well again, waits until the queue is empty, and checks. */
export async function runSchedule(schedule: Schedule, options: RunOptions = {}): Promise<RunResult> {
  const began = Date.now();
  const dir = mkdtempSync(join(tmpdir(), 'oncallm-faults-'));
  const replicas = options.replicas ?? 1;
  const ground = await (options.createGround ?? ((place) => createFileGround(place)))(dir, replicas);
  const kubeconfigPath = join(dir, 'kubeconfig');
  const kubesim = await startKubesim({ snapshot: SNAPSHOT, kubeconfigPath, latencyMs: schedule.kubernetesLatencyMs });
  const receiver = await openReceiver();
  const shim = buildShim(dir);
  const processes = Array.from({ length: replicas }, (_, replica) => createProcessFaults(dir, replica, shim));
  const env = settings(schedule, kubeconfigPath, receiver.url);
  const fleet = await startFleet({ replicas, database: ground.database, env: (replica) => ({ ...env, ...processes[replica]?.env }), main: options.main });
  try {
    return { ...(await runOn(schedule, { fleet, ground, kubesim, receiver, processes })), ground: ground.kind, durationMs: Date.now() - began };
  } finally {
    fleet.abandon();
    for (const each of processes) each.remove();
    await receiver.close();
    await kubesim.close();
    await ground.remove();
    rmSync(dir, { recursive: true, force: true });
  }
}

function settings({ workers }: Schedule, kubeconfig: string, receiver: string): Readonly<Record<string, string>> {
  return {
    KUBECONFIG: kubeconfig,
    NOTIFY_WEBHOOK_URL: receiver,
    KUBERNETES_TIMEOUT_MS: '1500',
    INVESTIGATION_LEASE: String(LEASE_SECONDS),
    // A schedule may kill more often than a night does.
    INVESTIGATION_ATTEMPTS: '100',
    WORKER_THREADS: String(workers),
    LOG_LEVEL: 'warn',
  };
}

interface Stage {
  readonly fleet: Fleet;
  readonly ground: Ground;
  readonly kubesim: Awaited<ReturnType<typeof startKubesim>>;
  readonly receiver: Receiver;
  readonly processes: readonly ProcessFaults[];
}

async function runOn(schedule: Schedule, { fleet, ground, kubesim, receiver, processes }: Stage): Promise<Pick<RunResult, 'violations' | 'counts'>> {
  const { patienceMs, kubernetesLatencyMs, seed } = schedule;
  await fleet.ready();
  const start = Date.now();
  const now = (): number => Date.now() - start;
  const ledger = createLedger();
  const doors = openDoors(() => fleet.url());
  const strange: string[] = [];
  const unheard = { refused: 0, broken: 0 };
  const askedAgain = new Map<string, number>();
  const witness = startWitness(doors, ledger, createRandom(seed ^ 0x5eed));
  const victims = {
    ...{ fleet, ground, kubesim, kubernetesLatencyMs, receiver, processes, doors, now },
    askedAgain: (id: string) => void askedAgain.set(id, (askedAgain.get(id) ?? 0) + 1),
  };
  const senders = schedule.groups.map((group) => sendGroup(group, { fleet, ledger, patienceMs, now, unheard, strange: (what) => void strange.push(what) }));
  await inflict(schedule.faults, victims);
  kubesim.load({ latencyMs: kubernetesLatencyMs });
  await ground.heal(fleet.pids());
  await fleet.ready();
  await Promise.all(senders);
  await emptyQueue(doors, fleet);
  witness.stop();
  await witness.ended;

  const { violations, counts } = await check(doors, { ledger, answered: witness.answered(), askedAgain, told: receiver.told(), skewMs: skewOf(schedule) });
  await fleet.stop();
  return {
    violations: [...strange, ...witness.violations(), ...violations, ...fleet.complaints()],
    counts: { ...counts, messages: ledger.messages(), ...unheard, looks: witness.looks(), told: receiver.messages() },
  };
}

/** How far the clock of a replica was from ours, at most. */
function skewOf({ faults }: Schedule): number {
  return Math.max(0, ...faults.map((fault) => (fault.kind === 'clock' ? Math.abs(fault.jumpMs) : 0)));
}

async function emptyQueue(doors: Doors, fleet: Fleet): Promise<void> {
  const end = Date.now() + DRAIN_MS;
  let last: unknown;
  while (Date.now() < end) {
    try {
      last = await doors.health();
      const { queue_size: queued, running } = last as Awaited<ReturnType<Doors['health']>>;
      if (queued === 0 && running === 0 && (await doors.owed()) === 0) return;
    } catch (thrown) {
      last = thrown;
    }
    await sleep(100);
  }
  throw new Error(`The queue was not empty within ${DRAIN_MS} ms: ${JSON.stringify(last)}; ${fleet.complaints().join('; ')}`);
}
