import type { Evidence } from '#domain/evidence.ts';
import type { Answer, Question } from '#domain/question.ts';
import type { Source } from '../source.ts';
import { type LoadedRunbooks, loadRunbooks } from './load-runbooks.ts';
import { matchRunbooks } from './match-runbooks.ts';

export interface RunbooksSourceOptions {
  /** Folders, files and addresses. */
  readonly places: readonly string[];
  readonly refreshMs: number;
  readonly clock: () => Date;
  /** Hears of pages that cannot be read. */
  readonly log?: ((message: string, fields: Readonly<Record<string, unknown>>) => void) | undefined;
}

const MOST_LOGGED = 20;
/** For all pages together; what is not there by then counts as a problem of its own. */
const LOADING_MS = 30_000;

/**
 * Answers which runbooks were written for an alert. Pages are read with the first question and again when they are old; meanwhile, and when a place cannot be read any more,
 * those that are known stay good.
 */
export function createRunbooksSource({ places, refreshMs, clock, log }: RunbooksSourceOptions): Source {
  const closing = new AbortController();
  let known: { readonly loaded: LoadedRunbooks; readonly atMs: number } | undefined;
  let loading: Promise<LoadedRunbooks> | undefined;

  async function load(): Promise<LoadedRunbooks> {
    const loaded = await loadRunbooks(places, AbortSignal.any([closing.signal, AbortSignal.timeout(LOADING_MS)]));
    const before = new Set(known?.loaded.problems);
    for (const why of loaded.problems.filter((one) => !before.has(one)).slice(0, MOST_LOGGED)) log?.('A runbook cannot be read', { why });
    const earlier = known?.loaded.runbooks ?? [];
    const kept = loaded.runbooks.length === 0 ? { runbooks: earlier, problems: loaded.problems } : loaded;
    known = { loaded: kept, atMs: clock().getTime() };
    return kept;
  }
  const renewed = (): Promise<LoadedRunbooks> => {
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  };
  /** Those that are known at once, old or not: an investigation does not wait for a folder to be read again. */
  async function current(): Promise<LoadedRunbooks> {
    if (known === undefined) return renewed();
    if (clock().getTime() - known.atMs >= refreshMs) void renewed();
    return known.loaded;
  }

  return {
    name: 'Runbooks',
    topics: new Set(['runbooks']),
    async answer<Q extends Question>(question: Q): Promise<Evidence<Answer<Q>>> {
      const observedAt = clock().toISOString();
      const { runbooks, problems } = await current();
      if (question.about !== 'runbooks')
        return { outcome: 'unavailable', question, observedAt, reason: 'not-configured', why: 'Runbooks answer for runbooks only.' };
      if (runbooks.length === 0)
        return { outcome: 'unavailable', question, observedAt, reason: 'invalid', why: `Runbooks: ${problems[0] ?? 'there are none'}` };
      // It is asked for its one topic only.
      return { outcome: 'present', question, observedAt, data: matchRunbooks(runbooks, question) as unknown as Answer<Q> };
    },
    async check() {
      const { runbooks, problems } = await current();
      const [first] = problems;
      if (first === undefined) return { state: 'ok', detail: `${runbooks.length} runbooks` };
      return {
        state: 'failing',
        detail: `${runbooks.length} runbooks; ${problems.length} could not be read: ${first}`,
        fix: 'Correct the page or RUNBOOKS; the other pages are used.',
      };
    },
    close: async () => closing.abort(),
  };
}
