import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { ApiError } from './api-error.ts';
import type { Fault } from './fault.ts';
import type { Snapshot } from './snapshot.ts';
import type { Target } from './target.ts';

/** How the server behaves; may be changed while it runs. */
export interface Behaviour {
  /** Rules of access.ts: what is answered 403. */
  readonly forbid?: string;
  /** Asked of every request; 401 without it. kubectl sends a token over TLS only. */
  readonly token?: string;
  readonly latencyMs?: number;
  /** Share (0…1) of requests that get a passing error, by a fixed pseudo-random sequence. */
  readonly errorRate?: number;
  /** What goes wrong with this one request; undefined: nothing. */
  readonly fault?: (request: { readonly path: string; readonly query: URLSearchParams; readonly count: number }) => Fault | undefined;
}

export interface Stats {
  readonly total: number;
  /** By `verb plural[.group][/subresource]`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly codes: Readonly<Record<string, number>>;
  /** Attempts to change something: there must be none. */
  readonly writes: readonly string[];
}

/** What is served and counted; replaced as a whole by load. */
export interface State {
  readonly snapshot: Snapshot;
  readonly behaviour: Behaviour;
  readonly generation: number;
  readonly stats: { total: number; requests: Record<string, number>; codes: Record<string, number>; writes: string[] };
  random: number;
}

/** One request, read as far as its path goes, and what answers it. */
export interface Exchange {
  readonly state: State;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly target: Target | undefined;
  /** For the statistics: `list pods`, `get pods/log`, `get /version`. */
  readonly what: string;
}

const GZIP_FROM_BYTES = 1024;

export function sendJson(exchange: Exchange, code: number, value: unknown): void {
  send(exchange, code, `${JSON.stringify(value)}\n`, 'application/json');
}

export function send(exchange: Exchange, code: number, text: string, type: string, retryAfterSeconds?: number): void {
  const { request, response } = exchange;
  count(exchange, code);
  const zip = text.length >= GZIP_FROM_BYTES && type === 'application/json' && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = zip ? gzipSync(text, { level: 1 }) : Buffer.from(text);
  response.writeHead(code, {
    'Content-Type': type,
    ...(zip && { 'Content-Encoding': 'gzip' }),
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
    ...(code !== 204 && { 'Content-Length': body.length }),
  });
  response.end(code === 204 ? undefined : body);
}

function count({ state: { stats }, what }: Exchange, code: number): void {
  stats.total += 1;
  stats.requests[what] = (stats.requests[what] ?? 0) + 1;
  stats.codes[code] = (stats.codes[code] ?? 0) + 1;
}

/** Does what the fault says instead of answering. */
export function misbehave(exchange: Exchange, fault: Fault): void {
  const { response } = exchange;
  count(exchange, fault.kind === 'status' ? fault.code : 0);
  switch (fault.kind) {
    case 'hang':
      return;
    case 'reset':
      response.destroy();
      return;
    case 'body':
      response.writeHead(fault.code ?? 200, { 'Content-Type': fault.type ?? 'application/json' }).end(fault.text);
      return;
    case 'truncate':
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100000' });
      response.write(fault.text, () => response.destroy());
      return;
    case 'status': {
      const error = new ApiError(fault.code, fault.reason ?? 'InternalError', fault.message ?? 'an error on the server');
      response.writeHead(fault.code, { 'Content-Type': 'application/json', ...(fault.retryAfter && { 'Retry-After': fault.retryAfter }) });
      response.end(JSON.stringify(error.body()));
    }
  }
}
