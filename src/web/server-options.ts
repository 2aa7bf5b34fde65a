import type { Socket } from 'node:net';
import { type FastifyBaseLogger, type FastifyServerOptions, LogController } from 'fastify';
import { answerProblem } from './answer-error.ts';
import type { ProxyTrust, WebOptions } from './options.ts';

/** Longer than the five minutes that Go's client keeps idle connections: whoever closes first must not be us, or a delivery may meet a closing connection. */
const KEEP_ALIVE_MS = 6 * 60_000;
/** For the head of a request, on top of what REQUEST_TIMEOUT allows for the rest. */
const HEAD_MS = 60_000;
/** A fingerprint of 256 characters, each percent-encoded as four bytes. */
const MAX_PARAMETER_LENGTH = 256 * 12;

/** How the HTTP server behaves, whatever the routes. */
export function serverOptions(options: WebOptions, log: FastifyBaseLogger) {
  return {
    loggerInstance: log,
    // No line of ours belongs to a request: a logger for each would cost more than reading its body.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimitBytes,
    trustProxy: trustOf(options.trustProxy),
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: options.requestTimeoutSeconds * 1_000 + HEAD_MS,
    handlerTimeout: options.requestTimeoutSeconds * 1_000,
    forceCloseConnections: true,
    return503OnClosing: false, // drain.ts answers in our own words
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, ignoreDuplicateSlashes: true },
    frameworkErrors: (_error, request, reply) => void answerProblem(request, reply, { status: 400, detail: 'Bad request' }),
    clientErrorHandler: answerBrokenRequest,
  } satisfies FastifyServerOptions;
}

function trustOf(trust: ProxyTrust): boolean | string[] | ((address: string, hop: number) => boolean) {
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  return typeof trust === 'boolean' ? trust : [...trust];
}

const BROKEN: Readonly<Record<string, { readonly status: string; readonly detail: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', detail: 'Request timed out' },
  HPE_HEADER_OVERFLOW: { status: '431 Request Header Fields Too Large', detail: 'Headers too large' },
};

/** What is not HTTP never becomes a request: the answer is written to the socket itself. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, detail } = BROKEN[error.code ?? ''] ?? { status: '400 Bad Request', detail: 'Bad request' };
  const body = JSON.stringify({ detail });
  if (socket.writable)
    socket.write(`HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
  socket.destroy(error);
}
