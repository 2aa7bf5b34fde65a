import { describe, expect, test } from 'vitest';
import type { RecordedEvidence } from '../evidence-record.ts';
import { groundOf } from './ground.ts';
import { riskOfAdvice, unfit } from './speech.ts';

const list = (text: string, hearsay = false): RecordedEvidence => ({
  id: 'E1',
  origin: 'tool',
  source: 'kubernetes',
  title: 'Pods in shop',
  subject: null,
  query: '',
  observedAt: '',
  text,
  objects: [],
  hearsay,
});
const LINES = [
  'Pod shop/web-0 phase=Running server:ready,restarts=0 node=worker-1',
  'Pod shop/web-1 phase=Running server:ready,restarts=0,last-ended=OOMKilled(exit 137) node=worker-1',
  'Pod shop/db-0 phase=Running server:not-ready,restarts=3,waiting=CrashLoopBackOff node=worker-1',
  'Pod shop/cache-0 phase=Running server:ready,restarts=0 sidecar:not-ready,restarts=0 node=worker-1',
].join('\n');
const ground = groundOf([list(LINES)]);

describe('that something is well', () => {
  test.each(['Pod web-0 is healthy.', 'The pod web-0 runs fine.', 'web-0 looks healthy.'])('may be said of what its own line says to be ready: %s', (text) => {
    expect(unfit(text, ground, 'answer')).toEqual([]);
  });

  test.each([
    'Pod db-0 is healthy.',
    'Pod web-1 is healthy.',
    'Pod cache-0 is healthy.',
    'Pods web-0 and db-0 are healthy.',
    'Node worker-1 is healthy.',
    'The service is healthy.',
    'Everything is fine.',
    'All pods are healthy.',
    'There are no problems with web-0.',
    'Nothing is wrong with web-0.',
    'db-0 has recovered and is stable.',
    'The alert about web-0 is a false positive.',
    'The alert can be ignored.',
    'It works as expected.',
  ])('may not: %s', (text) => {
    expect(unfit(text, ground, 'answer')).not.toEqual([]);
  });

  test('is not carried by what anybody may have written', () => {
    expect(unfit('Pod web-0 is healthy.', groundOf([list(LINES, true)]), 'answer')).toEqual(['says that something is well']);
  });
});

test.each([
  'Alles ist in Ordnung.',
  'Der Pod web-0 läuft ohne Fehler.',
  'Tout fonctionne normalement.',
  'Todo está bien con web-0.',
  'Lösche den Namespace shop.',
  'Supprimez le Deployment web.',
  'Pod web-0 の再起動をしてください',
])('what the checks cannot read is not said: %s', (text) => {
  expect(unfit(text, ground, 'cause')).not.toEqual([]);
  expect(riskOfAdvice(text, ground)).toBeUndefined();
});

test.each([
  'The scheduler finds no node for Pod web-5fb4d887f7-whb5t.',
  'Container server of db-0 waits in CrashLoopBackOff.',
  'OOMKilled.',
  'The image was pulled before the rollout began, so the registry answers.',
  'The probe asks a port that nobody listens on.',
])('sentences that tell what is so are left alone: %s', (text) => {
  expect(unfit(text, ground, 'cause')).toEqual([]);
});

test('an answer advises nothing, a cause gives no orders', () => {
  for (const text of ['Delete the pod web-0.', 'It is db-0. Then restart Deployment web.', 'Please scale the Deployment.'])
    for (const kind of ['answer', 'cause'] as const) expect(unfit(text, ground, kind)).toContain('tells somebody to change something');
  const must = 'The limit must be raised.';
  expect(unfit(must, ground, 'answer')).toContain('tells somebody to change something');
  expect(unfit(must, ground, 'cause')).toEqual([]);
});
