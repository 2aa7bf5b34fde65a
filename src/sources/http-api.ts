import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf } from '#domain/error.ts';
import type { UnavailableReason } from '#domain/evidence.ts';
import { createBreaker } from './kubernetes/breaker.ts';

/** How a JSON API over HTTP is reached, and how it is told who asks. Only the origin of `url` is ever called. */
export interface HttpApiOptions {
  /** Base address; a path is kept as a prefix, a query is sent along, credentials in it are basic auth. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly bearerToken?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** PEM file with the authorities to believe besides none; the system's when absent. */
  readonly caFile?: string | undefined;
  /** For one request, from the first byte sent to the last one read. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** How long a server that did not answer is not asked again. */
  readonly coolOffMs: number;
  readonly clock: () => Date;
}

export interface HttpFailure {
  readonly outcome: 'failed';
  readonly reason: UnavailableReason;
  /** One line: what was tried and what came back. */
  readonly why: string;
  /** undefined when there was no whole answer. */
  readonly status?: number;
}
/** `answered` with any status that is no redirect and no refusal, and a JSON body. */
export type HttpAnswer = { readonly outcome: 'answered'; readonly status: number; readonly json: unknown } | HttpFailure;

export interface HttpApi {
  /** As `url`, without credentials: safe to print. */
  readonly address: string;
  /** Sends the parameters as a form (POST), or in the address (GET). Never throws. */
  ask(method: 'GET' | 'POST', path: string, parameters: URLSearchParams, signal: AbortSignal): Promise<HttpAnswer>;
  /** Requests sent so far. */
  requestCount(): number;
  close(): void;
}

const MAX_SOCKETS = 8;

/** undefined when `url` is not an http(s) address. */
export function createHttpApi(options: HttpApiOptions): HttpApi | undefined {
  const base = URL.parse(options.url);
  if (!base || !/^https?:$/.test(base.protocol)) return undefined;
  const address = `${base.origin}${base.pathname.replace(/\/+$/, '')}`;
  const now = () => options.clock().getTime();
  const breaker = createBreaker(now, options.coolOffMs);
  const connect = createConnector(base, options);
  let requests = 0;

  return {
    address,
    requestCount: () => requests,
    async ask(method, path, parameters, signal) {
      if (signal.aborted) return failed('timeout', `${address}${path}: given up before it was asked.`);
      const refusal = breaker.refusal();
      if (refusal !== undefined) return failed('unreachable', refusal);
      const sentAt = now();
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), options.timeoutMs);
      try {
        requests += 1;
        const raw = await exchange(
          await connect.open(),
          { base, method, path, parameters, maxBytes: options.maxBytes },
          AbortSignal.any([signal, deadline.signal]),
        );
        breaker.answered();
        const answer = read(raw, `${address}${path}`);
        return answer.outcome === 'failed' ? { ...answer, status: raw.status } : answer;
      } catch (error) {
        if (error instanceof BrokenOff) {
          breaker.answered();
          return failed('invalid', `${address}${path}: ${error.message}`);
        }
        if (signal.aborted) {
          breaker.abandoned();
          return failed('timeout', `${address}${path}: given up waiting for the answer.`);
        }
        const timedOut = deadline.signal.aborted;
        const why = timedOut ? `${address}${path}: no answer within ${options.timeoutMs / 1000} seconds.` : `${address}${path}: ${bare(messageOf(error))}.`;
        breaker.silent(sentAt, why);
        return failed(timedOut ? 'timeout' : 'unreachable', why);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => connect.close(),
  };
}

interface Raw {
  readonly status: number;
  readonly contentType: string;
  readonly location: string;
  readonly body: string;
}

/** The server lives, but what it sent cannot be used. */
class BrokenOff extends Error {}

interface Connector {
  open(): Promise<{ readonly agent: http.Agent | https.Agent; readonly headers: Readonly<Record<string, string>> }>;
  close(): void;
}

/** Reads the authorities with the first request: making a source does nothing. */
function createConnector(base: URL, options: HttpApiOptions): Connector {
  const user = options.username ?? decoded(base.username);
  const basic = `Basic ${Buffer.from(`${user}:${options.password ?? decoded(base.password)}`).toString('base64')}`;
  const authorization = options.bearerToken ? `Bearer ${options.bearerToken}` : user ? basic : undefined;
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'gzip',
    'user-agent': 'oncallm',
    ...(authorization && { authorization }),
    ...options.headers,
  };
  let agent: http.Agent | https.Agent | undefined;
  return {
    async open() {
      if (agent) return { agent, headers };
      const shared = { keepAlive: true, maxSockets: MAX_SOCKETS };
      const ca = options.caFile === undefined ? undefined : await readFile(options.caFile, 'utf8');
      agent ??= base.protocol === 'https:' ? new https.Agent({ ...shared, ...(ca !== undefined && { ca }) }) : new http.Agent(shared);
      return { agent, headers };
    },
    close: () => agent?.destroy(),
  };
}

interface Exchange {
  readonly base: URL;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly maxBytes: number;
}

function exchange({ agent, headers }: Awaited<ReturnType<Connector['open']>>, what: Exchange, signal: AbortSignal): Promise<Raw> {
  const { base, method, path, parameters, maxBytes } = what;
  const query = new URLSearchParams(base.search);
  if (method === 'GET') for (const [name, value] of parameters) query.append(name, value);
  const target = `${base.pathname.replace(/\/+$/, '')}${path}${query.size > 0 ? `?${query}` : ''}`;
  const form = method === 'POST' ? parameters.toString() : '';
  return new Promise((resolve, reject) => {
    const request = (base.protocol === 'https:' ? https : http).request(
      {
        agent,
        method,
        hostname: base.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: base.port || undefined,
        path: target,
        headers: { ...headers, ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(form) }) },
        signal,
      },
      (response) => {
        const { statusCode = 0, headers: got } = response;
        readBody(response, maxBytes).then(
          (body) => resolve({ status: statusCode, contentType: got['content-type'] ?? '', location: got.location ?? '', body }),
          (error: unknown) => reject(signal.aborted || error instanceof BrokenOff ? error : new BrokenOff(`the answer broke off: ${messageOf(error)}.`)),
        );
      },
    );
    request.on('error', reject);
    request.end(form);
  });
}

async function readBody(response: http.IncomingMessage, maxBytes: number): Promise<string> {
  // A pipeline passes on that the connection ended early; whoever reads the stream is told.
  const stream = response.headers['content-encoding'] === 'gzip' ? pipeline(response, createGunzip(), () => {}) : response;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      response.destroy();
      throw new BrokenOff(`the answer has more than ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What the status and the body mean before anybody knows the API. */
function read({ status, contentType, location, body }: Raw, what: string): HttpAnswer {
  if (status >= 300 && status < 400) {
    return failed('invalid', `${what}: redirected to ${hostOf(location)} (${status}), which is not followed. Configure the address where it really is.`);
  }
  if (status === 401 || status === 403) return failed('forbidden', `${what}: refused with ${status}${remark(body)}. Check the credentials.`);
  const json = parse(body);
  if (json !== undefined) return { outcome: 'answered', status, json };
  if (status === 429) return failed('unreachable', `${what}: asks to be asked less (429)${remark(body)}.`);
  if (status >= 500) return failed('unreachable', `${what}: answered ${status}${remark(body)}.`);
  if (looksLikePage(contentType, body)) return failed('invalid', `${what}: answered ${status} with an HTML page, as a login page or another server would.`);
  return failed('invalid', `${what}: answered ${status} with something that is not JSON${remark(body)}.`);
}

/** Credentials in an address are percent-encoded; those that are not are taken as they stand. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone per cent sign: it means itself.
    return text;
  }
}

function failed(reason: UnavailableReason, why: string): HttpFailure {
  return { outcome: 'failed', reason, why };
}

/** undefined when it is not a JSON object. */
function parse(body: string): unknown {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    // What it is instead, the caller says.
    return undefined;
  }
}

/** The beginning of a plain answer, in one line. */
function remark(body: string): string {
  const line = body
    .slice(0, 400)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200);
  return line === '' || line.startsWith('<') ? '' : `: ${bare(line)}`;
}

function bare(text: string): string {
  return text.replace(/\.$/, '');
}

function looksLikePage(contentType: string, body: string): boolean {
  return contentType.includes('text/html') || body.slice(0, 200).trimStart().startsWith('<');
}

/** Of a redirect only where it leads: the rest may carry secrets. */
function hostOf(location: string): string {
  return URL.parse(location)?.host.slice(0, 200) || 'another path';
}
