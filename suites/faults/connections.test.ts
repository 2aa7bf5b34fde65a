import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { everyLine, freePort, type Product, post, scratch, startProduct, stopProduct, untilReady, webhook } from '../product/start-product.ts';
import { answersIn, headOf, openConnection, type RawConnection, requestOf } from './raw-connection.ts';

/** One product for all: what one client does must not be felt by the next. */
let folder: Awaited<ReturnType<typeof scratch>>;
let product: Product;
let port: number;
const open: RawConnection[] = [];

const main = process.env['ONCALLM_MAIN'];

beforeAll(async () => {
  folder = await scratch();
  port = await freePort();
  product = startProduct({ database: join(folder.dir, 'connections.db'), port, env: { LOG_LEVEL: 'warn' }, ...(main !== undefined && { main }) });
  await untilReady(product);
});
afterEach(() => {
  for (const { socket } of open.splice(0)) socket.destroy();
});
afterAll(async () => {
  product.process.kill('SIGKILL');
  await folder.remove();
});

const hold = async (count: number): Promise<readonly RawConnection[]> => {
  const connections = await Promise.all(Array.from({ length: count }, () => openConnection(port)));
  open.push(...connections);
  return connections;
};

/** Far more than an idle machine needs: here others compute too. */
const SOON_MS = 5_000;

/** What an Alertmanager meets meanwhile: an answer, soon. */
async function othersAreAnswered(group: string): Promise<void> {
  for (let count = 0; count < 5; count++) {
    const began = performance.now();
    expect((await post(product, webhook([`Other-${count}`], `${group}-${count}`))).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(SOON_MS);
  }
}

const residentMebibytes = (): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${product.process.pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;

test('500 connections at once are all answered, and kept', async () => {
  const connections = await hold(500);
  for (const [index, { socket }] of connections.entries()) socket.write(requestOf(webhook([`Many-${index}`], `many-${index}`)));
  await Promise.all(connections.map((each) => each.until((received) => answersIn(received, 200) === 1)));
  for (const [index, { socket }] of connections.entries()) socket.write(requestOf(webhook([`Again-${index}`], `again-${index}`)));
  await Promise.all(connections.map((each) => each.until((received) => answersIn(received, 200) === 2)));
  await othersAreAnswered('many');
  const names = new Set((await everyLine(product, '/reports', 'reports')).map(({ alert_name: name }) => name));
  const wanted = connections.flatMap((_, index) => [`Many-${index}`, `Again-${index}`]);
  expect(wanted.filter((name) => !names.has(name))).toEqual([]);
});

test('bodies that come byte by byte, heads that never end and connections that say nothing keep nobody waiting', async () => {
  const body = webhook(['Slow'], 'slow');
  const [slow, heads, silent] = [await hold(150), await hold(150), await hold(150)];
  for (const { socket } of slow) socket.write(headOf(Buffer.byteLength(body)) + body.slice(0, 1));
  for (const { socket } of heads) socket.write('POST /webhook HTTP/1.1\r\nHost: oncallm\r\nX-Slow: ');
  const dripping = setInterval(() => {
    for (const { socket } of slow.slice(1)) socket.write(' ');
    for (const { socket } of heads) socket.write('x');
  }, 100);
  try {
    await sleep(500);
    await othersAreAnswered('slow');
    // One of them comes to its end after all.
    slow[0]?.socket.write(body.slice(1));
    expect(answersIn((await slow[0]?.until((received) => received.includes('\r\n\r\n'))) ?? '', 200)).toBe(1);
  } finally {
    clearInterval(dripping);
  }
  expect([...heads, ...silent].filter(({ received }) => received() !== '')).toEqual([]);
});

test('a client that has closed its half of the connection still hears the answer', async () => {
  const connections = await hold(50);
  for (const [index, { socket }] of connections.entries()) socket.end(requestOf(webhook([`Half-${index}`], `half-${index}`)));
  const answers = await Promise.all(connections.map((each) => each.closed()));
  const acknowledged = answers.flatMap((received, index) => (answersIn(received, 200) === 1 ? [`Half-${index}`] : []));
  expect(acknowledged.length).toBeGreaterThan(40);
  const names = new Set((await everyLine(product, '/reports', 'reports')).map(({ alert_name: name }) => name));
  expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
});

test('clients that leave in the middle of a request cost nothing', async () => {
  const before = residentMebibytes();
  for (let round = 0; round < 4; round++) {
    const connections = await hold(100);
    connections.forEach(({ socket }, index) => {
      socket.write(headOf(1_000_000) + 'x'.repeat(50_000));
      setTimeout(() => (index % 2 === 0 ? socket.destroy() : socket.resetAndDestroy()), 20);
    });
    await sleep(60);
  }
  await othersAreAnswered('left');
  expect(residentMebibytes() - before).toBeLessThan(150);
});

test('requests that are sent without waiting are answered in order, each after its own commit', async () => {
  const [connection] = await hold(1);
  const bodies = Array.from({ length: 50 }, (_, index) => webhook([`Piped-${index}`], `piped-${index}`));
  connection?.socket.write(bodies.map((body) => requestOf(body)).join(''));
  const received = (await connection?.until((text) => answersIn(text, 200) === 50 && text.endsWith('}'))) ?? '';
  const order = [...received.matchAll(/"alert_name":"Piped-(\d+)"/g)].map((match) => Number(match[1]));
  expect(order).toEqual(bodies.map((_, index) => index));
});

test('heads that are too large are refused with 431 and nobody else notices', async () => {
  const connections = await hold(50);
  for (const { socket } of connections) socket.write(requestOf('{}', [`X-Large: ${'x'.repeat(100_000)}`]));
  const answers = await Promise.all(connections.map((each) => each.closed()));
  expect(answers.filter((received) => answersIn(received, 431) === 1 && received.includes('{"detail":"Headers too large"}')).length).toBe(50);
  await othersAreAnswered('heads');
});

test('bytes that are no HTTP are refused, and pipelined garbage does not swallow the request before it', async () => {
  const [garbage, mixed] = await hold(2);
  garbage?.socket.write('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.repeat(20), 'latin1');
  expect(await garbage?.closed()).toMatch(/^HTTP\/1\.1 400 /);
  mixed?.socket.write(`${requestOf(webhook(['Before-garbage'], 'garbage'))}GARBAGE\r\n\r\n`);
  await mixed?.closed();
  // Whether its answer came through or not: what was taken is there, and what was not was not acknowledged.
  const acknowledged = answersIn(mixed?.received() ?? '', 200) === 1;
  const there = (await everyLine(product, '/reports', 'reports')).some(({ alert_name: name }) => name === 'Before-garbage');
  expect(there || !acknowledged).toBe(true);
});

test('many large bodies at a time are refused with 503 rather than held in memory, and small ones still taken', async () => {
  const before = residentMebibytes();
  const connections = await hold(60);
  const piece = 'x'.repeat(1024 * 1024);
  for (const { socket } of connections) {
    socket.write(headOf(30 * piece.length));
    for (let sent = 0; sent < 12; sent++) socket.write(piece);
  }
  await sleep(3_000);
  await othersAreAnswered('large');
  const refused = connections.filter(({ received }) => answersIn(received(), 503) === 1).length;
  expect(refused).toBeGreaterThan(40);
  expect(residentMebibytes() - before).toBeLessThan(400);
});

test('with slow clients connected it still ends in time, and cleanly', async () => {
  const connections = await hold(100);
  for (const { socket } of connections) socket.write(`${headOf(10_000)}{`);
  await sleep(200);
  const began = Date.now();
  expect(await stopProduct(product)).toBe(0);
  expect(Date.now() - began).toBeLessThan(25_000);
  expect(product.output()).not.toMatch(/"level":(50|60)|unhandled/i);
});
