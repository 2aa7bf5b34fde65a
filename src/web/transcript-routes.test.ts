import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReaderQuestion } from '#domain/reader-question.ts';
import { inconclusive, outOfMemory } from '#testing/sample-analysis.ts';
import { sampleTranscripts } from '#testing/sample-transcripts.ts';
import { createPages } from './pages/create-pages.tsx';
import { type StartedWeb, startWeb } from './testing/start-web.ts';

const HTML = { accept: 'text/html' };
const ALERT = { status: 'firing', fingerprint: 'aaa', startsAt: '2026-01-05T03:00:00Z', labels: { alertname: 'Crash', namespace: 'shop' } };

describe('the transcript of what a model was asked and did', () => {
  let web: StartedWeb;
  let id: string;
  beforeEach(async () => {
    web = await startWeb({}, { pages: createPages({ baseUrl: 'http://localhost:8001' }) });
    await web.app.inject({ method: 'POST', url: '/webhook', payload: { status: 'firing', alerts: [ALERT] } });
    id = String((await web.store.report('aaa'))?.investigation?.id);
  });
  afterEach(() => web.app.close());

  const get = (url: string, headers: Readonly<Record<string, string>> = {}) => web.app.inject({ url, headers });
  const question = (change: Partial<ReaderQuestion> = {}): ReaderQuestion => ({
    id: 'q1',
    investigationId: id,
    askedAt: '2026-01-05T03:09:00.000Z',
    asker: 'user:ada',
    question: 'Which <port>?',
    state: 'answered',
    answeredAt: '2026-01-05T03:09:10.000Z',
    answer: { sentences: [], evidence: [], problem: 'openai/x: busy', usage: null },
    hasTranscript: true,
    ...change,
  });

  it('is given as data, in order, with tokens per step and what was recorded as evidence', async () => {
    web.store.complete('aaa', outOfMemory);
    web.store.transcripts.set(id, sampleTranscripts.usual);
    const answer = await get(`/api/v1/investigations/${id}/transcript`);
    expect(answer.statusCode).toBe(200);
    const { entries, ...about } = answer.json();
    expect(about).toEqual({ investigation_id: id, question: null, model: 'openai/gpt-4.1-mini', started_at: '2026-01-05T03:12:10.000Z', left_out: 0 });
    expect(entries.map(({ kind }: { kind: string }) => kind)).toEqual(sampleTranscripts.usual.entries.map(({ kind }) => kind));
    expect(entries[2]).toMatchObject({
      at_ms: 2_310,
      took_ms: 2_300,
      input_tokens: 6_120,
      output_tokens: 88,
      calls: [{ id: 'c1', tool: 'rollout_changes', arguments: '{"namespace":"production","deployment":"checkout"}' }, {}],
    });
    expect([entries[3].evidence, entries[4].evidence]).toEqual(['E2', null]);
    expect(entries.at(-1)).toMatchObject({ made: 3, verified: 2, dropped: [expect.stringContaining('a week')] });
    expect(web.log.filter(({ msg }) => msg === 'answer does not match its schema')).toEqual([]);
  });

  it('is a page that links to the evidence on the report, and the report links to it', async () => {
    web.store.complete('aaa', outOfMemory);
    expect((await get('/report/aaa', HTML)).body).not.toContain('/transcript');
    web.store.transcripts.set(id, sampleTranscripts.usual);
    expect((await get('/report/aaa', HTML)).body).toContain(`href="/investigations/${id}/transcript"`);
    const page = await get(`/investigations/${id}/transcript`, HTML);
    expect([page.statusCode, page.headers['content-type'], page.headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-cache']);
    expect(page.body).toContain('href="/report/aaa#evidence-E2"');
    expect(page.body).toContain(`href="/api/v1/investigations/${id}/transcript"`);
  });

  it('does not link to evidence of a report that is of a later investigation', async () => {
    web.store.complete('aaa', outOfMemory);
    web.store.transcripts.set(id, sampleTranscripts.usual);
    const incident = String((await web.store.report('aaa'))?.incident?.id);
    await web.store.requeue(incident);
    const { body } = await get(`/investigations/${id}/transcript`, HTML);
    expect(body).toContain('href="/report/aaa"');
    expect(body).not.toContain('#evidence-');
  });

  it('is kept for a question about a report too', async () => {
    web.store.complete('aaa', outOfMemory);
    web.store.questions.set('q1', question());
    web.store.transcripts.set('q1', sampleTranscripts.usual);
    const path = `investigations/${id}/questions/q1/transcript`;
    expect((await get(`/api/v1/${path}`)).json()).toMatchObject({ question: { id: 'q1', question: 'Which <port>?' }, model: 'openai/gpt-4.1-mini' });
    const { body } = await get(`/${path}`, HTML);
    expect(body).toContain('How openai/gpt-4.1-mini answered a question');
    expect(body).toContain('Which &lt;port>?');
    expect(body).toContain('href="/report/aaa#questions"');
    expect(body).toContain(`href="/api/v1/${path}"`);
  });

  const withModel = {
    ...inconclusive,
    usage: { ...inconclusive.usage, llm: { model: 'openai/x', steps: 1, input_tokens: 1, output_tokens: 1, cost_usd: null } },
  };
  it.each<[string, () => void, string, RegExp, RegExp]>([
    ['no investigation', () => {}, 'investigations/nope/transcript', /There is no such investigation/, /no such investigation.*RETENTION_DAYS/],
    ['an investigation that goes on', () => {}, '', /There is no transcript yet/, /not over/],
    ['one without a model', () => web.store.complete('aaa', inconclusive), '', /No model took part/, /none is configured/],
    ['one whose transcript is not there', () => web.store.complete('aaa', withModel), '', /No transcript was kept/, /no transcript of it was kept/],
    ['a question that is not there', () => {}, 'question', /There is no such question/, /no such question/],
    [
      'a question about another report',
      () => web.store.questions.set('q1', question({ investigationId: 'i2' })),
      'question',
      /no such question/,
      /no such question/,
    ],
    [
      'a question without answer',
      () => web.store.questions.set('q1', question({ state: 'asked', answer: null })),
      'question',
      /no transcript yet/,
      /not answered yet/,
    ],
    ['a question that no model was asked', () => web.store.questions.set('q1', question()), 'question', /No transcript was kept/, /openai\/x: busy/],
  ])('that is missing says what is missing: %s', async (_, prepare, which, title, detail) => {
    prepare();
    const path = which === 'question' ? `investigations/${id}/questions/q1/transcript` : which || `investigations/${id}/transcript`;
    const page = await get(`/${path}`, HTML);
    expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(/<title>(.*?)<\/title>/.exec(page.body)?.[1]).toMatch(title);
    expect(/<h1>(.*?)<\/h1>/.exec(page.body)?.[1]).toMatch(title);
    const [, on] = /<a class="button" href="([^"]*)">/.exec(page.body) ?? [];
    expect(on).toBe(which.includes('nope') ? '/' : '/report/aaa');
    expect(page.body).toMatch(detail);
    for (const url of [`/${path}`, `/api/v1/${path}`]) {
      const data = await get(url, { accept: 'application/json' });
      expect([data.statusCode, data.json().detail]).toEqual([404, expect.stringMatching(detail)]);
    }
  });
});
