import { expect, it } from 'vitest';
import { ALERTS, type FiringAlert } from '#domain/question.ts';
import { openEvidenceBook } from './evidence-book.ts';

it('shows alerts as such, with the expression of the first', () => {
  const alerts: readonly FiringAlert[] = ['A', 'B'].map((name) => ({ name, labels: {}, annotations: {}, startsAt: '', expression: 'up == 0' }));
  const book = openEvidenceBook();
  const fact = { outcome: 'present', question: ALERTS, observedAt: '2026-03-01T12:00:00Z', data: alerts } as const;
  book.enter({ fact, statement: 'An alert says so.', excerpt: 'A' });
  expect(book.entries()).toMatchObject([{ source: 'alert', title: 'Alert A, B', query: 'up == 0', excerpt: 'A' }]);
});
