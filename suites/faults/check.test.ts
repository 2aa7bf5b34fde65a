import { describe, expect, test } from 'vitest';
import type { Report } from '#domain/report.ts';
import type { IncidentLine } from '#web/schemas/incident.ts';
import type { ReportLine } from '#web/schemas/report.ts';
import { check } from './check.ts';
import type { Doors, IncidentView } from './doors.ts';
import { createLedger, type Ledger } from './ledger.ts';

/** A product that answers as the test says: the checker must see what is wrong with it. */
interface Story {
  readonly ledger: Ledger;
  reports: { cluster: string; fingerprint: string; startsAt: string }[];
  details: Map<string, Report>;
  incidents: Map<string, IncidentView>;
  answered: Set<string>;
  steps: string[];
  told: Map<string, string>;
}

const T = (second: number): string => new Date(Date.parse('2026-03-01T10:00:00.000Z') + second * 1_000).toISOString();
const LATER = new Date(Date.now() + 60_000).toISOString();

/** One alert that fires, was acknowledged, and has its answer. */
function wellDone(): Story {
  const ledger = createLedger();
  ledger.acknowledged(ledger.sending('default', [{ fingerprint: 'a', status: 'firing', startsAt: T(0), endsAt: null }]));
  return {
    ledger,
    reports: [{ cluster: 'default', fingerprint: 'a', startsAt: T(0) }],
    details: new Map([['default a', report()]]),
    incidents: new Map([['i', incident()]]),
    answered: new Set([`default a ${T(0)}`]),
    steps: ['step', 'report', 'end'],
    told: new Map([['v', 'report.completed']]),
  };
}

function report(change: Partial<Record<keyof Report, unknown>> = {}): Report {
  const history = [{ episode: 'e', startsAt: T(0), endsAt: null, state: 'open', cause: null }];
  const alert = { status: 'firing', startsAt: T(0), labels: {} };
  return { status: 'completed', status_reason: null, alert, incident: { id: 'i' }, analysis: {}, history, ...change } as unknown as Report;
}

function incident(change: Partial<Record<keyof IncidentView, unknown>> = {}): IncidentView {
  return {
    id: 'i',
    title: 'A',
    cluster: 'default',
    state: 'open',
    alerts: { total: 1, firing: 1 },
    members: [{ fingerprint: 'a', status: 'firing', startsAt: T(0) }],
    investigations: [run('completed')],
    analysis: {},
    ...change,
  } as unknown as IncidentView;
}

const run = (state: string): unknown => ({ id: 'v', state, started_at: LATER, problem: null });

async function violationsOf({ ledger, reports, details, incidents, answered, steps, told }: Story): Promise<readonly string[]> {
  const doors: Pick<Doors, 'report' | 'reports' | 'incidents' | 'incident' | 'steps'> = {
    steps: async () => steps,
    report: async (cluster, fingerprint) => details.get(`${cluster} ${fingerprint}`),
    reports: async () => reports as unknown as readonly ReportLine[],
    incidents: async () => [...incidents.values()] as readonly IncidentLine[],
    incident: async (id) => incidents.get(id) ?? incident(),
  };
  return (await check(doors as Doors, { ledger, answered, askedAgain: new Map(), told, skewMs: 0 })).violations;
}

const nextMessage = ({ ledger }: Story, ...wires: Parameters<Ledger['sending']>[1]): void => ledger.acknowledged(ledger.sending('default', wires));

describe('the checker', () => {
  test('has nothing to say of what is well done', async () => {
    expect(await violationsOf(wellDone())).toEqual([]);
  });

  test.each<[string, (story: Story) => void, string]>([
    ['an acknowledged alert that is not there', ({ details }) => details.clear(), 'lost: default a'],
    [
      'an acknowledged episode that is not in the history',
      (story) => {
        nextMessage(story, { fingerprint: 'a', status: 'resolved', startsAt: T(0), endsAt: T(5) });
        nextMessage(story, { fingerprint: 'a', status: 'firing', startsAt: T(9), endsAt: null });
      },
      'lost: default a that fired at',
    ],
    ['a notification that was owed and not sent', ({ told }) => told.clear(), 'investigation v is completed and was told to be nothing'],
    ['a notification that says the wrong thing', ({ told }) => told.set('v', 'report.failed'), 'was told to be report.failed'],
    ['a notification about nothing', ({ told }) => told.set('w', 'report.completed'), 'told of investigation w'],
    ['an alert that nobody sent', ({ reports }) => reports.push({ cluster: 'default', fingerprint: 'b', startsAt: T(0) }), 'nobody sent default b'],
    ['an episode that is there twice', ({ reports }) => reports.push({ cluster: 'default', fingerprint: 'a', startsAt: T(0) }), 'twice: report default a'],
    [
      'an alert that is over and still fires',
      (story) => nextMessage(story, { fingerprint: 'a', status: 'resolved', startsAt: T(0), endsAt: T(5) }),
      'is firing since',
    ],
    ['a report that is never finished', ({ details }) => details.set('default a', report({ status: 'queued', analysis: null })), 'its report is queued'],
    ['an answer that was taken back', ({ details }) => details.set('default a', report({ analysis: null })), 'had an answer and has none'],
    [
      'an investigation that was done twice',
      ({ incidents }) => incidents.set('i', incident({ investigations: [run('completed'), run('completed')] })),
      'investigated to completion 2 times for 1 reasons',
    ],
    ['an investigation that is stuck', ({ incidents }) => incidents.set('i', incident({ investigations: [run('completed'), run('running')] })), 'is running'],
    [
      'an answer that is older than the last alert',
      ({ incidents }) => incidents.set('i', incident({ investigations: [{ ...(run('completed') as object), started_at: T(0) }] })),
      'before its last alert came',
    ],
    ['an investigation that ended twice', ({ steps }) => steps.push('report', 'end'), 'has 2 ends'],
    ['an investigation without an end', ({ steps }) => steps.pop(), 'has 0 ends'],
    ['two lines in the inbox for one alert', ({ incidents }) => incidents.set('j', incident({ id: 'j' })), 'in 2 open incidents'],
    [
      'an incident whose count is wrong',
      ({ incidents }) => incidents.set('i', incident({ alerts: { total: 1, firing: 0 } })),
      'counts 0 firing alerts and has 1',
    ],
    ['a closed incident with a firing alert', ({ incidents }) => incidents.set('i', incident({ state: 'closed' })), 'is closed with 1 firing alerts'],
  ])('sees %s', async (_name, spoil, complaint) => {
    const story = wellDone();
    spoil(story);
    expect((await violationsOf(story)).join('\n')).toContain(complaint);
  });

  test('an earlier start whose end was never acknowledged may be that of the same firing', async () => {
    const story = wellDone();
    story.ledger.sending('default', [{ fingerprint: 'a', status: 'resolved', startsAt: T(0), endsAt: T(5) }]);
    nextMessage(story, { fingerprint: 'a', status: 'firing', startsAt: T(9), endsAt: null });
    expect(await violationsOf(story)).toEqual([]);
  });

  test('holds nobody to what was never acknowledged', async () => {
    const story = wellDone();
    story.ledger.sending('default', [{ fingerprint: 'b', status: 'firing', startsAt: T(3), endsAt: null }]);
    expect(await violationsOf(story)).toEqual([]);
  });
});
