import pino from 'pino';
import { expect, test } from 'vitest';
import type { Agent } from '#agent/agent.ts';
import type { Episode } from '#domain/episode.ts';
import type { Claim } from '#domain/investigation.ts';
import type { Analysis } from '#domain/report.ts';
import type { Transcript } from '#domain/transcript.ts';
import type { Message, Notifier, Sent } from '#notify/notifier.ts';
import type { Store } from '#store/store.ts';
import { createLocalInvestigator } from './investigator/local-investigator.ts';
import { createPipeline } from './pipeline.ts';

const CLAIM: Claim = { investigationId: 'i1', incidentId: 'n1', cluster: 'default', attempt: 1, fence: 1 };
const NOTICE = { investigationId: 'i1', notifier: 'fake', attempt: 1, owedSince: '2026-03-01T12:00:00Z' };
const NOW = '2026-03-01T12:00:00Z';
const EPISODE = {
  id: 'e1',
  cluster: 'default',
  fingerprint: 'abc',
  state: 'open',
  startsAt: NOW,
  endsAt: null,
  labels: { alertname: 'A' },
  generatorUrl: '',
  annotations: {},
} as unknown as Episode;
const never = new AbortController().signal;

function setUp(store: Partial<Store>, answers: Sent[] = [], agent?: Agent) {
  const saved: Analysis[] = [];
  const steps: string[] = [];
  const transcripts: string[] = [];
  const sent: Message[] = [];
  const notifier: Notifier = {
    name: 'fake',
    async send(message) {
      sent.push(message);
      return answers.shift() ?? { delivered: true };
    },
  };
  const full = {
    incidentForWork: async () => ({ incident: { id: 'n1', cluster: 'default' }, members: [EPISODE] }),
    saveAnalysis: async (_claim: Claim, analysis: Analysis) => saved.push(analysis) > 0,
    saveTranscript: async (_claim: Claim, { model }: Transcript) => transcripts.push(model) > 0,
    addProgress: async (_id: string, what: string) => void steps.push(what),
    investigation: async () => ({ incidentId: 'n1', state: 'failed' }),
    incident: async () => ({ lead: { fingerprint: 'abc' }, incident: { cluster: 'default' } }),
    report: async () => ({ episode: EPISODE, incident: null, investigation: null, members: [], history: [], analysis: null }),
    ...store,
  } as unknown as Store;
  const pipeline = createPipeline({
    agent,
    store: full,
    investigator: createLocalInvestigator({ of: () => ({ sources: [], clock: () => new Date(NOW) }), sources: [], close: async () => {} }, []),
    notifiers: [notifier],
    policy: { correlationWindowMs: 1_000 },
    baseUrl: 'http://localhost:8001',
    log: pino({ level: 'silent' }),
  });
  return { pipeline, saved, steps, sent, transcripts };
}

test('investigate stores an answer after the progress that led to it, also where nothing can be seen', async () => {
  const { pipeline, saved, steps } = setUp({});
  await pipeline.investigate(CLAIM, never);
  expect(saved).toHaveLength(1);
  expect(saved[0]?.inconclusive).toBe(true);
  expect(steps.length).toBeGreaterThan(1);
});

test('progress that cannot be written does not stop an investigation', async () => {
  const { pipeline, saved } = setUp({ addProgress: async () => Promise.reject(new Error('no disk')) });
  await pipeline.investigate(CLAIM, never);
  expect(saved).toHaveLength(1);
});

test('an investigation that was cut off stores nothing and is tried again', async () => {
  const { pipeline, saved } = setUp({});
  await expect(pipeline.investigate(CLAIM, AbortSignal.abort(new Error('shutdown')))).rejects.toThrow('shutdown');
  expect(saved).toEqual([]);
});

test('an answer that cannot be stored is a failed attempt', async () => {
  const { pipeline } = setUp({ saveAnalysis: async () => Promise.reject(new Error('disk full')) });
  await expect(pipeline.investigate(CLAIM, never)).rejects.toThrow('disk full');
});

const TRANSCRIPT: Transcript = { model: 'scripted/model', startedAt: NOW, entries: [], leftOut: 0 };
const usage = { steps: 1, inputTokens: 10, outputTokens: 1, costUsd: null };
const failing = {
  model: 'scripted/model',
  wants: () => true,
  investigate: async ({ analysis }) => ({ did: 'fail', analysis, failure: 'timeout', usage, seconds: 1, transcript: TRANSCRIPT }),
} as Partial<Agent> as Agent;

test('what was said with a model is kept, whatever came of it', async () => {
  const { pipeline, saved, transcripts } = setUp({}, [], failing);
  await pipeline.investigate(CLAIM, never);
  expect([saved.length, transcripts]).toEqual([2, ['scripted/model']]);
});

test('a worker that lost its lease while the model was asked writes nothing more', async () => {
  const { pipeline, saved } = setUp({ saveTranscript: async () => false }, [], failing);
  await pipeline.investigate(CLAIM, never);
  expect(saved).toHaveLength(1);
});

test('deliver tells the notifier that is owed, about the end of its investigation', async () => {
  const { pipeline, sent } = setUp({});
  expect(await pipeline.deliver(NOTICE, never)).toEqual({ delivered: true });
  expect(sent).toMatchObject([{ investigationId: 'i1', ended: 'failed', report: { fingerprint: 'abc' } }]);
});

test('deliver gives back what the notifier says, and rejects when the report cannot be read', async () => {
  const { pipeline } = setUp({}, [{ delivered: false, retry: true, why: '503' }]);
  expect(await pipeline.deliver(NOTICE, never)).toEqual({ delivered: false, retry: true, why: '503' });
  const closed = setUp({ investigation: async () => Promise.reject(new Error('closed')) });
  await expect(closed.pipeline.deliver(NOTICE, never)).rejects.toThrow('closed');
});

test('what nobody can be told any more is not tried again', async () => {
  const { pipeline } = setUp({ report: async () => undefined });
  expect(await pipeline.deliver(NOTICE, never)).toMatchObject({ delivered: false, retry: false });
  expect(await pipeline.deliver({ ...NOTICE, notifier: 'removed' }, never)).toMatchObject({ delivered: false, retry: false });
});
