import pino from 'pino';
import { expect, test } from 'vitest';
import type { Episode } from '#domain/episode.ts';
import type { Claim } from '#domain/investigation.ts';
import type { Analysis } from '#domain/report.ts';
import type { Notifier, Sent } from '#notify/notifier.ts';
import type { Store } from '#store/store.ts';
import { createPipeline } from './pipeline.ts';

const CLAIM: Claim = { investigationId: 'i1', incidentId: 'n1', cluster: 'default', attempt: 1, fence: 1 };
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

function setUp(store: Partial<Store>, answers: Sent[] = []) {
  const saved: Analysis[] = [];
  const steps: string[] = [];
  const sent: string[] = [];
  const waits: number[] = [];
  const notifier: Notifier = {
    name: 'fake',
    async send(report) {
      sent.push(report.fingerprint);
      return answers.shift() ?? { delivered: true };
    },
  };
  const full = {
    incidentForWork: async () => ({ incident: { id: 'n1', cluster: 'default' }, members: [EPISODE] }),
    saveAnalysis: async (_claim: Claim, analysis: Analysis) => saved.push(analysis) > 0,
    addProgress: async (_id: string, what: string) => void steps.push(what),
    investigation: async () => ({ incidentId: 'n1' }),
    incident: async () => ({ lead: { fingerprint: 'abc' }, incident: { cluster: 'default' } }),
    report: async () => ({ episode: EPISODE, incident: null, investigation: null, members: [], history: [], analysis: null }),
    ...store,
  } as unknown as Store;
  const pipeline = createPipeline({
    store: full,
    worlds: { of: () => ({ sources: [], clock: () => new Date(NOW) }), sources: [], close: async () => {} },
    rules: [],
    notifiers: [notifier],
    policy: { correlationWindowMs: 1_000 },
    baseUrl: 'http://localhost:8001',
    log: pino({ level: 'silent' }),
    pause: async (ms) => void waits.push(ms),
  });
  return { pipeline, saved, steps, sent, waits };
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

test('deliver tells the notifiers, again after a failure that may pass, and not after one that will not', async () => {
  const again = setUp({}, [{ delivered: false, retry: true, why: '503' }]);
  await again.pipeline.deliver('i1', never);
  expect(again.sent).toEqual(['abc', 'abc']);
  expect(again.waits).toEqual([1_000]);

  const once = setUp({}, [{ delivered: false, retry: false, why: '404' }]);
  await once.pipeline.deliver('i1', never);
  expect(once.sent).toEqual(['abc']);
});

test('deliver gives up in the end, and never rejects', async () => {
  const down: Sent = { delivered: false, retry: true, why: 'unreachable' };
  const { pipeline, sent } = setUp({}, [down, down, down, down, down]);
  await pipeline.deliver('i1', never);
  expect(sent).toHaveLength(4);
  await setUp({ investigation: async () => Promise.reject(new Error('closed')) }).pipeline.deliver('i1', never);
});
