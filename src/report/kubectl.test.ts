import { expect, it } from 'vitest';
import { list } from '#domain/question.ts';
import { queryFor } from './kubectl.ts';

it('names all namespaces behind the verb, where kubectl takes it', () => {
  expect(queryFor(list('nodes'), undefined)).toBe('kubectl get nodes -A');
  expect(queryFor(list('events'), undefined)).toBe('kubectl get events -A --sort-by=.lastTimestamp');
  expect(queryFor(list('pods', 'shop'), undefined)).toBe('kubectl -n shop get pods');
});

it('names the group of what an add-on brings, since several have the same kinds', () => {
  expect(queryFor(list('applications'), undefined)).toBe('kubectl get applications.argoproj.io -A');
  expect(queryFor(list('applications'), { kind: 'Application', namespace: 'argocd', name: 'checkout' })).toBe(
    'kubectl -n argocd get applications.argoproj.io checkout -o yaml',
  );
});
