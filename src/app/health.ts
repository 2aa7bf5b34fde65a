import type { Agent } from '#agent/agent.ts';
import { messageOf } from '#domain/error.ts';
import type { Source } from '#sources/source.ts';
import type { Store } from '#store/store.ts';
import type { HealthState } from '#web/web-dependencies.ts';

/** What /health shows: as last seen, so that asking costs nothing and a hanging cluster cannot hang it. */
export interface HealthWatch {
  readonly state: () => HealthState;
  /** Looks at the database only, and what it keeps for notifiers: what the start waits for. Never rejects. */
  refreshDatabase(): Promise<void>;
  /** Looks at everything again; ends within its deadline and never rejects. */
  refresh(): Promise<void>;
}

const DEADLINE_MS = 5_000;

/** `checkNotices`: what else there is to look at; it never rejects. */
export function createHealthWatch(
  store: Pick<Store, 'check'>,
  sources: readonly Source[],
  agent?: Pick<Agent, 'health' | 'refresh'>,
  checkNotices: () => Promise<readonly Check[]> = async () => [],
): HealthWatch {
  let database: Check = { name: 'database', state: 'failing', detail: 'not open yet' };
  let others: readonly Check[] = sources.map(({ name }) => ({ name, state: 'ok', detail: 'not asked yet' }));
  let notices: readonly Check[] = [];
  const refreshDatabase = async (): Promise<void> => {
    database = await checkDatabase(store);
    notices = await checkNotices();
  };
  return {
    state: () => ({
      healthy: database.state === 'ok',
      aiService: agent?.health().state ?? 'not_configured',
      checks: [database, ...others, ...modelCheck(agent), ...notices],
    }),
    refreshDatabase,
    async refresh() {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      // The database is shown as soon as it is known: a cluster that hangs must not hide what became of it.
      const [, looked] = await Promise.all([refreshDatabase(), Promise.all(sources.map((source) => checkSource(source, signal))), agent?.refresh(signal)]);
      others = looked;
    },
  };
}

type Check = HealthState['checks'][number];

function modelCheck(agent: Pick<Agent, 'health'> | undefined): readonly Check[] {
  if (!agent) return [];
  const { state, detail } = agent.health();
  return [{ name: 'Language model', state: state === 'connected' ? 'ok' : 'failing', detail }];
}

async function checkDatabase(store: Pick<Store, 'check'>): Promise<Check> {
  try {
    await store.check();
    return { name: 'database', state: 'ok', detail: 'reads and writes' };
  } catch (thrown) {
    return { name: 'database', state: 'failing', detail: messageOf(thrown) };
  }
}

async function checkSource(source: Source, signal: AbortSignal): Promise<Check> {
  try {
    const { state, detail } = await source.check(signal);
    return { name: source.name, state, detail };
  } catch (thrown) {
    return { name: source.name, state: 'failing', detail: messageOf(thrown) };
  }
}
