import { expect, test } from 'vitest';
import type { Analysis, Report } from '#domain/report.ts';
import { renderReport, wrap } from './render-report.ts';

const PAPER = { colour: false, width: 80 };
const ANALYSIS = {
  summary: 'A summary.',
  root_causes: [
    {
      rank: 1,
      code: 'OOMKilled',
      title: 'Container web is killed\u202e for its memory',
      subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      confidence: 'certain',
      explanation: 'It needs more.',
      reasons: ['Its last state says so.'],
      since: null,
    },
  ],
  impact: '1 of 2 replicas is ready.',
  ruled_out: [{ code: 'ImageNotFound', why: 'No container waits.' }],
  degraded: ['Prometheus: not configured'],
  actions: [
    { text: 'Raise the limit.', command: 'kubectl -n shop set resources deploy/web --limits=memory=1Gi', cause: 1 },
    { text: 'For another cause.', command: 'kubectl delete', cause: 2 },
  ],
} as unknown as Analysis;
const REPORT = {
  alert_name: 'KubePodCrashLooping',
  namespace: 'shop',
  status: 'completed',
  status_reason: null,
  incident: { alerts: [{}, {}] },
  analysis: ANALYSIS,
} as unknown as Report;

test('cause, confidence, object, reasons and command are there, hostile characters are not', () => {
  const text = renderReport(REPORT, PAPER);
  expect(text).toContain('KubePodCrashLooping in shop and 1 more');
  expect(text).toContain('Container web is killed⟨U+202E⟩ for its memory');
  expect(text).toContain('certain · OOMKilled · Deployment shop/web');
  expect(text).toContain('- Its last state says so.');
  expect(text).toContain('      kubectl -n shop set resources deploy/web --limits=memory=1Gi');
  expect(text).toContain('- Prometheus: not configured');
  expect(text).not.toContain('kubectl delete');
  expect(text).not.toContain('\u001b');
});

test('without a cause it says what was ruled out', () => {
  const text = renderReport({ ...REPORT, analysis: { ...ANALYSIS, root_causes: [] } }, PAPER);
  expect(text).toContain('A summary.');
  expect(text).toContain('- ImageNotFound: No container waits.');
});

test('without an answer it says why', () => {
  expect(renderReport({ ...REPORT, analysis: null, status_reason: 'It always fires.' }, PAPER)).toContain('No answer: It always fires.');
});

test('lines are broken at spaces', () => {
  expect(wrap('one two three', 2, { colour: false, width: 10 }, 4)).toBe('  one two\n    three');
});
