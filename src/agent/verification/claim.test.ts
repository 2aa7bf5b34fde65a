import { describe, expect, test } from 'vitest';
import type { RecordedEvidence } from '../evidence-record.ts';
import { groundOf, quotes, supportedSentences, unsupported } from './claim.ts';

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
  ])('and not: %s', (claim) => {
    expect(unsupported(claim, ground)).not.toEqual([]);
  });
});

test('sentences stand or fall alone', () => {
  expect(supportedSentences('It was OOMKilled. It was restarted 9 times. The limit is 128Mi.', ground)).toEqual({
    kept: 'It was OOMKilled. The limit is 128Mi.',
    dropped: 1,
  });
});

test('quotations: spacing and case aside, word for word', () => {
  expect(quotes('Back-off  restarting\nfailed', 'back-off restarting failed')).toBe(true);
  expect(quotes('Back-off restarting failed', 'restarting succeeded')).toBe(false);
  expect(quotes('anything', 'an')).toBe(false);
});

test('a claim of many kilobytes is judged in no time', () => {
  const began = performance.now();
  unsupported(`${'a-'.repeat(20_000)} ${'1,'.repeat(20_000)} ${'a.'.repeat(20_000)}`, ground);
  expect(performance.now() - began).toBeLessThan(1_000);
});
