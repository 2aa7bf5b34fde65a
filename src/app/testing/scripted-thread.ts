import { parentPort, workerData } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import type { Analysis } from '#domain/report.ts';
import { answerCalls, type ThreadCalls, type ThreadNews } from '../investigator/thread-calls.ts';

// A thread of investigations that does what the incident's id says, for tests.

const port = parentPort;
if (port === null) throw new Error('This runs in a thread only.');
const until = (signal: AbortSignal) => new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
const calls = answerCalls(
  {
    async investigate({ incident }, signal, step) {
      step(`Looking at ${incident.id}`);
      if (incident.id.startsWith('waits')) return await until(signal);
      if (incident.id.startsWith('dies')) process.exit(3);
      if (incident.id.startsWith('hangs')) for (;;);
      if (incident.id.startsWith('eats')) for (const eaten: string[][] = []; ; ) eaten.push(Array.from({ length: 100_000 }, (_, index) => `${index}`));
      if (incident.id.startsWith('throws')) throw new Error('a rule threw');
      return { text: `about ${incident.id}, of ${workerData.config.kubernetes.kubeconfig}` } as unknown as Analysis;
    },
    worlds: {
      of: () => ({ sources: [], clock: () => new Date() }),
      sources: [
        {
          name: 'Prometheus',
          topics: new Set(['metrics']),
          answer: async (question) => ({ outcome: 'present', question, observedAt: '2026-01-01T00:00:00Z', data: 'series' as never }),
          check: async () => ({ state: 'ok', detail: 'answers' }),
          close: async () => {},
        },
      ],
      close: async () => {},
    },
  },
  (call, what) => void news.step.asEvent(call, what),
);
const news = createBirpc<ThreadNews, ThreadCalls>(calls, {
  post: (message) => port.postMessage(message),
  on: (hear) => port.on('message', hear),
  bind: 'functions',
  timeout: -1,
});
news.warn.asEvent('Started', { thread: true });
