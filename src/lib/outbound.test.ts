import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchWithin, originOf } from './outbound.ts';

const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  if (request.url === '/elsewhere') response.writeHead(307, { location: '/next' });
  response.end('{}');
});
let origin: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

describe('fetchWithin', () => {
  it('goes where it may, whatever the path, and not where that leads', async () => {
    const fetch = fetchWithin([origin]);
    expect((await fetch(`${origin}/a?b=c`)).status).toBe(200);
    expect((await fetch(new Request(`${origin}/b`))).status).toBe(200);
    expect((await fetch(`${origin}/elsewhere`, { redirect: 'follow' })).status).toBe(307);
    expect(asked).toEqual(['/a?b=c', '/b', '/elsewhere']);
  });

  it.each([
    ['another port', (url: URL) => Object.assign(url, { port: '1' })],
    ['another name of the same host', (url: URL) => Object.assign(url, { hostname: 'localhost' })],
    ['another scheme', (url: URL) => new URL(url.href.replace('http:', 'https:'))],
    ['a host behind an @', (url: URL) => new URL(`http://${url.host}@metadata.example.com/`)],
    ['the address of cloud metadata', () => new URL('http://169.254.169.254/latest/')],
  ])('sends nothing to %s', async (_what, other) => {
    const before = asked.length;
    await expect(fetchWithin([origin])(other(new URL(origin)))).rejects.toMatchObject({ name: 'OutboundRefused' });
    expect(asked).toHaveLength(before);
  });
});

describe('originOf', () => {
  it.each([
    ['https://hooks.example.com/T0/B0?x=1', ['https://hooks.example.com']],
    ['http://user:secret@prometheus:9090/prefix', ['http://prometheus:9090']],
    ['file:///etc/passwd', []],
    ['', []],
  ])('%s', (address, origins) => {
    expect(originOf(address)).toEqual(origins);
  });
});
