import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReaderQuestion } from '#domain/reader-question.ts';
import { healthy } from '#testing/sample-analysis.ts';
import { type StartedWeb, startWeb } from './testing/start-web.ts';
import type { QuestionDesk } from './web-dependencies.ts';

type Taken = Awaited<ReturnType<QuestionDesk['ask']>>;

const ANSWERED: ReaderQuestion = {
  id: 'q1',
  investigationId: 'i1',
  askedAt: '2026-01-05T03:09:00.000Z',
  asker: 'anybody',
  question: 'Which <port>?',
  state: 'answered',
  answeredAt: '2026-01-05T03:09:10.000Z',
  hasTranscript: true,
  answer: {
    sentences: [
      { text: 'It uses port 5433.', evidence: ['E9'], verified: true },
      { text: 'Never shown.', evidence: [], verified: false },
    ],
    evidence: [
      { id: 'E9', source: 'kubernetes', title: 'ConfigMap', subject: null, query: '', observed_at: '2026-01-05T03:09:05Z', excerpt: 'port: 5433', data: {} },
    ],
    problem: '',
    usage: null,
  },
};

describe('questions about a report', () => {
  let web: StartedWeb;
  let asked: Parameters<QuestionDesk['ask']>[0][];
  let taken: Taken;
  let id: string;
  const begin = async (questions?: QuestionDesk): Promise<void> => {
    web = await startWeb({}, { questions });
    const alerts = [{ status: 'firing', fingerprint: 'aaa', startsAt: '2026-01-05T03:00:00Z', labels: { alertname: 'Crash', namespace: 'shop' } }];
    await web.app.inject({ method: 'POST', url: '/webhook', payload: { status: 'firing', alerts } });
    web.store.complete('aaa', healthy);
    id = String((await web.store.report('aaa'))?.investigation?.id);
  };
  beforeEach(async () => {
    asked = [];
    taken = { id: 'q2' };
    await begin({
      ask: async (question) => {
        asked.push(question);
        return taken;
      },
      list: async () => [ANSWERED],
    });
  });
  afterEach(() => web.app.close());

  const ask = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    web.app.inject({
      method: 'POST',
      url: `/api/v1/investigations/${id}/questions`,
      headers: { 'content-type': 'application/json', ...headers },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('are taken, and the desk is told who asks', async () => {
    const answer = await ask({ question: '  Which port? ' });
    expect([answer.statusCode, answer.json()]).toEqual([202, { id: 'q2', status: 'asked' }]);
    expect(asked).toMatchObject([{ investigationId: id, question: 'Which port?', asker: expect.any(String) }]);
  });

  it('come from a form too, which leads back to the report', async () => {
    const answer = await ask('question=Which+port%3F', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([answer.statusCode, answer.headers['location']]).toEqual([303, expect.stringMatching(/^\/report\/aaa.*#questions$/)]);
  });

  it('are listed with what was held against the evidence, and nothing else', async () => {
    const answer = await web.app.inject({ url: `/api/v1/investigations/${id}/questions` });
    expect(answer.json().questions).toMatchObject([
      { id: 'q1', state: 'answered', has_transcript: true, sentences: [{ text: 'It uses port 5433.', evidence: ['E9'] }] },
    ]);
    expect(answer.body).not.toContain('Never shown');
  });

  it.each<[string, () => Promise<{ statusCode: number; body: string }>, number, RegExp]>([
    ['too short', () => ask({ question: ' a ' }), 400, /write a question/],
    ['too long', () => ask({ question: 'x'.repeat(1_001) }), 400, /at most 1000 characters/],
    ['of a megabyte', () => ask({ question: 'x'.repeat(1_000_000) }), 413, /the limit is 16384 bytes/],
    ['from another site', () => ask({ question: 'Which port?' }, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }), 403, /another site/],
  ])('that are %s are refused', async (_, send, status, why) => {
    const answer = await send();
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toMatch(why);
    expect(asked).toEqual([]);
  });

  it.each<[Taken, number]>([
    ['unknown', 404],
    ['unanswered', 409],
    ['busy', 429],
  ])('that the desk calls %s get %i', async (said, status) => {
    taken = said;
    const answer = await ask({ question: 'Which port?' });
    expect([answer.statusCode, answer.headers['retry-after'] !== undefined]).toEqual([status, status === 429]);
  });

  it('of a thousand a minute, few get through', async () => {
    const codes: number[] = [];
    for (let count = 0; count < 20; count += 1) codes.push((await ask({ question: 'Which port?' })).statusCode);
    expect(codes.filter((code) => code === 202)).toHaveLength(6);
    const last = await ask({ question: 'Which port?' });
    expect([last.statusCode, Number(last.headers['retry-after'])]).toEqual([429, expect.closeTo(60, -1)]);
    expect(asked).toHaveLength(6);
  });

  it('without a model say what to set', async () => {
    await web.app.close();
    await begin(undefined);
    const answer = await ask({ question: 'Which port?' });
    expect([answer.statusCode, answer.json()]).toEqual([409, { detail: 'No model is configured to answer questions: set LLM_MODEL' }]);
  });
});
