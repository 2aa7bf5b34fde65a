import { describe, expect, it } from 'vitest';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import type { ServiceSubject } from '#domain/subject.ts';
import { askIn, container, meta, NOW, only, pod, podSpec, seenIn, service } from '#testing/world.ts';
import { serviceSelectorMismatch } from './service-selector-mismatch.ts';

const circumstances = { now: NOW, onset: NOW };
const spec = { containers: [container('app', { ports: [{ containerPort: 8080 }] })] };

function deployment(name: string, labels: Readonly<Record<string, string>>, replicas = 1): Deployment {
  return {
    kind: 'Deployment',
    metadata: meta(name),
    spec: {
      replicas,
      selector: { matchLabels: labels, matchExpressions: [] },
      template: { metadata: meta('', { labels }), spec: podSpec(spec) },
      strategy: {},
    },
    status: { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas, unavailableReplicas: 0, conditions: [] },
  };
}
const subjectOf = (object: ServiceSubject['object']): ServiceSubject => ({
  kind: 'Service',
  ref: { kind: 'Service', namespace: 'shop', name: object.metadata.name },
  object,
  seenIn,
});
const cart = pod('cart-1', { metadata: { labels: { app: 'cart' } }, spec });

describe('service-selector-mismatch', () => {
  it('is certain when the workload of the same name has another value', async () => {
    const verdict = only(
      await serviceSelectorMismatch.judge(
        subjectOf(service('cart', { spec: { selector: { app: 'cart-v2' } } })),
        askIn({ pods: [cart], deployments: [deployment('cart', { app: 'cart' })] }),
        circumstances,
      ),
    );
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('app=cart-v2') } });
    expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toContain('"app":"cart"');
  });

  it.each([
    ['app.kubernetes.io/version', 'certain'],
    // A leader election may set it on the pod that leads.
    ['role', 'possible'],
  ])('judges a label that is missing while the rest fits by who sets it: %s', async (key, confidence) => {
    const verdict = await serviceSelectorMismatch.judge(
      subjectOf(service('cart', { spec: { selector: { app: 'cart', [key]: 'x' } } })),
      askIn({ pods: [cart], deployments: [deployment('cart', { app: 'cart' })] }),
      circumstances,
    );
    expect(only(verdict)).toMatchObject({ verdict: 'found', confidence });
  });

  it('replaces a key that no pod has', async () => {
    const verdict = only(
      await serviceSelectorMismatch.judge(
        subjectOf(service('cart', { spec: { selector: { application: 'cart' } } })),
        askIn({ pods: [cart], deployments: [deployment('cart', { app: 'cart' })] }),
        circumstances,
      ),
    );
    expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toContain('"application":null,"app":"cart"');
  });

  it('is ruled out when pods are selected', async () => {
    expect(only(await serviceSelectorMismatch.judge(subjectOf(service('cart')), askIn({ pods: [cart] }), circumstances))).toMatchObject({
      verdict: 'ruled-out',
    });
  });

  it('does not blame the selector when its workload is scaled to zero', async () => {
    const world = { deployments: [deployment('cart', { app: 'cart' }, 0)] };
    expect(only(await serviceSelectorMismatch.judge(subjectOf(service('cart')), askIn(world), circumstances))).toMatchObject({ verdict: 'undecided' });
  });

  it('does not guess for a Service that nothing resembles', async () => {
    const world = { pods: [cart], deployments: [deployment('cart', { app: 'cart' })] };
    expect(only(await serviceSelectorMismatch.judge(subjectOf(service('legacy-billing')), askIn(world), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });

  it('leaves labels that controllers set alone', async () => {
    const object = service('cart', { spec: { selector: { 'statefulset.kubernetes.io/pod-name': 'cart-0' } } });
    expect(
      only(await serviceSelectorMismatch.judge(subjectOf(object), askIn({ deployments: [deployment('cart', { app: 'cart' })] }), circumstances)),
    ).toMatchObject({
      verdict: 'undecided',
    });
  });

  it('is only possible for a label that an election may set', async () => {
    const object = service('cart', { spec: { selector: { app: 'cart', role: 'leader' } } });
    const world = { pods: [cart], deployments: [deployment('cart', { app: 'cart' })] };
    expect(only(await serviceSelectorMismatch.judge(subjectOf(object), askIn(world), circumstances))).toMatchObject({ confidence: 'possible' });
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await serviceSelectorMismatch.judge(subjectOf(service('cart')), askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
