import type { IncidentLine } from '#web/schemas/incident.ts';
import type { Doors, IncidentView } from './doors.ts';
import type { AlertHistory, Ledger, Said } from './ledger.ts';

/** What is known of a run besides the ledger. */
export interface Testimony {
  readonly ledger: Ledger;
  /** Episodes that had an answer at some time: `cluster fingerprint startsAt`. */
  readonly answered: ReadonlySet<string>;
  /** How often a person asked to investigate an incident again. */
  readonly askedAgain: ReadonlyMap<string, number>;
  /** How each investigation ended of which the receiver of notifications was told: `report.completed`, `report.failed`. */
  readonly told: ReadonlyMap<string, string>;
  /** How far the clocks of the product were from ours, at most. */
  readonly skewMs: number;
}

export interface Verdict {
  readonly violations: readonly string[];
  readonly counts: { readonly alerts: number; readonly episodes: number; readonly incidents: number; readonly investigations: number };
}

/** HISTORY_LIMIT of the store: a longer history is cut. */
const HISTORY_LIMIT = 50;

/**
 * Holds the product to what it promised, once its queue is empty and everybody has said their last. Reads public doors only:
 *
 * - every acknowledged alert has its report, every acknowledged firing its episode, and nothing is there that nobody sent, nothing twice;
 * - an alert stands as its sender last said;
 * - what still fires is in one open incident of the inbox, and has a complete answer that began after it came;
 * - whoever is notified was told of every investigation that ended, at least once, and of none that did not;
 * - no incident was investigated to completion more often than alerts joined it and people asked, and no investigation ended twice;
 * - what had an answer still has one.
 */
export async function check(doors: Doors, testimony: Testimony): Promise<Verdict> {
  const lines = await doors.reports();
  const incidents = await doors.incidents();
  const details = new Map<string, IncidentView>();
  for (const { id } of incidents) details.set(id, await doors.incident(id));
  const alerts = testimony.ledger.alerts();
  const violations: string[] = [
    ...repeated(lines.map(({ cluster, fingerprint, startsAt }) => `report ${cluster} ${fingerprint} ${startsAt}`)),
    ...repeated(incidents.map(({ id }) => `incident ${id}`)),
  ];
  const sent = new Set(alerts.map(({ cluster, fingerprint }) => `${cluster} ${fingerprint}`));
  for (const { cluster, fingerprint } of lines) if (!sent.has(`${cluster} ${fingerprint}`)) violations.push(`nobody sent ${cluster} ${fingerprint}`);
  for (const alert of alerts) violations.push(...(await checkAlert(doors, alert, testimony.answered)));
  for (const incident of incidents) {
    const view = details.get(incident.id);
    violations.push(...checkIncident(incident, view, testimony), ...(await checkSteps(doors, view)));
  }
  violations.push(...checkMembership(alerts, incidents, details), ...checkNotices([...details.values()], testimony.told));
  const investigations = [...details.values()].reduce((sum, { investigations: runs }) => sum + runs.length, 0);
  return { violations, counts: { alerts: alerts.length, episodes: lines.length, incidents: incidents.length, investigations } };
}

async function checkAlert(doors: Doors, { cluster, fingerprint, said }: AlertHistory, answered: ReadonlySet<string>): Promise<readonly string[]> {
  const name = `${cluster} ${fingerprint}`;
  const promised = said.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined);
  const report = await doors.report(cluster, fingerprint);
  if (report === undefined) return promised.length > 0 ? [`lost: ${name}, acknowledged ${promised.length} times`] : [];

  const problems: string[] = [];
  const episodes = report.history.map(({ startsAt }) => startsAt);
  problems.push(...repeated(episodes.map((startsAt) => `episode ${name} ${startsAt}`)));
  for (const startsAt of episodes) if (!said.some((each) => each.startsAt === startsAt)) problems.push(`nobody said that ${name} fired at ${startsAt}`);
  // An earlier start that was read later, and whose end nobody promised to know, cannot be told from the same firing's: an HA pair of Prometheus moves it back too.
  const mayBe = (from: string, startsAt: string): boolean =>
    from === startsAt || (from < startsAt && !promised.some((one) => one.status === 'resolved' && one.startsAt === from));
  for (const { status, startsAt } of promised) {
    const covered = report.history.some(({ startsAt: from, endsAt: to }) => mayBe(from, startsAt) && (to === null || to >= startsAt));
    const kept = episodes.includes(startsAt) || covered || episodes.length >= HISTORY_LIMIT;
    if (status === 'firing' && !kept) problems.push(`lost: ${name} that fired at ${startsAt}; there are ${episodes.join(', ')}`);
  }
  const last = said.at(-1);
  const isSame = (shown: string, { status, startsAt }: Said): boolean => (status === 'firing' ? mayBe(shown, startsAt) : shown === startsAt);
  // The resolve of a firing that never came through ends what is open, whichever that is.
  const known = last?.status === 'firing' || promised.some(({ status, startsAt }) => status === 'firing' && startsAt === last?.startsAt);
  if (last?.acknowledgedAt !== undefined && (report.alert.status !== last.status || (known && !isSame(report.alert.startsAt, last)))) {
    problems.push(`${name} is ${report.alert.status} since ${report.alert.startsAt}; last said: ${JSON.stringify(last)}`);
  }
  for (const { state, startsAt } of report.history.slice(1)) if (state === 'open') problems.push(`${name} has an older episode that is open, of ${startsAt}`);

  const answerable = report.incident !== null && report.alert.status === 'firing';
  if (answerable && (report.status !== 'completed' || report.analysis === null)) problems.push(`${name} fires and its report is ${report.status}`);
  if (!['completed', 'skipped'].includes(report.status)) problems.push(`${name} is still ${report.status}: ${report.status_reason}`);
  if (answered.has(`${name} ${report.alert.startsAt}`) && report.analysis === null) problems.push(`${name} had an answer and has none`);
  return problems;
}

function checkIncident(line: IncidentLine, view: IncidentView | undefined, { ledger, askedAgain, skewMs }: Testimony): readonly string[] {
  if (view === undefined) return [`incident ${line.id} is listed and cannot be opened`];
  const name = `incident ${line.id} (${line.title})`;
  const problems: string[] = [];
  const firing = view.members.filter(({ status }) => status === 'firing').length;
  const whole = view.members.length === view.alerts.total;
  if (whole && firing !== view.alerts.firing) problems.push(`${name} counts ${view.alerts.firing} firing alerts and has ${firing}`);
  if (whole && firing > 0 !== (view.state === 'open')) problems.push(`${name} is ${view.state} with ${firing} firing alerts`);

  const completed = view.investigations.filter(({ state }) => state === 'completed');
  const unfinished = view.investigations.filter(({ state }) => state !== 'completed' && state !== 'cancelled');
  for (const { id, state, problem } of unfinished) problems.push(`${name}: investigation ${id} is ${state}: ${problem}`);
  const introductions = view.members.flatMap(({ fingerprint, startsAt }) => firstSaid(ledger, view.cluster, fingerprint, startsAt) ?? []);
  const reasons = new Set(introductions.map(({ message }) => message)).size + (askedAgain.get(line.id) ?? 0);
  if (whole && completed.length > reasons) problems.push(`${name} was investigated to completion ${completed.length} times for ${reasons} reasons`);

  if (firing > 0) {
    const came = Math.max(...introductions.map(({ firstSentAt }) => firstSentAt));
    const began = Math.max(0, ...completed.map(({ started_at: at }) => Date.parse(at ?? '')));
    if (began + skewMs < came) problems.push(`${name} was last investigated at ${began}, before its last alert came at ${came}`);
    if (view.analysis === null) problems.push(`${name} is open and has no answer`);
  }
  return problems;
}

/** Each investigation comes to one end, whoever else believed to have it. */
async function checkSteps(doors: Doors, view: IncidentView | undefined): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { id, state } of view?.investigations ?? []) {
    const steps = await doors.steps(id);
    const ends = steps.filter((kind) => kind === 'end').length;
    if (ends !== 1 || steps.at(-1) !== 'end') problems.push(`investigation ${id} is ${state} and has ${ends} ends: ${steps.join(' ')}`);
    if (state === 'completed' && !steps.includes('report')) problems.push(`investigation ${id} is completed and never had an answer`);
  }
  return problems;
}

function firstSaid(ledger: Ledger, cluster: string, fingerprint: string, startsAt: string): Said | undefined {
  return ledger.alert(cluster, fingerprint)?.said.find((said) => said.startsAt === startsAt && said.status === 'firing');
}

/** What was owed was sent, and nothing was made up. */
function checkNotices(incidents: readonly IncidentView[], told: ReadonlyMap<string, string>): readonly string[] {
  const ended = new Map(
    incidents.flatMap(({ investigations }) => investigations).flatMap(({ id, state }) => (state === 'completed' || state === 'failed' ? [[id, state]] : [])),
  );
  const owed = [...ended].filter(([id, state]) => told.get(id) !== `report.${state}`);
  const strange = [...told.keys()].filter((id) => !ended.has(id));
  return [
    ...owed.map(([id, state]) => `investigation ${id} is ${state} and was told to be ${told.get(id) ?? 'nothing'}`),
    ...strange.map((id) => `told of investigation ${id}, which did not end`),
  ];
}

/** What fires is in exactly one open incident. */
function checkMembership(alerts: readonly AlertHistory[], incidents: readonly IncidentLine[], details: ReadonlyMap<string, IncidentView>): readonly string[] {
  const homes = new Map<string, number>();
  for (const { id, state, cluster } of incidents) {
    const view = details.get(id);
    if (state !== 'open' || view === undefined) continue;
    for (const { fingerprint, status } of view.members) {
      const key = `${cluster} ${fingerprint}`;
      if (status === 'firing') homes.set(key, (homes.get(key) ?? 0) + 1);
    }
  }
  return alerts.flatMap(({ cluster, fingerprint, said }) => {
    const count = homes.get(`${cluster} ${fingerprint}`) ?? 0;
    const last = said.at(-1);
    if (last?.acknowledgedAt === undefined) return [];
    const wanted = last.status === 'firing' ? 1 : 0;
    return count === wanted ? [] : [`${cluster} ${fingerprint} is ${last.status} and in ${count} open incidents`];
  });
}

function repeated(keys: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const key of keys) (seen.has(key) ? again : seen).add(key);
  return [...again].map((key) => `twice: ${key}`);
}
