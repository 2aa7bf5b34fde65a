import { Worker } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import { messageOf, OncallmError } from '#domain/error.ts';
import type { Evidence } from '#domain/evidence.ts';
import type { Answer, Question } from '#domain/question.ts';
import type { Analysis } from '#domain/report.ts';
import type { Work } from '#investigate/investigate.ts';
import type { Source, SourceCheck } from '#sources/source.ts';
import type { SourceFacts } from '../live-source-facts.ts';
import type { LiveSettings } from '../live-worlds.ts';
import { INVESTIGATION_MS, type Investigator } from './investigator.ts';
import { createQuarantine } from './quarantine.ts';
import type { ThreadCalls, ThreadNews } from './thread-calls.ts';

export interface ThreadParts {
  readonly settings: LiveSettings;
  /** The sources that the thread makes of these settings. */
  readonly sources: readonly SourceFacts[];
  readonly clock: () => Date;
  readonly log: ThreadLog;
  /** The thread ended although nobody asked it to. */
  readonly onDied?: () => void;
  /** Module that the thread runs; another in tests. */
  readonly module?: URL;
  /** After this many milliseconds without an answer a thread counts as hung. */
  readonly patienceMs?: number;
}

export interface ThreadLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const MODULE = new URL(import.meta.resolve('#app/investigator/investigation-thread.ts'));
/** An investigation answers within its deadline; what has not answered so long after it never will. */
const PATIENCE_MS = INVESTIGATION_MS + 15_000;

/**
 * Investigates in a thread of its own, so that however much there is to read and to judge, alerts are taken and pages shown meanwhile.
 *
 *     running ──close()──▶ closed
 *      │  ▲
 *      │  └──next call──┐
 *      └──died, hung──▶ none: what ran there rejects, and is tried again
 *
 * A thread that runs out of memory dies alone, as a rule (https://nodejs.org/api/worker_threads.html, ERR_WORKER_OUT_OF_MEMORY). What ran in a thread that died runs alone the
 * next time: one investigation that kills threads takes no others with it for ever.
 */
export function createThreadedInvestigator({ settings, sources, clock, log, onDied, module = MODULE, patienceMs = PATIENCE_MS }: ThreadParts): Investigator {
  let thread: Thread | undefined;
  let closed = false;
  let calls = 0;
  const steps = new Map<number, (what: string) => void>();
  const running = new Map<number, string>();
  const quarantine = createQuarantine();

  function current(): Thread {
    if (closed) throw new OncallmError('shutdown', 'OnCallM is shutting down.', 'Nothing: the investigation is begun again after the start.');
    thread ??= startThread(module, settings, { step: (call, what) => steps.get(call)?.(what), warn: (message, fields) => log.warn(fields, message) }, died);
    return thread;
  }

  function died(why: string): void {
    thread = undefined;
    if (closed) return;
    quarantine.suspect(running.values());
    log.error({ why, investigations: running.size }, 'The thread that investigates has died; what ran there is tried again in a new one');
    onDied?.();
  }

  /** Rejects when the signal is aborted, and tells the thread so. */
  async function ask<T>(signal: AbortSignal, run: (thread: Thread, call: number) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const asked = current();
    calls += 1;
    const call = calls;
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => {
      asked.calls.cancel.asEvent(call, messageOf(signal.reason)).catch(() => {});
      aborted.reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([run(asked, call), aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  const investigate = (work: Work, signal: AbortSignal, step: (what: string) => void): Promise<Analysis> =>
    ask(signal, async (asked, call) => {
      steps.set(call, step);
      running.set(call, work.incident.id);
      const hung = setTimeout(() => asked.kill(`it has not answered for ${Math.round(patienceMs / 1_000)} s`), patienceMs);
      try {
        return await asked.calls.investigate(call, work);
      } finally {
        clearTimeout(hung);
        steps.delete(call);
        running.delete(call);
      }
    });

  const proxies = sources.map(
    (facts): Source => ({
      ...facts,
      async answer<Q extends Question>(question: Q, signal: AbortSignal): Promise<Evidence<Answer<Q>>> {
        try {
          return (await ask(signal, ({ calls: remote }, call) => remote.answer(call, facts.name, question))) as Evidence<Answer<Q>>;
        } catch (thrown) {
          const why = `${facts.name}: ${messageOf(thrown)}`;
          return { outcome: 'unavailable', question, observedAt: clock().toISOString(), reason: signal.aborted ? 'timeout' : 'unreachable', why };
        }
      },
      check: (signal): Promise<SourceCheck> => ask(signal, ({ calls: remote }, call) => remote.check(call, facts.name)),
      close: async () => {},
    }),
  );

  // Now rather than with the first call: it takes a moment to load.
  current();
  return {
    investigate: (work, signal, step) => quarantine.run(work.incident.id, () => investigate(work, signal, step)),
    worlds: {
      of: () => ({ sources: proxies, clock }),
      sources: proxies,
      async close() {
        closed = true;
        const last = thread;
        thread = undefined;
        await last?.close();
      },
    },
  };
}

/** One thread, from its start to its end. */
interface Thread {
  readonly calls: ReturnType<typeof createBirpc<ThreadCalls, ThreadNews>>;
  kill(why: string): void;
  close(): Promise<void>;
}

/** How long the thread may take to close its connections. */
const CLOSE_MS = 2_000;

function startThread(module: URL, settings: LiveSettings, news: ThreadNews, died: (why: string) => void): Thread {
  const worker = new Worker(module, { name: 'investigations', workerData: settings });
  const calls = createBirpc<ThreadCalls, ThreadNews>(news, {
    post: (message) => worker.postMessage(message),
    on: (hear) => worker.on('message', hear),
    bind: 'functions',
    // Every call ends by a deadline of its own, or with the thread.
    timeout: -1,
  });
  let over = false;
  const end = (why: string): void => {
    if (over) return;
    over = true;
    died(why);
    calls.$close(
      new OncallmError('thread-died', `The thread that investigates has died: ${why}.`, 'Nothing: it is tried again. If it goes on, give OnCallM more memory.'),
    );
  };
  worker.once('error', (thrown) => end(messageOf(thrown)));
  worker.once('exit', (code) => end(`it ended with exit code ${code}`));
  return {
    calls,
    kill(why) {
      end(why);
      void worker.terminate();
    },
    async close() {
      over = true;
      await Promise.race([calls.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]).catch(() => {});
      calls.$close();
      await worker.terminate();
    },
  };
}
