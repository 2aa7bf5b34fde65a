import { createRandom, type Random } from '#testing/fuzz/random.ts';
import type { ReceiverMood } from './receiver.ts';

/** What happens in one run, made of its seed alone. Times are milliseconds from the start of the load. */
export interface Schedule {
  readonly seed: number;
  readonly groups: readonly GroupPlan[];
  readonly faults: readonly FaultPlan[];
  /** When the load ends and everything is made well again. */
  readonly loadMs: number;
  /** How long a sender waits for an answer before it gives the connection up and tries again. */
  readonly patienceMs: number;
  readonly workers: number;
  /** How long the Kubernetes API takes to answer, even when it is well. */
  readonly kubernetesLatencyMs: number;
}

/** One Alertmanager group and what becomes of its alerts. */
export interface GroupPlan {
  readonly cluster: string;
  readonly name: string;
  /** Groups of one namespace may be taken for one incident. */
  readonly namespace: string;
  readonly size: number;
  readonly severity: string;
  readonly changes: readonly GroupChange[];
  /** How long after the first Alertmanager its twin says the same; null: there is none. */
  readonly twinAfterMs: number | null;
}

/** From then on these of its alerts (by number) fire, or are over; a change that changes nothing is a repeat. */
export interface GroupChange {
  readonly atMs: number;
  readonly fire: readonly number[];
  readonly resolve: readonly number[];
}

export type FaultPlan = { readonly atMs: number } & Fault;

/**
 * What goes wrong. `replica` counts from 0; a fault of a replica that is down then does nothing.
 * `full`: nothing more can be written. `pause`: the process stands still, as on a stalled host, and goes on. `network`: between a replica and the database,
 * where there is one. `clock`: of one replica, which jumps there and back. `sync`: every fsync fails, where the database is a file. `receiver`: who is notified.
 */
export type Fault =
  | { readonly kind: 'kill' | 'terminate'; readonly replica: number; readonly downMs: number }
  | { readonly kind: 'pause'; readonly replica: number; readonly forMs: number }
  | { readonly kind: 'full'; readonly forMs: number; readonly spareBytes: number; readonly killAfterwards: boolean }
  | { readonly kind: 'kubernetes'; readonly how: KubernetesTrouble; readonly forMs: number }
  | { readonly kind: 'ask-again'; readonly which: number }
  | { readonly kind: 'network'; readonly replica: number; readonly how: 'stall' | 'cut'; readonly forMs: number }
  | { readonly kind: 'clock'; readonly replica: number; readonly jumpMs: number; readonly forMs: number }
  | { readonly kind: 'sync'; readonly forMs: number }
  | { readonly kind: 'receiver'; readonly how: ReceiverTrouble; readonly forMs: number };

export type ReceiverTrouble = Exclude<ReceiverMood, 'well'>;
export type KubernetesTrouble = 'hang' | 'slow' | 'refuse' | 'reset' | 'truncate' | 'throttle' | 'nonsense';

const CLUSTERS = ['default', 'west', 'east'] as const;
const SEVERITIES = ['critical', 'warning', 'info'] as const;
const KUBERNETES_TROUBLES: readonly KubernetesTrouble[] = ['hang', 'slow', 'refuse', 'reset', 'truncate', 'throttle', 'nonsense'];
const RECEIVER_TROUBLES: readonly ReceiverTrouble[] = ['refuse', 'hang', 'reset', 'take-and-reset'];
const QUIET_MS = 150;

/** The schedule of a seed for so many replicas. */
export function createSchedule(seed: number, replicas = 1): Schedule {
  const random = createRandom(seed);
  const loadMs = random.whole(4_000, 8_000);
  const faults = createFaults(random, loadMs, replicas);
  const steady = Array.from({ length: random.whole(6, 25) }, () => random.whole(0, loadMs * 0.7));
  const beginnings = [...steady, ...faults.flatMap((fault) => createBurst(random, fault))];
  return {
    seed,
    groups: beginnings.map((beginMs, index) => createGroup(random, index, beginMs, loadMs)),
    faults: [...faults, ...createOuterFaults(createRandom(seed ^ OUTER), loadMs, replicas)].toSorted((left, right) => left.atMs - right.atMs),
    loadMs,
    patienceMs: random.chance(0.7) ? 12_000 : random.whole(800, 2_500),
    workers: random.pick([1, 3, 10, 10]),
    kubernetesLatencyMs: random.pick([0, 0, 20, 150]),
  };
}

/** Groups that begin just before a fault and while it lasts: what is under way then is what may be lost. */
function createBurst(random: Random, fault: FaultPlan): readonly number[] {
  if (fault.kind === 'kubernetes' || fault.kind === 'ask-again') return [];
  const lastsMs = 'forMs' in fault ? fault.forMs : 0;
  return Array.from({ length: random.whole(3, 12) }, () => Math.max(0, fault.atMs + random.whole(-60, 20 + lastsMs)));
}

function createGroup(random: Random, index: number, beginMs: number, loadMs: number): GroupPlan {
  const size = random.chance(0.7) ? random.whole(1, 5) : random.chance(0.85) ? random.whole(6, 40) : random.whole(41, 200);
  // The same group may exist in several clusters: only the cluster tells them apart.
  const name = random.chance(0.2) ? 'shared' : `group-${index}`;
  return {
    cluster: name === 'shared' ? `shared-${index}` : random.pick(CLUSTERS),
    name,
    namespace: random.chance(0.3) ? 'shop' : `shop-${index}`,
    size,
    severity: random.pick(SEVERITIES),
    changes: createChanges(random, size, beginMs, loadMs),
    twinAfterMs: random.chance(0.4) ? random.whole(0, 3_000) : null,
  };
}

function createChanges(random: Random, size: number, beginMs: number, loadMs: number): readonly GroupChange[] {
  const everyone = Array.from({ length: size }, (_, index) => index);
  const some = (): readonly number[] => {
    const half = everyone.filter(() => random.chance(0.5));
    return half.length === 0 || random.chance(0.4) ? everyone : half;
  };
  const changes: GroupChange[] = [{ atMs: beginMs, fire: some(), resolve: [] }];
  for (let count = random.whole(0, 5); count > 0; count--) {
    const atMs = (changes.at(-1)?.atMs ?? 0) + random.whole(QUIET_MS, 2_000);
    if (atMs > loadMs) break;
    const kind = random.pick(['fire', 'resolve', 'resolve', 'repeat', 'mixed'] as const);
    const chosen = kind === 'repeat' ? [] : some();
    const half = chosen.filter(() => random.chance(0.5));
    const fire = kind === 'fire' ? chosen : kind === 'mixed' ? half : [];
    const resolve = kind === 'resolve' ? chosen : kind === 'mixed' ? chosen.filter((each) => !half.includes(each)) : [];
    changes.push({ atMs, fire, resolve });
  }
  return changes;
}

/** Faults of processes one after the other; those of Kubernetes beside them. */
function createFaults(random: Random, loadMs: number, replicas: number): readonly FaultPlan[] {
  const faults: FaultPlan[] = [];
  for (let atMs = random.whole(50, 1_500); atMs < loadMs; ) {
    const fault = createProcessFault(random, random.whole(0, replicas - 1));
    faults.push({ atMs, ...fault });
    atMs += random.whole(100, 2_500) + ('forMs' in fault ? fault.forMs : 0);
  }
  for (let atMs = random.whole(0, 3_000); atMs < loadMs; atMs += random.whole(1_500, 6_000)) {
    if (random.chance(0.6)) faults.push({ atMs, kind: 'kubernetes', how: random.pick(KUBERNETES_TROUBLES), forMs: random.whole(300, 4_000) });
  }
  for (let count = random.whole(0, 2); count > 0; count--) faults.push({ atMs: random.whole(1_000, loadMs), kind: 'ask-again', which: random.whole(0, 50) });
  return faults.toSorted((left, right) => left.atMs - right.atMs);
}

function createProcessFault(random: Random, replica: number): Fault & { readonly kind: 'kill' | 'terminate' | 'pause' | 'full' } {
  const kind = random.pick(['kill', 'kill', 'kill', 'terminate', 'pause', 'full', 'full'] as const);
  switch (kind) {
    case 'kill':
    case 'terminate':
      return { kind, replica, downMs: random.chance(0.5) ? 0 : random.whole(50, 1_200) };
    case 'pause':
      // The lease is 5 s: one of two pauses outlasts it.
      return { kind, replica, forMs: random.chance(0.5) ? random.whole(200, 1_500) : random.whole(5_200, 7_000) };
    case 'full':
      return { kind, forMs: random.whole(300, 2_500), spareBytes: random.pick([0, 0, 4_096, 50_000]), killAfterwards: random.chance(0.4) };
  }
}

/** Its own stream of numbers: the rest of a schedule is what it was before there were these. */
const OUTER = 0x0e7;

/** What goes wrong around the processes, beside everything else. */
function createOuterFaults(random: Random, loadMs: number, replicas: number): readonly FaultPlan[] {
  const some = (most: number, create: () => Fault): readonly FaultPlan[] =>
    Array.from({ length: random.whole(0, most) }, () => ({ atMs: random.whole(200, loadMs), ...create() }));
  const replica = (): number => random.whole(0, replicas - 1);
  return [
    // Longer than a lease, or not.
    ...some(3, () => ({
      kind: 'network',
      replica: replica(),
      how: random.pick(['stall', 'cut']),
      forMs: random.chance(0.6) ? random.whole(200, 2_000) : random.whole(5_200, 7_000),
    })),
    // Longer than a lease, or not; an hour's error is a matter for the contract of the store: past a quarter of an hour nobody can tell a late copy from news.
    ...some(2, () => ({
      kind: 'clock',
      replica: replica(),
      jumpMs: random.pick([-1, 1]) * random.whole(1_000, 15_000),
      forMs: random.whole(300, 3_000),
    })),
    ...some(1, () => ({ kind: 'sync', forMs: random.whole(200, 1_500) })),
    ...some(2, () => ({ kind: 'receiver', how: random.pick(RECEIVER_TROUBLES), forMs: random.whole(200, 2_500) })),
  ];
}
