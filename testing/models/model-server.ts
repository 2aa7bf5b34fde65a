import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { signedBy } from './aws-signature.ts';
import { errorOf, turnOf, type WireFormat, type WireTurn } from './wire-turn.ts';

export type { WireFormat } from './wire-turn.ts';

/** One scripted answer of a server: a turn of the model (made from what it was asked, if it is a function), or a way to fail. */
export type ServerLine =
  | WireTurn
  | ((asked: string) => WireTurn)
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly raw: string; readonly contentType?: string }
  /** Says nothing; closes the connection; sends without end; sends headers and then nothing. */
  | { readonly does: 'hang' | 'reset' | 'endless' | 'stall' };

export interface ModelServer {
  /** As far as /v1. */
  readonly baseUrl: string;
  /** What was asked, oldest first; lists of models are not counted. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: Record<string, unknown> }[];
  close(): Promise<void>;
}

/**
 * A model behind HTTP on the loopback, in the wire format of one provider. The last line of the script repeats. Accepts the key `right-key` only (Bedrock's
 * as bearer token, or as the secret of a signature), and knows the model `test-model`.
 */
export async function startModelServer(
  format: WireFormat,
  script: readonly ServerLine[],
  tls?: { readonly key: string; readonly cert: string },
): Promise<ModelServer> {
  const requests: { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: Record<string, unknown> }[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    void answer(request, response).catch(() => response.destroy());
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const written = Buffer.concat(chunks).toString('utf8');
    if (!holdsRightKey(request, written)) return send(response, format === 'bedrock' ? 403 : 401, errorOf(format, REFUSED_KEY[format] ?? REFUSED_KEY.chat));
    if (request.method === 'GET') return models(path, response, format);
    const body = JSON.parse(written) as Record<string, unknown>;
    const index = requests.push({ path, headers: request.headers, body }) - 1;
    const model = modelIn(path, body, format);
    if (model !== 'test-model')
      return send(
        response,
        format === 'bedrock' ? 400 : 404,
        errorOf(format, format === 'bedrock' ? 'The provided model identifier is invalid.' : `The model \`${model}\` does not exist`),
      );
    const line = script[Math.min(index, script.length - 1)] as ServerLine;
    if ('does' in line) return misbehave(line.does, response);
    if ('status' in line) return send(response, line.status, line.body ?? errorOf(format, 'as scripted'), line.headers);
    if ('raw' in line) {
      response.writeHead(200, { 'content-type': line.contentType ?? 'application/json' });
      response.end(line.raw);
      return;
    }
    send(response, 200, turnOf(format, typeof line === 'function' ? line(written) : line, index));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/v1`, requests, close: () => closeServer(server) };
}

const REFUSED_KEY = {
  chat: 'Incorrect API key provided: right-k**. You can find it on the page of keys.',
  bedrock: 'The security token included in the request is invalid.',
} as Readonly<Partial<Record<WireFormat, string>>> & { readonly chat: string };

function holdsRightKey(request: IncomingMessage, body: string): boolean {
  const { headers } = request;
  if (headers.authorization?.startsWith('AWS4-HMAC-SHA256')) return signedBy('right-key', request, body);
  const key = String(headers['x-api-key'] ?? headers['x-goog-api-key'] ?? headers['api-key'] ?? headers.authorization ?? '');
  return key.replace(/^Bearer /, '') === 'right-key';
}

function modelIn(path: string, body: Record<string, unknown>, format: WireFormat): string {
  if (format === 'google') return /models\/([^:]+)/.exec(path)?.[1] ?? '';
  return format === 'bedrock' ? (/\/model\/([^/]+)\/converse$/.exec(path)?.[1] ?? '') : String(body['model']);
}

function models(path: string, response: ServerResponse, format: WireFormat): void {
  if (/\/models$/.test(path)) send(response, 200, { object: 'list', data: [{ id: 'test-model' }, { id: 'other-model' }] });
  else if (/\/models\/test-model$/.test(path)) send(response, 200, { id: 'test-model' });
  else send(response, 404, errorOf(format, 'no such model'));
}

function misbehave(how: 'hang' | 'reset' | 'endless' | 'stall', response: ServerResponse): void {
  if (how === 'reset') response.socket?.resetAndDestroy();
  if (how === 'hang' || how === 'reset') return;
  response.writeHead(200, { 'content-type': 'application/json' });
  if (how === 'stall') {
    response.write('{"id": "x"');
    return;
  }
  const chunk = ' '.repeat(64 * 1024);
  const pour = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', pour);
  pour();
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
