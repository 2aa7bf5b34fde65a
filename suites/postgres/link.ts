import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut, or swallow everything, as a network does. */
export interface Link {
  readonly port: number;
  /** From now on nothing passes, and nobody is told. */
  stall(): void;
  /** Breaks every connection, and every new one at once. */
  cut(): void;
  /** Breaks what stalls and lets the next ones pass. */
  resume(): void;
  close(): Promise<void>;
}

export async function openLink(toPort: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let state: 'open' | 'stalled' | 'cut' = 'open';
  const server = createServer((near) => {
    near.on('error', () => near.destroy());
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(toPort, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => void (state === 'open' && to.write(chunk)));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    stall() {
      state = 'stalled';
    },
    cut() {
      state = 'cut';
      breakAll();
    },
    resume() {
      state = 'open';
      breakAll();
    },
    async close() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
