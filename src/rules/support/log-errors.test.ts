import { expect, it } from 'vitest';
import type { Evidence } from '#domain/evidence.ts';
import type { LogLines } from '#domain/question.ts';
import { log } from '#domain/question.ts';
import { loggedErrors, saidBy } from './log-errors.ts';

const of = (...texts: readonly string[]): string | undefined => {
  const question = log({ kind: 'Pod', namespace: 'shop', name: 'web-1' }, 'app');
  const answer: Evidence<LogLines> = {
    outcome: 'present',
    question,
    observedAt: '2026-03-01T12:00:00Z',
    data: { lines: texts.map((text) => ({ at: null, text })), truncated: false },
  };
  const [error] = loggedErrors(answer);
  return error && saidBy(error);
};

it('says what an announcement announces, and the last line of a Python trace', () => {
  expect(of('FATAL cannot start: port is missing')).toContain('port is missing');
  expect(of('Traceback (most recent call last):', '  File "app.py", line 3, in main', '    run()', 'ValueError: no such feed')).toContain('no such feed');
  expect(of('Traceback (most recent call last):', '  File "app.py", line 3, in main', 'botocore.errorfactory.NoSuchBucket: no such bucket')).toContain(
    'no such bucket',
  );
});

it('never says more than a title holds', () => {
  expect(of(`FATAL ${'x'.repeat(5000)}`)?.length ?? 0).toBeLessThanOrEqual(200);
});
