import { describe, expect, test } from 'vitest';
import type { RecordedEvidence } from '../evidence-record.ts';
import { quotes, supportedSentences, unsupported } from './claim.ts';
import { groundOf } from './ground.ts';

const evidence = (text: string, more: Partial<RecordedEvidence> = {}): RecordedEvidence => ({
  id: 'E1',
  origin: 'tool',
  source: 'kubernetes',
  title: 'Pod shop/web-7d9-x2',
  subject: { kind: 'Pod', namespace: 'shop', name: 'web-7d9-x2' },
  query: '',
  observedAt: '',
  text,
  objects: [],
  hearsay: false,
  ...more,
});

const ground = groundOf([
  evidence(
    'memory: 128Mi limit\nimage: registry.example/team/web:2.4\nexitCode: 137\nreason: OOMKilled\nrestarts=7 timeoutSeconds: 1\nfree 15998976000 bytes\nhost db-main:5432\nx19 BackOff\n0/3 nodes are available\nat 2026-03-01T11:58:00Z node=worker-3 taint node.kubernetes.io/disk-pressure\nlookup api.partner.example: no such host',
  ),
]);

describe('what the evidence carries', () => {
  test.each([
    'Container web-7d9-x2 was OOMKilled with exit code 137 at its memory limit of 128Mi.',
    'The limit is 128 MiB.',
    'The limit is 134217728 bytes of memory.',
    'About 14.9 GiB are free.',
    'It was restarted 7 times; BackOff was seen 19 times.',
    'The probe of web-7d9-x2 would time out after 1 second.'.replace('The probe of ', ''),
    'It connects to db-main:5432.',
    'It runs registry.example/team/web:2.4.',
    'None of 3 nodes is available.',
    'Node worker-3 has the taint node.kubernetes.io/disk-pressure.',
    'This happened at 2026-03-01T11:58:00Z.',
    'The name api.partner.example cannot be resolved.',
    "The pod's memory is read-only to nobody, a well-known out-of-memory case.",
    'It runs on node worker-3, and container web-7d9-x2 connects to db-main on port 5432.',
    'The memory limit is 134,217,728 bytes.',
    '0/3 nodes are available.',
  ])('%s', (claim) => {
    expect(unsupported(claim, ground)).toEqual([]);
  });

  test.each([
    'The limit is 129Mi of memory.',
    'The limit is 128Gi of memory.',
    'It was restarted 70 times.',
    'It connects to db-main:5433.',
    'It connects to db-other:5432.',
    'It runs registry.example/team/web:2.5.',
    'Node worker-33 is full.',
    'Node worker is full.'.replace('worker', 'tractor'),
    'Pod web-7d9-x is down.',
    'It was restarted eight times.',
    'The name api.other.example cannot be resolved.',
    'It says "connection refused".',
    'The certificate has expired.',
    'Nothing at 2026-03-01T11:59:00Z.',
    'See api.partner.example/status.',
    'Open api.partner.example to see.',
    'The Service db is full.',
    'Pod web-7d9 is down.',
    '0/30 nodes are available.',
    'The exit code is 1, and it exits with code 5432.',
    'It connects on port 137.',
    'It is slow for 7 minutes.',
    'It was restarted a hundred times.',
    'Most of the nodes are full.',
  ])('and not: %s', (claim) => {
    expect(unsupported(claim, ground)).not.toEqual([]);
  });
});

test('sentences stand or fall alone', () => {
  expect(supportedSentences('It was OOMKilled. It was restarted 9 times. The limit is 128Mi.', (sentence) => unsupported(sentence, ground))).toEqual({
    kept: 'It was OOMKilled. The limit is 128Mi.',
    dropped: 1,
  });
});

test('quotations: spacing and case aside, word for word', () => {
  expect(quotes('Back-off  restarting\nfailed', 'back-off restarting failed')).toBe(true);
  expect(quotes('Back-off restarting failed', 'restarting succeeded')).toBe(false);
  expect(quotes('anything', 'an')).toBe(false);
});

describe('amounts in other units', () => {
  const told = groundOf([
    evidence(
      'terminationGracePeriodSeconds: 300\ncpu: 500m\nrestarts=7\nintervalMs: 250\nscrape_interval: 30s\nretention 2 hours\nspec.activeDeadlineSeconds=3600',
    ),
    evidence('{} 12 samples, lowest 0.2, median 0.25, highest 1.5', { title: 'Metric http_request_duration_seconds', source: 'prometheus' }),
  ]);
  test.each(['300 seconds', '5 minutes', '0.5 cores', '500m', '250 ms', '0.25 seconds', '250 milliseconds', '30 seconds', '120 minutes', '1 hour', '1.5 s'])(
    '%s',
    (amount) => {
      expect(unsupported(`It takes ${amount}.`, told)).toEqual([]);
    },
  );
  test.each(['7 seconds', '7 minutes', '7 days', '500 minutes', '300 minutes', '250 seconds', '30 minutes', '7 cores'])('and not: %s', (amount) => {
    expect(unsupported(`It takes ${amount}.`, told)).not.toEqual([]);
  });
});

test('a claim of many kilobytes is judged in no time', () => {
  const began = performance.now();
  for (const part of ['a-', '1,', 'a.', '1', 'port 1 ', 'restart ']) {
    unsupported(part.repeat(1_900 / part.length), ground);
    groundOf([evidence(part.repeat(5_000))]);
  }
  expect(performance.now() - began).toBeLessThan(1_000);
});
