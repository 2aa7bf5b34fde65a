import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '#domain/error.ts';
import type { Breaker } from './breaker.ts';
import { failed, type Read } from './cluster-reader.ts';
import { type HttpAnswer, type HttpGet, NoAnswer } from './http-get.ts';
import { messageIn, unanswered } from './status-answer.ts';

const LONGEST_PAUSE_MS = 2_000;

export interface ApiReaderOptions {
  /** For one question, all its pages and a second try included. */
  readonly requestTimeoutMs: number;
  readonly maxListItems: number;
  readonly maxListBytes: number;
  /** Milliseconds; for the breaker. */
  readonly now: () => number;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What requests to one API server share. */
export interface Wire {
  readonly server: string;
  readonly get: HttpGet;
  readonly breaker: Breaker;
  readonly options: ApiReaderOptions;
  requests: number;
}

/** An answer, whatever its status; or why there is none. */
type Asked = { readonly answer: HttpAnswer } | { readonly failure: Extract<Read<never>, { outcome: 'failed' }> };

/** What is asked, in the words of a message, and how much of the answer is kept. */
interface Ask {
  readonly verb: string;
  readonly what: string;
  readonly maxBytes: number;
  readonly keep: 'all' | 'newest';
  /** Answered by the kubelet of a node, through the API server: that it does not answer says nothing about the server. */
  readonly byNode?: boolean;
}

/** One GET, and a second after a passing error. */
export async function ask(wire: Wire, path: string, { verb, what, ...bounds }: Ask, signal: AbortSignal): Promise<Asked> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await once(wire, path, bounds, signal);
    if (outcome instanceof NoAnswer) {
      const mayPass = outcome.kind === 'broken-off' || (outcome.kind === 'unreachable' && /ECONNRESET|socket hang up/.test(outcome.message));
      if (attempt > 1 || !mayPass) return { failure: unanswered(verb, what, wire.server, outcome) };
    } else if (typeof outcome === 'string') {
      return { failure: failed('unreachable', `${wire.server} was not asked to ${verb} ${what}: ${outcome}`) };
    } else if (attempt > 1 || !isPassing(outcome)) {
      return { answer: outcome };
    }
    const seconds = outcome instanceof NoAnswer ? 0 : (outcome.retryAfterSeconds ?? 0.2);
    const waited = await (wire.options.pause ?? pause)(Math.min(seconds * 1000, LONGEST_PAUSE_MS), signal).then(
      () => true,
      () => false,
    );
    if (!waited) return { failure: failed('timeout', `${wire.server} did not answer in time to ${verb} ${what}.`) };
  }
}

/** A refusal of the breaker is a string. */
async function once(
  wire: Wire,
  path: string,
  { byNode = false, ...bounds }: Pick<Ask, 'maxBytes' | 'keep' | 'byNode'>,
  signal: AbortSignal,
): Promise<HttpAnswer | NoAnswer | string> {
  const refusal = wire.breaker.refusal();
  if (refusal !== undefined) return refusal;
  const sentAt = wire.options.now();
  wire.requests += 1;
  try {
    const answer = await wire.get(path, bounds, signal);
    wire.breaker.answered();
    return answer;
  } catch (error) {
    const none = error instanceof NoAnswer ? error : new NoAnswer('unreachable', messageOf(error), true);
    if (none.silent && !(byNode && none.kind === 'timeout')) wire.breaker.silent(sentAt, none.message);
    else if (none.silent || none.kind === 'aborted') wire.breaker.abandoned();
    else wire.breaker.answered();
    return none;
  }
}

/** An answer that a second try may better. A node that the API server cannot reach will not be there in a moment either. */
function isPassing({ status, body }: HttpAnswer): boolean {
  return status === 429 || (status >= 500 && !/dial tcp|no route to host/.test(messageIn(body)));
}

const pause = async (ms: number, signal: AbortSignal) => {
  await delay(ms, undefined, { signal });
};
