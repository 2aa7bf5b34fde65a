import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { createCountSync, type ShareCounts } from './count-sync.ts';

/** Requests per minute; 0 = no limit. Both count in windows of 60 s that begin with the first request. */
export interface RequestLimitOptions {
  readonly perIp: number;
  readonly global: number;
  readonly clock: () => Date;
  /** Counts together with other replicas, behind the requests; undefined: there are none. */
  readonly share?: ShareCounts | undefined;
}

/** Where a client stands: what the X-RateLimit headers say. */
export interface Standing {
  readonly limit: number;
  readonly remaining: number;
  /** When the window ends, in seconds since 1970. */
  readonly resetAt: number;
  /** The same in seconds from now, at least 1. */
  readonly retryAfter: number;
  readonly exceeded: boolean;
}

export interface RequestLimits {
  /** Without counting; undefined when both limits are off. */
  peek(address: string): Promise<Standing | undefined>;
  /** Counts one request. It counts for neither limit when one of them is exceeded, so a client over its own does not use up the others'. */
  count(address: string): Promise<Standing | undefined>;
}

const WINDOW_SECONDS = 60;
const EVERYBODY = 'all';

export function createRequestLimits({ perIp, global, clock, share }: RequestLimitOptions): RequestLimits {
  const own = perIp > 0 ? new RateLimiterMemory({ points: perIp, duration: WINDOW_SECONDS }) : undefined;
  const shared = global > 0 ? new RateLimiterMemory({ points: global, duration: WINDOW_SECONDS }) : undefined;

  const sync =
    share &&
    createCountSync({
      share,
      windowMs: WINDOW_SECONDS * 1_000,
      clock,
      apply: (key, points, leftMs) => void (key === EVERYBODY ? shared : own)?.set(key, points, leftMs / 1_000),
    });

  const standing = (limiter: RateLimiterMemory, state: RateLimiterRes | null, exceeded: boolean): Standing => {
    const millisecondsLeft = state && state.msBeforeNext > 0 ? state.msBeforeNext : WINDOW_SECONDS * 1_000;
    return {
      limit: limiter.points,
      remaining: Math.max(0, limiter.points - (state?.consumedPoints ?? 0)),
      resetAt: Math.ceil((clock().getTime() + millisecondsLeft) / 1_000),
      retryAfter: Math.max(1, Math.ceil(millisecondsLeft / 1_000)),
      exceeded,
    };
  };
  const look = async (limiter: RateLimiterMemory, key: string): Promise<Standing> => standing(limiter, await limiter.get(key), false);

  async function take(limiter: RateLimiterMemory, key: string): Promise<Standing> {
    try {
      const state = await limiter.consume(key);
      sync?.note(key);
      return standing(limiter, state, false);
    } catch (refusal) {
      if (refusal instanceof Error) throw refusal;
      return standing(limiter, refusal as RateLimiterRes, true); // the library rejects with the state when there are no points left
    }
  }

  return {
    peek: async (address) => nearest(own && (await look(own, address)), shared && (await look(shared, EVERYBODY))),
    async count(address) {
      const all = shared && (await look(shared, EVERYBODY));
      // Before the address is counted: addresses may be forged (TRUST_PROXY), and every one that is counted takes memory for a minute.
      if (all && all.remaining === 0) return { ...all, exceeded: true };
      const mine = own && (await take(own, address));
      if (mine?.exceeded) return mine;
      return nearest(mine, shared && (await take(shared, EVERYBODY)));
    },
  };
}

/** The limit that will be reached first. */
function nearest(own: Standing | undefined, shared: Standing | undefined): Standing | undefined {
  if (own === undefined || shared === undefined) return own ?? shared;
  if (shared.exceeded) return shared;
  return shared.remaining < own.remaining ? shared : own;
}
