import http from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf } from '#domain/error.ts';
import type { Connection } from './connection.ts';

/** Sockets open to one API server at a time; more requests wait their turn, within their deadlines. */
const MAX_SOCKETS = 24;

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly body: Buffer;
  /** True when the beginning was dropped to keep within the bound (keep: newest). */
  readonly cut: boolean;
}

/** Why there is no answer. `silent`: not a byte of an answer came, as from a server that is dead. */
export class NoAnswer extends Error {
  readonly kind: 'timeout' | 'unreachable' | 'too-large' | 'broken-off' | 'aborted';
  readonly silent: boolean;

  constructor(kind: NoAnswer['kind'], message: string, silent: boolean) {
    super(message);
    this.kind = kind;
    this.silent = silent;
  }
}

export type HttpGet = (path: string, bounds: { readonly maxBytes: number; readonly keep: 'all' | 'newest' }, signal: AbortSignal) => Promise<HttpAnswer>;

/**
 * GETs from one server over kept connections: raw JSON at half the cost of the client library's objects, with a deadline (`signal`), which
 * the library has not, and a bound on what is read. Redirects are answers. Throws NoAnswer. What was sent over a connection that the server had just closed is sent
 * again over a new one: https://nodejs.org/api/http.html#requestreusedsocket.
 */
export function createHttpGet(connection: Connection): { readonly get: HttpGet; readonly close: () => void } {
  const secure = connection.server.startsWith('https:');
  const agent = secure ? new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }) : new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });

  const get: HttpGet = async (path, bounds, signal) => {
    const options: https.RequestOptions = {
      agent,
      method: 'GET',
      headers: { accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': 'oncallm' },
      signal,
    };
    await abortable(connection.authenticate(options), signal);
    const send = (how: https.RequestOptions): Promise<HttpAnswer> =>
      new Promise((resolve, reject) => {
        let answered = false;
        const fail = (error: unknown) => reject(noAnswer(error, signal, !answered));
        const request = (secure ? https : http).request(`${connection.server}${path}`, how, (response) => {
          answered = true;
          readBody(response, bounds).then(({ body, cut }) => {
            const retryAfter = Number(response.headers['retry-after']);
            resolve({ status: response.statusCode ?? 0, retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined, body, cut });
          }, fail);
        });
        request.on('error', (error: NodeJS.ErrnoException) => {
          // The server let go of a connection that lay idle, which says nothing about the server; the others that lie idle are no better.
          if (request.reusedSocket && !answered && error.code === 'ECONNRESET' && how.agent === agent && !signal.aborted)
            resolve(send({ ...how, agent: false }));
          else fail(error);
        });
        request.end();
      });
    return send(options);
  };
  return { get, close: () => agent.destroy() };
}

/** An exec plugin or an identity provider may take its time: it has no more of it than the request. */
async function abortable(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new NoAnswer('aborted', 'Given up before it was sent.', false);
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(noAnswer(signal.reason, signal, true));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function readBody(response: http.IncomingMessage, { maxBytes, keep }: { readonly maxBytes: number; readonly keep: 'all' | 'newest' }) {
  // A pipeline passes on that the connection ended early; whoever reads the stream is told.
  const stream = response.headers['content-encoding'] === 'gzip' ? pipeline(response, createGunzip(), () => {}) : response;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let cut = false;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes && keep === 'all') {
      response.destroy();
      throw new NoAnswer('too-large', `The answer has more than ${maxBytes} bytes.`, false);
    }
    while (bytes - (chunks[0]?.length ?? 0) > maxBytes) {
      bytes -= chunks.shift()?.length ?? 0;
      cut = true;
    }
  }
  return { body: Buffer.concat(chunks), cut };
}

function noAnswer(error: unknown, signal: AbortSignal, silent: boolean): NoAnswer {
  if (error instanceof NoAnswer) return error;
  if (signal.aborted) {
    const timedOut = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
    return timedOut
      ? new NoAnswer('timeout', 'No answer within the deadline.', silent)
      : new NoAnswer('aborted', 'Given up: nobody needs the answer any more.', false);
  }
  return silent ? new NoAnswer('unreachable', messageOf(error), true) : new NoAnswer('broken-off', `The answer broke off: ${messageOf(error)}.`, false);
}
