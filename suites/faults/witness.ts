import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '#testing/fuzz/random.ts';
import type { Doors } from './doors.ts';
import type { AlertHistory, Ledger } from './ledger.ts';

/** Looks at reports and pages all the time, and remembers what must never be taken back. */
export interface Witness {
  /** Resolves when told to stop and the last look is over. */
  readonly ended: Promise<void>;
  stop(): void;
  /** What it saw that must not be. */
  violations(): readonly string[];
  /** Episodes that had an answer: `cluster fingerprint startsAt`. */
  answered(): ReadonlySet<string>;
  looks(): number;
}

const PAUSE_MS = 40;
/** Pages that everybody opens; each must be there, or say 503. */
const PAGES = ['/', '/api/v1/incidents', '/reports?limit=5', '/health', '/metrics', '/livez'] as const;

export function startWitness(doors: Doors, ledger: Ledger, random: Random): Witness {
  const violations = new Set<string>();
  const answered = new Set<string>();
  let stopped = false;
  let looks = 0;

  async function lookAtReport({ cluster, fingerprint }: AlertHistory, known: boolean): Promise<void> {
    const report = await doors.report(cluster, fingerprint);
    looks += 1;
    if (report === undefined) {
      if (known) violations.add(`acknowledged, then not found: ${cluster} ${fingerprint}`);
      return;
    }
    const episode = `${cluster} ${fingerprint} ${report.alert.startsAt}`;
    if (report.analysis !== null) answered.add(episode);
    else if (answered.has(episode)) violations.add(`had an answer and lost it: ${episode}, now ${report.status}`);
    if (report.status === 'completed' && report.analysis === null) violations.add(`completed without an answer: ${episode}`);
  }

  async function lookAtPage(path: string): Promise<void> {
    const status = await doors.status(path, path === '/' ? 'text/html' : 'application/json');
    looks += 1;
    if (status !== 200 && status !== 503) violations.add(`GET ${path}: ${status}`);
  }

  async function watch(): Promise<void> {
    while (!stopped) {
      await sleep(PAUSE_MS);
      const alerts = ledger.alerts();
      try {
        if (alerts.length === 0 || random.chance(0.2)) await lookAtPage(random.pick(PAGES));
        else {
          const alert = random.pick(alerts);
          await lookAtReport(
            alert,
            alert.said.some(({ acknowledgedAt }) => acknowledgedAt !== undefined),
          );
        }
      } catch (thrown) {
        // Down at that moment; an answer that is none of the expected is told.
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        if (/^GET /.test(message) && !/: 503 /.test(message)) violations.add(message);
      }
    }
  }

  return {
    ended: watch(),
    stop: () => {
      stopped = true;
    },
    violations: () => [...violations],
    answered: () => answered,
    looks: () => looks,
  };
}
