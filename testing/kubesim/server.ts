import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseForbid } from './access.ts';
import { answer } from './answer.ts';
import { ApiError, PASSING_CODES, passing, unauthorized } from './api-error.ts';
import { type Behaviour, type Exchange, misbehave, type State, type Stats, send } from './exchange.ts';
import type { Snapshot } from './snapshot.ts';
import { type Target, targetOf } from './target.ts';

/** The read-only API server over a snapshot. Every write is refused with 405 and remembered. */
export class SnapshotServer {
  readonly #http: Server;
  #state: State;

  constructor(snapshot: Snapshot, behaviour: Behaviour) {
    this.#state = newState(snapshot, behaviour, 1);
    this.#http = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /** Serves another snapshot or behaves otherwise from now on, and counts anew. Continue tokens given before expire. */
  load(snapshot: Snapshot, behaviour: Behaviour): void {
    this.#state = newState(snapshot, behaviour, this.#state.generation + 1);
  }

  get snapshot(): Snapshot {
    return this.#state.snapshot;
  }

  stats(): Stats {
    return structuredClone(this.#state.stats);
  }

  /** The URL it listens on: a free port of the loopback address. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(0, '127.0.0.1', () => {
        const address = this.#http.address();
        resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
      });
    });
  }

  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
    this.#http.closeAllConnections();
    return closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const state = this.#state;
    const url = new URL((request.url ?? '/').replace(/^\/+/, '/'), 'http://localhost');
    const path = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
    const method = request.method ?? 'GET';
    const target = targetOf(method, path, url.searchParams);
    const exchange: Exchange = { state, request, response, method, path, query: url.searchParams, target, what: describe(target, url.pathname) };
    if (state.behaviour.latencyMs) await delay(state.behaviour.latencyMs);
    const fault = state.behaviour.fault?.({ path: url.pathname, query: url.searchParams, count: (state.stats.requests[exchange.what] ?? 0) + 1 });
    try {
      if (fault) return misbehave(exchange, fault);
      if (state.behaviour.errorRate && nextRandom(state) < state.behaviour.errorRate) throw passing(PASSING_CODES[state.stats.total % 4] ?? 500);
      if (state.behaviour.token !== undefined && request.headers.authorization !== `Bearer ${state.behaviour.token}`) throw unauthorized();
      await answer(exchange);
    } catch (error) {
      const known = error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error occurred: ${error}`);
      send(exchange, known.code, JSON.stringify(known.body()), 'application/json', known.retryAfterSeconds);
    }
  }
}

function newState(snapshot: Snapshot, behaviour: Behaviour, generation: number): State {
  parseForbid(behaviour.forbid ?? '');
  return { snapshot, behaviour, generation, stats: { total: 0, requests: {}, codes: {}, writes: [] }, random: 1 };
}

function describe(target: Target | undefined, path: string): string {
  if (!target) return `get ${path}`;
  const resource = target.group ? `${target.plural}.${target.group}` : target.plural;
  return `${target.verb} ${resource}${target.subresource ? `/${target.subresource}` : ''}`;
}

/** A linear congruential step (Numerical Recipes): the same errors in every run. */
function nextRandom(state: State): number {
  state.random = (Math.imul(state.random, 1_664_525) + 1_013_904_223) >>> 0;
  return state.random / 2 ** 32;
}
