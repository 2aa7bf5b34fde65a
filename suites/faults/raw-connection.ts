import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP connection on which a test writes what it likes, and what came back on it. */
export interface RawConnection {
  readonly socket: Socket;
  /** Everything received so far. */
  received(): string;
  /** Resolves when the text received fits, with it; rejects when the connection ends before, or after `limitMs`. */
  until(fits: (received: string) => boolean, limitMs?: number): Promise<string>;
  /** Resolves with everything received when the other side has closed. */
  closed(limitMs?: number): Promise<string>;
}

const LIMIT_MS = 20_000;

export async function openConnection(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.setNoDelay(true);
  let text = '';
  socket.setEncoding('latin1').on('data', (data: string) => {
    text += data;
  });
  // A reset is an end like another: what was received before it counts.
  socket.on('error', () => {});
  await once(socket, 'connect');
  const wait = (done: () => boolean, what: string, limitMs: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!done()) return;
        stop();
        resolve(text);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`${what} not within ${limitMs} ms; received ${JSON.stringify(text.slice(0, 300))}`));
      }, limitMs);
      const events = ['data', 'end', 'close'] as const;
      const stop = (): void => {
        clearTimeout(timer);
        for (const event of events) socket.off(event, look);
      };
      for (const event of events) socket.on(event, look);
      look();
    });
  return {
    socket,
    received: () => text,
    until: (fits, limitMs = LIMIT_MS) => wait(() => fits(text), 'the answer', limitMs),
    closed: (limitMs = LIMIT_MS) => wait(() => socket.readableEnded || socket.destroyed, 'the end', limitMs),
  };
}

/** The head of a POST to the webhook. */
export function headOf(contentLength: number, more: readonly string[] = []): string {
  return [
    'POST /webhook HTTP/1.1',
    'Host: oncallm',
    'User-Agent: Alertmanager/0.28.1',
    'Content-Type: application/json',
    `Content-Length: ${contentLength}`,
    ...more,
    '',
    '',
  ].join('\r\n');
}

/** A whole request. */
export function requestOf(body: string, more: readonly string[] = []): string {
  return headOf(Buffer.byteLength(body), more) + body;
}

/** How many answers with this status are in what was received. */
export function answersIn(received: string, status: number): number {
  return received.split(`HTTP/1.1 ${status} `).length - 1;
}
