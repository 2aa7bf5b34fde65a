import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { list } from '#domain/question.ts';
import { liveSourceFacts } from '../live-source-facts.ts';
import { createLiveWorlds } from '../live-worlds.ts';
import { createThreadedInvestigator } from './threaded-investigator.ts';

const SCRIPTED = pathToFileURL(join(import.meta.dirname, '../testing/scripted-thread.ts'));
const never = new AbortController().signal;
let close = async (): Promise<void> => {};
afterEach(() => close());

function setUp(patienceMs = 20_000) {
  const logged: string[] = [];
  let deaths = 0;
  const log = { warn: (_: object, message: string) => logged.push(message), error: (_: object, message: string) => logged.push(message) };
  const investigator = createThreadedInvestigator({
    settings: { config: { kubernetes: { kubeconfig: '/kube/config' }, prometheus: {}, loki: {} }, env: {} },
    sources: [{ name: 'Prometheus', topics: new Set(['metrics']) }],
    clock: () => new Date('2026-03-01T12:00:00Z'),
    log,
    onDied: () => {
      deaths += 1;
    },
    module: SCRIPTED,
    patienceMs,
  });
  close = () => investigator.worlds.close();
  const steps: string[] = [];
  const investigate = (id: string, signal = never) =>
    investigator.investigate({ incident: { id, cluster: 'c' }, episodes: [] }, signal, (what) => steps.push(what));
  return { investigator, investigate, steps, logged, deaths: () => deaths };
}

test('investigates with its settings, and tells what it does meanwhile', async () => {
  const { investigate, steps, logged } = setUp();
  expect(await Promise.all([investigate('n1'), investigate('n2')])).toEqual([{ text: 'about n1, of /kube/config' }, { text: 'about n2, of /kube/config' }]);
  expect(steps).toEqual(['Looking at n1', 'Looking at n2']);
  expect(logged).toEqual(['Started']);
});

test('what an investigation throws is thrown here, and the thread goes on', async () => {
  const { investigate, deaths } = setUp();
  await expect(investigate('throws')).rejects.toThrow('a rule threw');
  expect(await investigate('n1')).toBeTruthy();
  expect(deaths()).toBe(0);
});

test('an investigation that is cut off rejects with the reason', async () => {
  const { investigate } = setUp();
  const controller = new AbortController();
  const run = investigate('waits', controller.signal);
  setTimeout(() => controller.abort(new Error('lease lost')), 50);
  await expect(run).rejects.toThrow('lease lost');
  await expect(investigate('n1', AbortSignal.abort(new Error('before it began')))).rejects.toThrow('before it began');
});

test('a thread that dies takes what runs there with it, once: afterwards there is a new one', async () => {
  const { investigate, deaths } = setUp();
  const bystander = investigate('waits');
  await expect(investigate('dies')).rejects.toThrow(/thread that investigates has died.*exit code 3/);
  await expect(bystander).rejects.toThrow('thread that investigates has died');
  expect(deaths()).toBe(1);
  expect(await investigate('n1')).toBeTruthy();
});

test('what ran in a thread that died runs alone the next time: the one that kills takes no others with it', async () => {
  const { investigate, deaths } = setUp();
  await Promise.allSettled([investigate('dies-1'), investigate('n1')]);
  const [killer, bystander, newcomer] = await Promise.allSettled([investigate('dies-1'), investigate('n1'), investigate('n2')]);
  expect([killer.status, bystander.status, newcomer.status]).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(deaths()).toBe(2);
});

test('a thread that hangs is ended and replaced', async () => {
  const { investigate, deaths } = setUp(1_500);
  await expect(investigate('hangs')).rejects.toThrow('has not answered');
  expect(deaths()).toBe(1);
  expect(await investigate('n1')).toBeTruthy();
});

test('others question the sources through the thread; when it dies the answer is a gap', async () => {
  const { investigator, investigate } = setUp();
  const source = investigator.worlds.of('c').sources[0];
  const question = list('nodes');
  expect(await source?.answer(question, never)).toMatchObject({ outcome: 'present', question, data: 'series' });
  expect(await source?.check(never)).toEqual({ state: 'ok', detail: 'answers' });
  const dying = investigate('dies');
  await expect(dying).rejects.toThrow();
  expect(await source?.answer(question, AbortSignal.abort(new Error('too late')))).toMatchObject({
    outcome: 'unavailable',
    reason: 'timeout',
    why: 'Prometheus: too late',
  });
});

test('after closing nothing more is begun', async () => {
  const { investigator, investigate } = setUp();
  await investigate('n1');
  await investigator.worlds.close();
  await expect(investigate('n2')).rejects.toThrow('shutting down');
});

test.each([{}, { lokiUrl: 'http://loki' }])('the process knows the sources of the thread by name and topics: %o', async (loki) => {
  const settings = { kubernetes: {}, prometheus: {}, loki } as never;
  const worlds = createLiveWorlds({ config: settings, env: {}, clock: () => new Date(), log: { warn: () => {} } });
  expect(liveSourceFacts(settings)).toEqual(worlds.sources.map(({ name, topics }) => ({ name, topics })));
  await worlds.close();
});
