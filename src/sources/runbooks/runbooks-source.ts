import type { Evidence } from '#domain/evidence.ts';
import type { Answer, Question } from '#domain/question.ts';
import type { Source } from '../source.ts';
import { type LoadedRunbooks, loadRunbooks, shownPlace } from './load-runbooks.ts';
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
/** For one reading of all places; what is not there by then counts as a problem of its own. */
const LOADING_MS = 30_000;
/** How long an answer waits for places that were never read: a dead address costs an investigation no more. */
const PATIENCE_MS = 300;

/**
 * Answers which runbooks were written for an alert. Pages are read at once, places side by side, and again when they are old; meanwhile, and when a place cannot be
 * read any more, those that are known of it stay good.
 */
export function createRunbooksSource({ places: given, refreshMs, clock, log }: RunbooksSourceOptions): Source {
  const places = [...new Set(given)];
  const closing = new AbortController();
  const known = new Map<string, LoadedRunbooks>();
  let readAtMs = clock().getTime();
  let loading: Promise<void> | undefined;

  async function load(place: string, signal: AbortSignal): Promise<void> {
    const loaded = await loadRunbooks(place, signal);
    if (closing.signal.aborted) return;
    const before = known.get(place);
    for (const why of loaded.problems.filter((one) => !before?.problems.includes(one)).slice(0, MOST_LOGGED)) log?.('A runbook cannot be read', { why });
    known.set(place, loaded.runbooks.length === 0 ? { ...loaded, runbooks: before?.runbooks ?? [] } : loaded);
  }
  const renew = (): Promise<void> => {
    readAtMs = clock().getTime();
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(LOADING_MS)]);
    loading ??= Promise.all(places.map((place) => load(place, signal))).then(() => {
      loading = undefined;
    });
    return loading;
  };
  /** Those that are known at once, old or not: an investigation does not wait for a folder to be read again. */
  async function current(): Promise<LoadedRunbooks> {
    if (known.size < places.length) await Promise.race([renew(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())]);
    else if (clock().getTime() - readAtMs >= refreshMs) void renew();
    const all = places.map((place) => known.get(place) ?? { runbooks: [], problems: [`${shownPlace(place)}: is not read yet`] });
    return { runbooks: all.flatMap(({ runbooks }) => runbooks), problems: all.flatMap(({ problems }) => problems) };
  }
  void renew();

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
