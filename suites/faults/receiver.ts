import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where the product's notifications go: a receiver that may be in trouble itself. */
export interface Receiver {
  /** For NOTIFY_WEBHOOK_URL. */
  readonly url: string;
  /** From now on it answers so; `well`: takes what comes. */
  become(mood: ReceiverMood): void;
  /** What it took: how each investigation ended that it was told of, the last word counts. */
  told(): ReadonlyMap<string, string>;
  /** Messages that it took, repeats included. */
  messages(): number;
  close(): Promise<void>;
}

export type ReceiverMood = 'well' | 'refuse' | 'hang' | 'reset' | 'take-and-reset';

export async function openReceiver(): Promise<Receiver> {
  const told = new Map<string, string>();
  let messages = 0;
  let mood: ReceiverMood = 'well';
  const take = (body: string): void => {
    const { event, investigation } = JSON.parse(body) as { readonly event: string; readonly investigation: string };
    told.set(investigation, event);
    messages += 1;
  };
  const answer = (body: string, response: ServerResponse): void => {
    if (mood === 'hang') return;
    if (mood === 'refuse') {
      response.writeHead(503).end();
      return;
    }
    if (mood !== 'reset') take(body);
    if (mood === 'well') response.writeHead(204).end();
    else response.destroy();
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('error', () => response.destroy());
    request.on('end', () => answer(body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notifications`,
    become(next) {
      mood = next;
    },
    told: () => told,
    messages: () => messages,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
