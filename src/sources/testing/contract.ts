import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evidence, UnavailableReason } from '#domain/evidence.ts';
import type { Question } from '#domain/question.ts';
import type { Source } from '../source.ts';

/** What the contract needs to try a source that asks a server over HTTP. */
export interface SourceMaker {
  /** The source for the server at `url`, with a deadline of 150 ms and a secret that is to stay secret; undefined: not configured. */
  make(url: string | undefined, secret: string): Source;
  /** A question that it answers. */
  readonly question: Question;
}

const SECRET = 'contract-secret-0815';
const SOON_MS = 1_000;

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** Servers that go wrong, and what a source must say of each. */
const WRONG: Readonly<Record<string, readonly [UnavailableReason, Handler]>> = {
  'never answers': ['timeout', () => {}],
  'stops in the middle of its answer': [
    'timeout',
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"status":');
    },
  ],
  'breaks off its answer': [
    'invalid',
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"status":');
      setImmediate(() => response.destroy());
    },
  ],
  'closes the connection': ['unreachable', (request) => request.socket.destroy()],
  'wants to know who asks': ['forbidden', (_, response) => response.writeHead(401).end('Unauthorized')],
  'forbids it': ['forbidden', (_, response) => response.writeHead(403, { 'content-type': 'application/json' }).end('{"status":"error","error":"no"}')],
  'sends a login page': ['invalid', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Log in</title>')],
  'sends nothing': ['invalid', (_, response) => response.writeHead(200).end()],
  'sends JSON of something else': ['invalid', (_, response) => response.writeHead(200).end('{"hello":["world"]}')],
  'sends a JSON list': ['invalid', (_, response) => response.writeHead(200).end('[1,2,3]')],
  'sends success without data': ['invalid', (_, response) => response.writeHead(200).end('{"status":"success"}')],
  'is somebody else': ['invalid', (_, response) => response.writeHead(404).end('404 page not found')],
  'is overloaded': ['unreachable', (_, response) => response.writeHead(429).end('too many outstanding requests')],
  'is broken': ['unreachable', (_, response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<html>no backend</html>')],
  'says that it is gzip and is not': ['invalid', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('{"status":"success"}')],
};

/**
 * What every source that asks over HTTP owes its users: it never throws, ends within its deadline, gives up when told to, tells gaps from facts, keeps
 * secrets to itself, does not follow redirects, and does not wait for a dead server twice.
 */
export function describeSourceContract(name: string, { make, question }: SourceMaker): void {
  describe(`${name} keeps the contract of sources`, () => {
    let handler: Handler = () => {};
    let seen = 0;
    const server = http.createServer((request, response) => {
      seen += 1;
      handler(request, response);
    });
    const open = new Set<Source>();
    let url = '';

    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(async () => {
      await Promise.all([...open].map((source) => source.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    function source(address: string | undefined, answer: Handler = () => {}): Source {
      handler = answer;
      const made = make(address, SECRET);
      open.add(made);
      return made;
    }
    async function ask(asked: Source, signal: AbortSignal = new AbortController().signal): Promise<Evidence<unknown>> {
      const started = performance.now();
      const evidence = await asked.answer(question, signal);
      expect(performance.now() - started).toBeLessThan(SOON_MS);
      expect(evidence.question).toEqual(question);
      expect(Number.isNaN(Date.parse(evidence.observedAt))).toBe(false);
      if (evidence.outcome === 'unavailable') {
        expect(evidence.why).not.toMatch(/[\r\n]/);
        expect(evidence.why.length).toBeLessThan(1_000);
        expect(evidence.why).not.toContain(SECRET);
      }
      return evidence;
    }

    it('names itself and its topics, and asks nobody before it is asked', () => {
      const before = seen;
      const made = source(url);
      expect(made.name).not.toBe('');
      expect(made.topics.has(question.topic)).toBe(true);
      expect(seen).toBe(before);
    });

    it('says that it is not configured', async () => {
      const made = source(undefined);
      expect(await ask(made)).toMatchObject({ outcome: 'unavailable', reason: 'not-configured' });
      expect(await made.check(new AbortController().signal)).toMatchObject({ state: 'not-configured' });
    });

    it('says so when its address is none', async () => {
      expect(await ask(source('not an address'))).toMatchObject({ outcome: 'unavailable', reason: 'invalid' });
    });

    it.each(Object.entries(WRONG))('says what is wrong when the server %s', async (_, [reason, answer]) => {
      const made = source(url, answer);
      expect(await ask(made)).toMatchObject({ outcome: 'unavailable', reason });
      expect(await made.check(new AbortController().signal)).toMatchObject({ state: 'failing' });
    });

    it('says that nobody listens', async () => {
      expect(await ask(source('http://127.0.0.1:1'))).toMatchObject({ outcome: 'unavailable', reason: 'unreachable' });
    });

    it('does not follow a redirect', async () => {
      const before = seen;
      const evidence = await ask(source(url, (_, response) => response.writeHead(302, { location: `${url}/login?token=${SECRET}` }).end()));
      expect(evidence).toMatchObject({ outcome: 'unavailable', reason: 'invalid' });
      expect(seen).toBe(before + 1);
    });

    it('waits for a dead server only once', async () => {
      const made = source(url);
      await ask(made);
      const before = seen;
      const started = performance.now();
      expect(await ask(made)).toMatchObject({ outcome: 'unavailable' });
      expect(performance.now() - started).toBeLessThan(100);
      expect(seen).toBe(before);
    });

    it('gives up when told to, before or while it waits, and does not hold that against the server', async () => {
      const made = source(url);
      expect(await ask(made, AbortSignal.abort())).toMatchObject({ outcome: 'unavailable', reason: 'timeout' });
      const started = performance.now();
      const giveUp = new AbortController();
      setImmediate(() => giveUp.abort());
      expect(await ask(made, giveUp.signal)).toMatchObject({ outcome: 'unavailable', reason: 'timeout' });
      expect(performance.now() - started).toBeLessThan(140);
      const before = seen;
      await ask(made);
      // The request that was given up may have arrived late and count too.
      expect(seen).toBeGreaterThan(before);
    });

    it('has no answer to what it is not about', async () => {
      const foreign: Question = { about: 'list', topic: 'nodes' };
      const made = source(url);
      const before = seen;
      expect(made.topics.has(foreign.topic)).toBe(false);
      expect(await made.answer(foreign, new AbortController().signal)).toMatchObject({ outcome: 'unavailable', question: foreign });
      expect(seen).toBe(before);
    });
  });
}
