import { expect, it } from 'vitest';
import { list } from '#domain/question.ts';
import { queryFor } from './kubectl.ts';

it('names all namespaces behind the verb, where kubectl takes it', () => {
  expect(queryFor(list('nodes'), undefined)).toBe('kubectl get nodes -A');
  expect(queryFor(list('events'), undefined)).toBe('kubectl get events -A --sort-by=.lastTimestamp');
  expect(queryFor(list('pods', 'shop'), undefined)).toBe('kubectl -n shop get pods');
});
