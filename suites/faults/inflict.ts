import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault as ApiFault } from '#testing/kubesim/fault.ts';
import type { Kubesim } from '#testing/kubesim/kubesim.ts';
import type { Doors } from './doors.ts';
import type { Fleet } from './fleet.ts';
import type { Ground } from './ground.ts';
import type { ProcessFaults } from './process-faults.ts';
import type { Receiver } from './receiver.ts';
import type { Fault, FaultPlan, KubernetesTrouble } from './schedule.ts';

export interface Victims {
  readonly fleet: Fleet;
  readonly ground: Ground;
  readonly kubesim: Kubesim;
  /** Of each replica. */
  readonly processes: readonly ProcessFaults[];
  readonly receiver: Receiver;
  readonly kubernetesLatencyMs: number;
  /** For asking again as a person does. */
  readonly doors: Doors;
  /** A person is about to ask for an investigation of this incident. */
  readonly askedAgain: (incidentId: string) => void;
  readonly now: () => number;
}

/** Does what the schedule says, when it says so; resolves when the last fault is over. Faults may overlap. */
export async function inflict(faults: readonly FaultPlan[], victims: Victims): Promise<void> {
  await Promise.all(
    faults.map(async (fault) => {
      await sleep(Math.max(0, fault.atMs - victims.now()));
      await commit(fault, victims);
    }),
  );
}

async function commit(fault: Fault, victims: Victims): Promise<void> {
  const { fleet } = victims;
  switch (fault.kind) {
    case 'kill':
      return fleet.bounce(fault.replica, 'SIGKILL', fault.downMs);
    case 'terminate':
      return fleet.bounce(fault.replica, 'SIGTERM', fault.downMs);
    case 'pause':
      return fleet.pause(fault.replica, fault.forMs);
    case 'full':
      return fill(fault, victims);
    case 'kubernetes':
      return trouble(fault, victims);
    case 'ask-again':
      return askAgain(fault.which, victims);
    case 'network':
      return disconnect(fault, victims);
    case 'clock':
      victims.processes[fault.replica]?.setClock(fault.jumpMs);
      await sleep(fault.forMs);
      victims.processes[fault.replica]?.setClock(0);
      return;
    case 'sync':
      return failSync(fault.forMs, victims);
    case 'receiver':
      victims.receiver.become(fault.how);
      await sleep(fault.forMs);
      victims.receiver.become('well');
      return;
  }
}

async function fill({ forMs, spareBytes, killAfterwards }: Extract<Fault, { kind: 'full' }>, { fleet, ground }: Victims): Promise<void> {
  await ground.fail(fleet.pids(), { spareBytes, hard: killAfterwards });
  await sleep(forMs);
  // Started again before there is room: what a supervisor does.
  if (killAfterwards) {
    await fleet.bounce(0, 'SIGKILL', 0);
    await sleep(400);
  }
  await ground.heal(fleet.pids());
}

async function disconnect({ replica, how, forMs }: Extract<Fault, { kind: 'network' }>, { ground }: Victims): Promise<void> {
  const link = ground.links[replica];
  if (link === undefined) return;
  link[how]();
  await sleep(forMs);
  link.resume();
}

/** A server of its own does its own syncing. */
async function failSync(forMs: number, { ground, processes }: Victims): Promise<void> {
  if (ground.kind === 'postgres') return;
  for (const each of processes) each.failSync(true);
  await sleep(forMs);
  for (const each of processes) each.failSync(false);
}

async function trouble({ how, forMs }: Extract<Fault, { kind: 'kubernetes' }>, { kubesim, kubernetesLatencyMs: latencyMs }: Victims): Promise<void> {
  kubesim.load(how === 'slow' ? { latencyMs: 1_200 } : { latencyMs, fault: () => TROUBLE[how] });
  await sleep(forMs);
  kubesim.load({ latencyMs });
}

const TROUBLE: Readonly<Record<Exclude<KubernetesTrouble, 'slow'>, ApiFault>> = {
  hang: { kind: 'hang' },
  reset: { kind: 'reset' },
  truncate: { kind: 'truncate', text: '{"kind":"List","items":[' },
  nonsense: { kind: 'body', text: '{"kind":"List","items":[null,5,{"metadata":{"name":7}},{"metadata":{"name":"x"},"status":"gone"}]}' },
  refuse: { kind: 'status', code: 503 },
  throttle: { kind: 'status', code: 429, retryAfter: '1' },
};

/** A person asks while everything goes wrong: whoever does not hear "accepted" was promised nothing, though it may have been. */
async function askAgain(which: number, { doors, askedAgain }: Victims): Promise<void> {
  try {
    const incidents = await doors.incidents();
    const chosen = incidents[which % Math.max(1, incidents.length)];
    if (chosen === undefined) return;
    askedAgain(chosen.id);
    await doors.askAgain(chosen.id);
  } catch {
    // Down at that moment.
  }
}
