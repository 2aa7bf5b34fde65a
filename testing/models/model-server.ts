import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The wire formats that models are spoken to in. */
export type WireFormat = 'chat' | 'responses' | 'anthropic' | 'google';

/** One scripted answer of a server: a turn of the model, or a way to fail. */
export type ServerLine =
  | { readonly text: string }
  | { readonly calls: readonly { readonly name: string; readonly input: unknown }[]; readonly text?: string }
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly raw: string; readonly contentType?: string }
  /** Says nothing; closes the connection; sends without end; sends headers and then nothing. */
  | { readonly does: 'hang' | 'reset' | 'endless' | 'stall' }
  | { readonly refuses: true };

export interface ModelServer {
  /** As far as /v1. */
  readonly baseUrl: string;
  /** What was asked, oldest first; lists of models are not counted. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: Record<string, unknown> }[];
  close(): Promise<void>;
}

/** A model behind HTTP on the loopback, in the wire format of one provider. The last line of the script repeats. Accepts the key `right-key` only, and knows the model `test-model`. */
export async function startModelServer(format: WireFormat, script: readonly ServerLine[]): Promise<ModelServer> {
  const requests: { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (keyOf(request) !== 'right-key')
      return send(response, 401, errorOf(format, 'Incorrect API key provided: right-k**. You can find it on the page of keys.'));
    if (request.method === 'GET') return models(path, response, format);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
    const index = requests.push({ path, headers: request.headers, body }) - 1;
    const model = format === 'google' ? /models\/([^:]+)/.exec(path)?.[1] : body['model'];
    if (model !== 'test-model') return send(response, 404, errorOf(format, `The model \`${String(model)}\` does not exist`));
    const line = script[Math.min(index, script.length - 1)] as ServerLine;
    if ('does' in line) return misbehave(line.does, response);
    if ('status' in line) return send(response, line.status, line.body ?? errorOf(format, 'as scripted'), line.headers);
    if ('raw' in line) {
      response.writeHead(200, { 'content-type': line.contentType ?? 'application/json' });
      response.end(line.raw);
      return;
    }
    send(response, 200, turnOf(format, line, index));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, requests, close: () => closeServer(server) };
}

function keyOf({ headers }: IncomingMessage): string {
  return String(headers['x-api-key'] ?? headers['x-goog-api-key'] ?? headers['api-key'] ?? headers.authorization ?? '').replace(/^Bearer /, '');
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

type Turn = Extract<ServerLine, { readonly text: string } | { readonly calls: unknown } | { readonly refuses: true }>;

function turnOf(format: WireFormat, turn: Turn, index: number): unknown {
  const text = 'text' in turn ? (turn.text ?? '') : '';
  const calls = 'calls' in turn ? turn.calls.map((call, at) => ({ ...call, id: `call_${index}_${at}` })) : [];
  const refuses = 'refuses' in turn;
  switch (format) {
    case 'chat':
      return {
        id: `chat-${index}`,
        object: 'chat.completion',
        created: 1_767_225_600,
        model: 'test-model',
        choices: [
          {
            index: 0,
            finish_reason: refuses ? 'content_filter' : calls.length > 0 ? 'tool_calls' : 'stop',
            message: {
              role: 'assistant',
              content: text || null,
              ...(calls.length > 0 && {
                tool_calls: calls.map(({ id, name, input }) => ({ id, type: 'function', function: { name, arguments: argumentsOf(input) } })),
              }),
            },
          },
        ],
        usage: { prompt_tokens: 1_000, completion_tokens: 50, total_tokens: 1_050 },
      };
    case 'responses':
      return {
        id: `resp_${index}`,
        object: 'response',
        created_at: 1_767_225_600,
        status: refuses ? 'incomplete' : 'completed',
        error: null,
        incomplete_details: refuses ? { reason: 'content_filter' } : null,
        model: 'test-model',
        output: [
          ...(text
            ? [{ type: 'message', id: `msg_${index}`, status: 'completed', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }]
            : []),
          ...calls.map(({ id, name, input }) => ({
            type: 'function_call',
            id: `fc_${id}`,
            call_id: id,
            name,
            arguments: argumentsOf(input),
            status: 'completed',
          })),
        ],
        usage: {
          input_tokens: 1_000,
          output_tokens: 50,
          total_tokens: 1_050,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens_details: { reasoning_tokens: 0 },
        },
      };
    case 'anthropic':
      return {
        id: `msg_${index}`,
        type: 'message',
        role: 'assistant',
        model: 'test-model',
        content: [...(text ? [{ type: 'text', text }] : []), ...calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input }))],
        stop_reason: refuses ? 'refusal' : calls.length > 0 ? 'tool_use' : 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 1_000, output_tokens: 50 },
      };
    case 'google':
      return {
        candidates: [
          {
            content: { role: 'model', parts: [...(text ? [{ text }] : []), ...calls.map(({ name, input }) => ({ functionCall: { name, args: input } }))] },
            finishReason: refuses ? 'SAFETY' : 'STOP',
            index: 0,
          },
        ],
        usageMetadata: { promptTokenCount: 1_000, candidatesTokenCount: 50, totalTokenCount: 1_050 },
      };
  }
}

function argumentsOf(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}

function errorOf(format: WireFormat, message: string): unknown {
  if (format === 'anthropic') return { type: 'error', error: { type: 'error', message } };
  if (format === 'google') return { error: { code: 400, message, status: 'FAILED' } };
  return { error: { message, type: 'error', code: null, param: null } };
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
