import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { Recorded } from '#store/store.ts';
import { type StartedWeb, startWeb } from './testing/start-web.ts';

/** What only shows on real connections (loopback). */
let web: StartedWeb;
let agent: Agent;
afterEach(async () => {
  agent.destroy();
  await web.app.close();
});

async function listen(...parameters: Parameters<typeof startWeb>): Promise<number> {
  agent = new Agent({ keepAlive: true, maxSockets: 1_000 });
  web = await startWeb(...parameters);
  await web.app.listen({ host: '127.0.0.1', port: 0 });
  return (web.app.server.address() as AddressInfo).port;
}

const body = (fingerprint: string): string => JSON.stringify({ alerts: [{ fingerprint, labels: { alertname: 'A' } }] });

/** Sends the parts one after the other; chunked unless a length is given. */
async function send(port: number, parts: readonly string[], headers: Record<string, string> = {}): Promise<{ status: number | undefined; body: string }> {
  const outgoing = request({ host: '127.0.0.1', port, path: '/webhook', method: 'POST', agent, headers });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  for (const part of parts) {
    outgoing.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  outgoing.end();
  const [response] = await answered;
  return { status: response.statusCode, body: await text(response) };
}

describe('connections', () => {
  it('point 10: bodies may be chunked, without a content type, and come in pieces', async () => {
    const port = await listen();
    const whole = body('a');
    expect((await send(port, [whole.slice(0, 10), whole.slice(10)])).status).toBe(200);
    expect(web.store.deliveries[0]?.body).toBe(whole);
  });

  it('point 9: a chunked body beyond the limit is 413, or the connection is cut', async () => {
    const port = await listen({ bodyLimitBytes: 100 });
    const answer = await send(port, [body('a'), 'x'.repeat(200)]);
    expect([answer.status, answer.body]).toEqual([413, '{"detail":"Request body too large: the limit is 100 bytes"}']);
    expect(web.store.deliveries).toHaveLength(0);
  });

  it('point 32: hundreds of concurrent connections are served and kept', async () => {
    const port = await listen({ rateLimitPerIp: 0, rateLimitGlobal: 0 });
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, index) => send(port, [body(`f${index}`)], { 'content-length': String(body(`f${index}`).length) })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(web.store.deliveries).toHaveLength(300);
    expect(Object.values(agent.freeSockets).flat().length).toBeGreaterThan(200);
    expect(web.app.server.keepAliveTimeout).toBeGreaterThan(5 * 60_000);
  });

  it('point 36: closing finishes what was accepted, refuses the rest with 503, and hangs on nobody', async () => {
    const recording = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<Recorded>();
    const port = await listen(
      {},
      {
        receive: () => {
          recording.resolve();
          return commit.promise;
        },
      },
    );
    // A second connection that is open already, and an event stream that would never end by itself.
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    const events = request({ host: '127.0.0.1', port, path: '/api/v1/reports/none/events', agent }).end();
    const [stream] = (await once(events, 'response')) as [IncomingMessage];
    const accepted = send(port, [body('a')]);
    await recording.promise;

    const closed = web.app.close();
    idle.write('POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}');
    const [refusal] = (await once(idle, 'data')) as [Buffer];
    expect(refusal.toString()).toMatch(/^HTTP\/1\.1 503 [\s\S]*connection: close[\s\S]*\{"detail":"Shutting down"\}$/i);
    await text(stream);
    commit.resolve({ alerts: [], queued: [], cancelled: [] });
    expect((await accepted).status).toBe(200);
    await closed;
  });

  it('answers what is not HTTP in our words', async () => {
    const port = await listen();
    const socket = connect(port, '127.0.0.1');
    socket.end('HELLO\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*\{"detail":"Bad request"\}$/);
  });
});
