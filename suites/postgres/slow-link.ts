import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut, or swallow everything, as a network does. */
export interface SlowLink {
  readonly port: number;
  /** From now on nothing passes, and nobody is told. */
  stall(): void;
  /** Breaks what stalls and lets the next ones pass. */
  resume(): void;
  close(): Promise<void>;
}

export async function openLink(toPort: number): Promise<SlowLink> {
  const sockets = new Set<Socket>();
  let stalled = false;
  const server = createServer((near) => {
    const far = connect(toPort, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => void (stalled || to.write(chunk)));
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
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    stall() {
      stalled = true;
    },
    resume() {
      stalled = false;
      cut();
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
