import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpGet } from './http-get.ts';

const never = new AbortController().signal;
const BOUNDS = { maxBytes: 1_000, keep: 'all' } as const;
let end: () => void = () => {};
afterEach(() => end());

/** A server that answers so many requests of each connection, and breaks the connection off at the next. */
async function start(answers: number) {
  const asked = new Map<Socket, number>();
  const server: Server = createServer((request, response) => {
    const count = (asked.get(request.socket) ?? 0) + 1;
    asked.set(request.socket, count);
    if (count > answers) request.socket.destroy();
    else response.end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { get, close } = createHttpGet({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, authenticate: async () => {} });
  end = () => {
    close();
    server.closeAllConnections();
    server.close();
  };
  return { get: () => get('/', BOUNDS, never), connections: () => asked.size };
}

describe('GETs over kept connections', () => {
  it('go over one connection', async () => {
    const { get, connections } = await start(10);
    for (let count = 0; count < 3; count += 1) expect(await get()).toMatchObject({ status: 200 });
    expect(connections()).toBe(1);
  });

  it('are sent again over a new one when the server has let go of those that lay idle', async () => {
    const { get } = await start(1);
    expect(await Promise.all([get(), get(), get()])).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }]);
    expect(await Promise.all([get(), get(), get()])).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }]);
  });

  it('fail on a server that breaks off new connections', async () => {
    const { get } = await start(0);
    await expect(get()).rejects.toMatchObject({ kind: 'unreachable', silent: true });
  });
});
