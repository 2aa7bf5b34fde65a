import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Report } from '#domain/report.ts';
import { createWebhookNotifier } from './webhook-notifier.ts';

const REPORT = { fingerprint: 'abc' } as Report;
const MESSAGE = { investigationId: 'i1', ended: 'completed', report: REPORT } as const;
const never = new AbortController().signal;
let close = (): void => {};
afterEach(() => close());

interface Got {
  readonly request: IncomingMessage;
  readonly body: string;
}

async function receiver(status: number, headers: Record<string, string> = {}): Promise<{ readonly url: string; readonly got: Got[] }> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      got.push({ request, body });
      response.writeHead(status, headers).end('ignored');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=sesame`, got };
}

test('posts the report as JSON with the token', async () => {
  const { url, got } = await receiver(204);
  expect(await createWebhookNotifier({ url, token: 'secret', version: '1.2.3' }).send(MESSAGE, never)).toEqual({ delivered: true });
  expect(got[0]?.request.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'oncallm/1.2.3', authorization: 'Bearer secret' });
  expect(JSON.parse(got[0]?.body ?? '')).toEqual({ event: 'report.completed', investigation: 'i1', report: REPORT });
});

test.each([
  [503, true],
  [429, true],
  [404, false],
])('status %i: trying again is %s', async (status, retry) => {
  const { url } = await receiver(status);
  expect(await createWebhookNotifier({ url, token: '', version: '1' }).send(MESSAGE, never)).toMatchObject({ delivered: false, retry });
});

test('a redirect is not followed', async () => {
  const { url, got } = await receiver(302, { location: '/elsewhere' });
  expect(await createWebhookNotifier({ url, token: 't', version: '1' }).send(MESSAGE, never)).toMatchObject({ delivered: false, retry: false });
  expect(got).toHaveLength(1);
});

test('an unreachable receiver is tried again, and the key in its address is not shown', async () => {
  const { url } = await receiver(200);
  close();
  const sent = await createWebhookNotifier({ url, token: '', version: '1' }).send(MESSAGE, never);
  expect(sent).toMatchObject({ delivered: false, retry: true });
  expect(JSON.stringify(sent)).not.toContain('sesame');
});

test('a receiver that does not answer before the signal is tried again', async () => {
  const silent = createServer();
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  close = () => {
    silent.closeAllConnections();
    silent.close();
  };
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const sent = await createWebhookNotifier({ url, token: '', version: '1' }).send(MESSAGE, AbortSignal.timeout(50));
  expect(sent).toMatchObject({ delivered: false, retry: true });
});
