import { createHash } from 'node:crypto';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from './random.ts';
import { type Target, TooSlow, Violation } from './target.ts';

export interface Failure {
  readonly target: string;
  /** Replays with `--target` and `--case`. */
  readonly case: number;
  readonly why: string;
  readonly input: unknown;
}

export interface TargetResult {
  readonly target: string;
  readonly cases: number;
  readonly failures: readonly Failure[];
  readonly durationMs: number;
  readonly slowestMs: number;
  /** Growth of the heap from a tenth of the way to the end, after collections; NaN without `--expose-gc`. */
  readonly grownBytes: number;
}

export interface CasesOptions {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** Stops after so many failures of one target. */
  readonly maxFailures: number;
  /** Rejections that nobody handled since it was last asked; they count as failures of the case they came in. */
  readonly stray?: () => readonly unknown[];
  readonly progress?: (done: number) => void;
}

const PROGRESS_EVERY = 5_000;
const SETTLE_MS = 3_000;
/** So often timers get their turn: a target that waits for nothing outside would keep it from them. */
const BREATHE_EVERY = 200;

/** Runs cases of one target, each made of the seed and its number alone. */
export async function runCases(target: Target, { seed, first, count, maxFailures, stray = () => [], progress }: CasesOptions): Promise<TargetResult> {
  const failures: Failure[] = [];
  const began = performance.now();
  let slowestMs = 0;
  let early = Number.NaN;
  let index = first;
  for (; index < first + count && failures.length < maxFailures; index++) {
    const at = performance.now();
    const why = await attempt(target, seed, index);
    slowestMs = Math.max(slowestMs, performance.now() - at);
    if (why !== undefined) failures.push({ target: target.name, case: index, ...why });
    for (const reason of stray()) failures.push({ target: target.name, case: index, why: `unhandled rejection: ${textOf(reason)}`, input: undefined });
    if (index - first === Math.floor(count / 10)) early = await heapBytes();
    if (index % BREATHE_EVERY === 0) await immediate();
    if ((index - first + 1) % PROGRESS_EVERY === 0) progress?.(index - first + 1);
  }
  const durationMs = performance.now() - began;
  return { target: target.name, cases: index - first, failures, durationMs, slowestMs, grownBytes: (await heapBytes()) - early };
}

async function attempt(target: Target, seed: number, index: number, again = false): Promise<{ readonly why: string; readonly input: unknown } | undefined> {
  try {
    await target.run(createRandom(seedOf(target.name, seed, index)));
    return undefined;
  } catch (thrown) {
    if (thrown instanceof TooSlow && !again) return attempt(target, seed, index, true);
    return { why: textOf(thrown), input: thrown instanceof Violation ? thrown.input : undefined };
  }
}

function seedOf(target: string, seed: number, index: number): number {
  return createHash('sha256').update(`${target} ${seed} ${index}`).digest().readInt32LE(0);
}

function textOf(thrown: unknown): string {
  if (thrown instanceof Violation) return thrown.message;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message).split('\n').slice(0, 8).join('\n') : String(thrown);
}

/** Once what only waits for a timer has gone: requests without a connection keep theirs until it rings (started-web.ts). */
async function heapBytes(): Promise<number> {
  if (globalThis.gc === undefined) return Number.NaN;
  await sleep(SETTLE_MS);
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
