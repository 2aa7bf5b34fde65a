import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import { RULES } from '#rules/registry.ts';
import { createLiveWorlds, type LiveSettings } from '../live-worlds.ts';
import { createLocalInvestigator } from './local-investigator.ts';
import { answerCalls, type ThreadCalls, type ThreadNews } from './thread-calls.ts';

// What a thread of investigations runs; started by threaded-investigator.ts.

/** Of the 20 steps below the usual priority. */
const NICENESS = 5;

if (parentPort === null) throw new Error('This is no program of its own: it runs in a thread of the server.');
const port = parentPort;
// Whoever posts alerts or opens a page goes first where there is not enough processor for all. Linux alone has priorities of threads; elsewhere this would be the process's
// (https://man7.org/linux/man-pages/man2/setpriority.2.html, "C library/kernel differences").
if (process.platform === 'linux') setPriority(0, NICENESS);
const worlds = createLiveWorlds({
  ...(workerData as LiveSettings),
  clock: () => new Date(),
  log: { warn: (fields: Readonly<Record<string, unknown>>, message: string) => void news.warn.asEvent(message, fields) },
});
const calls = answerCalls(createLocalInvestigator(worlds, RULES), (call, what) => void news.step.asEvent(call, what));
const news = createBirpc<ThreadNews, ThreadCalls>(calls, {
  post: (message) => port.postMessage(message),
  on: (hear) => port.on('message', hear),
  bind: 'functions',
  // Every call ends by a deadline of its own.
  timeout: -1,
});
