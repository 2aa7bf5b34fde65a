import pino from 'pino';
import { expect, it } from 'vitest';
import type { Agent } from '#agent/agent.ts';
import type { ReaderAnswer, ReaderQuestion } from '#domain/reader-question.ts';
import { createQuestionDesk, endLostQuestions, type QuestionDeskParts } from './question-desk.ts';

const ANSWER: ReaderAnswer = { sentences: [{ text: 'So.', evidence: ['E1'], verified: true }], evidence: [], problem: '', usage: null };
const NOW = Date.parse('2026-03-01T12:00:00Z');

function setUp(answer: Agent['answer'], change: Partial<QuestionDeskParts['store']> = {}) {
  const kept = new Map<string, ReaderQuestion>();
  const written: string[] = [];
  let ids = 0;
  const desk = createQuestionDesk({
    agent: { answer },
    store: {
      investigation: async () => ({ incidentId: 'n1', analysis: { evidence: [] } }) as never,
      incidentForWork: async () => ({ incident: { id: 'n1', cluster: 'default' }, members: [] }) as never,
      addQuestion: async (question) => void kept.set(question.id, { ...question, state: 'asked', answeredAt: null, answer: null, hasTranscript: false }),
      addQuestionStep: async (id, what) => void written.push(`${id} ${what}`),
      endQuestion: async (id, state, said, transcript) => {
        written.push(`${id} ${state}${transcript ? ` with the transcript of ${transcript.model}` : ''}`);
        kept.set(id, { ...(kept.get(id) as ReaderQuestion), state, answer: said });
      },
      questions: async () => [...kept.values()],
      ...change,
    },
    worlds: { of: () => ({ sources: [], clock: () => new Date(NOW) }) },
    knowledge: [],
    clock: () => new Date(NOW),
    newId: () => `q${++ids}`,
    log: pino({ level: 'silent' }),
  });
  return { desk, written, ask: () => desk.ask({ investigationId: 'i1', question: 'Why?', asker: 'me' }), list: () => desk.list('i1') };
}

it('keeps the question at once and the answer when it is there', async () => {
  const said = Promise.withResolvers<{ answer: ReaderAnswer }>();
  const { ask, list } = setUp(() => said.promise);
  expect(await ask()).toEqual({ id: 'q1' });
  expect(await list()).toMatchObject([{ question: 'Why?', asker: 'me', state: 'asked' }]);
  said.resolve({ answer: ANSWER });
  await expect.poll(list).toMatchObject([{ state: 'answered', answer: ANSWER }]);
});

const TRANSCRIPT = { model: 'scripted/model', startedAt: '2026-03-01T12:00:00Z', entries: [], leftOut: 0 };
const stepping: Agent['answer'] = async ({ step }) => {
  for (const what of ['Reads the log', 'Reads the \u202eevents']) step(what);
  return { answer: ANSWER, transcript: TRANSCRIPT };
};

it('keeps what is done for a question, before its end, and what was said', async () => {
  const { ask, written } = setUp(stepping);
  await ask();
  await expect.poll(() => written).toEqual(['q1 Reads the log', 'q1 Reads the ⟨U+202E⟩events', 'q1 answered with the transcript of scripted/model']);
});

it('answers also where its steps cannot be written', async () => {
  const { ask, list } = setUp(stepping, { addQuestionStep: async () => Promise.reject(new Error('no disk')) });
  await ask();
  await expect.poll(list).toMatchObject([{ state: 'answered' }]);
});

it.each<[string, Agent['answer'], string]>([
  ['a model that fails', async () => ({ answer: { ...ANSWER, sentences: [], problem: 'openai/x: wrong key' }, failure: 'wrong-key' }), 'openai/x: wrong key'],
  ['an agent that throws', async () => Promise.reject(new Error('ledger away')), 'ledger away'],
])('says why there is no answer: %s', async (_, answer, why) => {
  const { ask, list } = setUp(answer);
  await ask();
  await expect.poll(list).toMatchObject([{ state: 'failed', answer: { sentences: [], problem: why } }]);
});

it('takes no more than a few at a time, and cuts them off at the end', async () => {
  const { desk, ask, list } = setUp(async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { answer: { ...ANSWER, sentences: [], problem: 'cut off' }, failure: 'cancelled' };
  });
  const taken = [];
  for (let count = 0; count < 10; count += 1) taken.push(await ask());
  expect(taken.filter((one) => one === 'busy')).toHaveLength(2);
  await desk.close();
  expect((await list()).map(({ state }) => state)).toEqual(Array(8).fill('failed'));
  expect(await ask()).toBe('busy');
});

it('ends questions whose process has died, and says so', async () => {
  const ended: unknown[] = [];
  const store: Parameters<typeof endLostQuestions>[0] = {
    endLostQuestions: async (askedBefore, { problem }) => ended.push([askedBefore, problem]),
  };
  expect(await endLostQuestions(store, { timeoutSeconds: 60, clock: () => new Date(NOW) })).toBe(1);
  expect(ended).toEqual([['2026-03-01T11:56:00.000Z', expect.stringContaining('Ask again')]]);
});

it.each([
  ['unknown', undefined],
  ['unanswered', { incidentId: 'n1', analysis: null }],
])('says when there is nothing to ask about: %s', async (said, investigation) => {
  const { ask, list } = setUp(async () => ({ answer: ANSWER }), { investigation: async () => investigation as never });
  expect(await ask()).toBe(said);
  expect(await list()).toEqual([]);
});
