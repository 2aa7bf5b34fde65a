import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReaderQuestion } from '#domain/reader-question.ts';
import { healthy } from '../../testing/sample-analysis.ts';
import { type StartedWeb, startWeb } from './testing/start-web.ts';

let web: StartedWeb;
beforeEach(async () => {
  web = await startWeb();
});
afterEach(() => web.app.close());

const deliver = (alert: object) => web.app.inject({ method: 'POST', url: '/webhook', payload: JSON.stringify({ alerts: [alert] }) });
const ALERT = { fingerprint: 'aaa', labels: { alertname: 'Crash' } };
const OF_INVESTIGATION = '/api/v1/investigations/investigation-2/events';

/** Opens a stream; `until` reads on until the text so far contains what is waited for. */
async function listen(url: string, headers: Record<string, string> = {}) {
  const response = await web.app.inject({ url, headers, payloadAsStream: true });
  const stream: Readable = response.stream();
  stream.setEncoding('utf8');
  const chunks = stream[Symbol.asyncIterator]();
  let text = '';
  return {
    response,
    async until(expected: string): Promise<string> {
      while (!text.includes(expected)) {
        const { value, done } = await chunks.next();
        if (done) throw new Error(`ended before ${expected}: ${text}`);
        text += value;
      }
      return text;
    },
    async rest(): Promise<string> {
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) text += next.value;
      return text;
    },
  };
}

describe('progress of an investigation', () => {
  it('sends what was, what comes, each once and in order, and ends', async () => {
    await deliver(ALERT);
    await web.store.addProgress('investigation-2', 'reads pods', 'step');
    const events = await listen(OF_INVESTIGATION);
    expect(events.response.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'x-content-type-options': 'nosniff' });
    await events.until('reads pods');
    await web.store.addProgress('investigation-2', 'line\nbreak', 'report');
    await web.store.addProgress('another', 'not ours', 'step');
    await web.store.addProgress('investigation-2', 'done', 'end');
    const at = '2026-01-05T03:10:00.000Z';
    expect(await events.rest()).toBe(
      [
        'retry: 3000\n\n',
        `event: progress\nid: 1\ndata: {"seq":1,"at":"${at}","what":"reads pods","kind":"step"}\n\n`,
        `event: progress\nid: 2\ndata: {"seq":2,"at":"${at}","what":"line\\nbreak","kind":"report"}\n\n`,
        `event: progress\nid: 3\ndata: {"seq":3,"at":"${at}","what":"done","kind":"end"}\n\n`,
      ].join(''),
    );
  });

  it('goes on after Last-Event-ID, and says 204 when there is nothing left', async () => {
    await deliver(ALERT);
    for (const what of ['first', 'second']) await web.store.addProgress('investigation-2', what, 'step');
    await web.store.addProgress('investigation-2', 'done', 'end');
    const text = await (await listen(OF_INVESTIGATION, { 'last-event-id': '1' })).rest();
    expect(text).not.toContain('first');
    expect(text).toContain('second');
    web.store.complete('aaa', healthy);
    expect((await web.app.inject({ url: OF_INVESTIGATION, headers: { 'last-event-id': '3' } })).statusCode).toBe(204);
  });

  it('ends although nobody wrote an end, when the investigation is settled', async () => {
    await deliver(ALERT);
    web.store.complete('aaa', healthy);
    expect(await (await listen(OF_INVESTIGATION)).rest()).toContain('"what":"completed","kind":"end"');
  });

  it('answers 404 for an unknown one, and 405 to HEAD', async () => {
    expect((await web.app.inject('/api/v1/investigations/none/events')).json()).toEqual({ detail: 'Investigation not found' });
    expect((await web.app.inject({ method: 'HEAD', url: OF_INVESTIGATION })).statusCode).toBe(405);
  });

  it('is over when the server closes', async () => {
    await deliver(ALERT);
    const events = await listen(OF_INVESTIGATION);
    await events.until('retry');
    await web.app.close();
    expect(await events.rest()).toBe('retry: 3000\n\n');
  });

  it('ends, for the client to come again, when the store fails', async () => {
    await deliver(ALERT);
    const events = await listen(OF_INVESTIGATION);
    await events.until('retry');
    web.store.break(new Error('down'));
    await web.store.addProgress('investigation-2', 'x', 'step');
    expect(await events.rest()).not.toContain('"x"');
    expect(web.log).toContainEqual(expect.objectContaining({ msg: 'progress cannot be read' }));
  });
});

describe('progress of the answer to a question', () => {
  const OF_QUESTION = '/api/v1/investigations/investigation-2/questions/q1/events';
  const question = (state: ReaderQuestion['state']): ReaderQuestion => ({
    ...{ id: 'q1', investigationId: 'investigation-2', askedAt: '2026-01-05T03:09:00.000Z', asker: 'a', question: 'Why?', state },
    ...{ answeredAt: state === 'asked' ? null : '2026-01-05T03:09:09.000Z', answer: null, hasTranscript: false },
  });

  it('tells what was done and what is done, until there is an answer', async () => {
    web.store.change(question('asked'));
    web.store.addQuestionStep('q1', 'Reads the <log>');
    const events = await listen(OF_QUESTION);
    expect(await events.until('Reads')).toContain(
      'event: progress\nid: 1\ndata: {"seq":1,"at":"2026-01-05T03:09:01.000Z","what":"Reads the <log>","kind":"step"}\n\n',
    );
    web.store.addQuestionStep('q2', 'Of another');
    web.store.addQuestionStep('q1', 'Reads the events');
    expect(await events.until('Reads the events')).not.toContain('Of another');
    web.store.change(question('answered'));
    expect(await events.rest()).toContain('data: {"seq":3,"at":"2026-01-05T03:09:09.000Z","what":"answered","kind":"end"}');
  });

  it('goes on after Last-Event-ID, and says 204 when there is nothing left', async () => {
    web.store.change(question('asked'));
    for (const what of ['first', 'second']) web.store.addQuestionStep('q1', what);
    web.store.change(question('failed'));
    const text = await (await listen(OF_QUESTION, { 'last-event-id': '1' })).rest();
    expect(text).not.toContain('first');
    expect(text).toContain('second');
    expect(text).toContain('"what":"failed","kind":"end"');
    expect((await web.app.inject({ url: OF_QUESTION, headers: { 'last-event-id': '3' } })).statusCode).toBe(204);
  });

  it('answers 404 for one that does not exist, or is about another report', async () => {
    web.store.change(question('asked'));
    for (const url of ['/api/v1/investigations/investigation-2/questions/q9/events', '/api/v1/investigations/investigation-3/questions/q1/events']) {
      const answer = await web.app.inject(url);
      expect([answer.statusCode, answer.json()]).toEqual([404, { detail: 'Question not found' }]);
    }
  });
});

describe('progress of a report', () => {
  it('waits for an unknown fingerprint, says when it is there, and follows it', async () => {
    const events = await listen('/api/v1/reports/aaa/events');
    await events.until('retry');
    await deliver({ ...ALERT, fingerprint: 'other' });
    await deliver(ALERT);
    expect(await events.until('appeared')).toContain('{"fingerprint":"aaa","status":"queued","investigation_id":"investigation-5"}');
    await web.store.addProgress('investigation-5', 'done', 'end');
    expect(await events.rest()).toContain('id: investigation-5:1\n');
  });

  it('follows one that is there, after what was seen of the same investigation', async () => {
    await deliver(ALERT);
    for (const what of ['first', 'second']) await web.store.addProgress('investigation-2', what, 'step');
    const events = await listen('/api/v1/reports/aaa/events', { 'last-event-id': 'investigation-2:1' });
    expect(await events.until('second')).not.toContain('first');
    const fresh = await listen('/api/v1/reports/aaa/events', { 'last-event-id': 'investigation-0:1' });
    expect(await fresh.until('second')).toContain('first');
  });

  it('ends at once for an alert that is never investigated', async () => {
    await deliver({ fingerprint: 'wd', labels: { alertname: 'Watchdog' } });
    expect(await (await listen('/api/v1/reports/wd/events')).rest()).toContain('"status":"skipped","investigation_id":null');
  });
});
