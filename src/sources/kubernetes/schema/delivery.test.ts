import { describe, expect, test } from 'vitest';
import { application, failedSync, GIVEN_VALUE, helmRelease, kustomization, REVISIONS, rawApplication } from '#testing/deliveries.ts';
import { parseItems } from './parse-list.ts';

describe('an Application', () => {
  test('tells its syncs, the last operation and what was refused', () => {
    expect(application('checkout', failedSync)).toMatchObject({
      kind: 'Application',
      metadata: { name: 'checkout', namespace: 'argocd' },
      spec: { destinationNamespace: 'shop', sources: [{ repoURL: 'https://git.example.com/shop/deploy.git', path: 'checkout', targetRevision: 'main' }] },
      status: {
        sync: { status: 'OutOfSync' },
        history: [{ automated: false }, { revision: REVISIONS[1], deployedAt: '2026-03-01T11:40:00Z', automated: true }],
        operationState: {
          phase: 'Failed',
          finishedAt: '2026-03-01T11:50:00Z',
          revision: REVISIONS[1],
          refused: [{ kind: 'Deployment', namespace: 'shop', name: 'checkout', message: expect.stringContaining('immutable') }],
        },
      },
    });
  });

  test('of several sources tells all revisions', () => {
    const sources = [{ repoURL: 'https://charts.example.com', chart: 'web' }, { repoURL: 'git@git.example.com:shop/values.git' }];
    const raw = { ...rawApplication('web', { history: [{ revisions: ['1.2.3', 'abc'], deployedAt: '2026-03-01T11:00:00Z' }] }), spec: { sources } };
    const [read] = parseItems('applications', [raw]).items;
    expect(read?.spec.sources).toMatchObject([{ chart: 'web' }, { repoURL: 'git@git.example.com:shop/values.git' }]);
    expect(read?.status.history[0]?.revision).toBe('1.2.3, abc');
  });

  test('that Argo CD has not looked at yet has no operation', () => {
    const [read] = parseItems('applications', [{ metadata: { name: 'new' }, spec: {} }]).items;
    expect(read?.status).toMatchObject({ history: [], conditions: [], operationState: undefined });
  });
});

test.each([
  ['an Application', application('checkout', failedSync)],
  ['a Kustomization', kustomization('shop')],
  ['a HelmRelease', helmRelease('checkout')],
])('%s comes without what the release is given', (_, object) => {
  expect(JSON.stringify(object)).not.toContain(GIVEN_VALUE);
  expect(object.metadata.annotations).toEqual({});
});

test('a HelmRelease tells what Helm released, the newest first', () => {
  expect(helmRelease('checkout').status.history).toMatchObject([
    { version: 2, chartName: 'checkout', chartVersion: '1.3.0', status: 'deployed', lastDeployed: '2026-03-01T11:40:00Z' },
    { version: 1, status: 'superseded' },
  ]);
});

test('a Kustomization tells its revision, its conditions and since when', () => {
  expect(kustomization('shop').status).toMatchObject({
    lastAppliedRevision: `main@sha1:${REVISIONS[1]}`,
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-03-01T11:40:00Z' }],
  });
});
