import { describe, expect, it } from 'vitest';
import type { Ask } from '#domain/evidence.ts';
import { application, argoMark, failedSync, fluxMark, helmRelease, kustomization } from '#testing/deliveries.ts';
import { deployment } from '#testing/objects.ts';
import { askIn, type World } from '#testing/world.ts';
import { readDeliveries } from './read-deliveries.ts';

const SPAN = { from: Date.parse('2026-03-01T10:00:00Z'), to: Date.parse('2026-03-01T12:00:00Z') };
const marked = (name: string, metadata: object) => deployment(name, { metadata });
const deliveries = (world: World) => readDeliveries(['shop'], SPAN, askIn(world));
const lines = async (world: World) => (await deliveries(world)).flatMap(({ changes }) => changes.map(({ at, what }) => `${at.slice(11, 16)} ${what}`));

describe('what was delivered before the onset', () => {
  const byArgo = [marked('web', argoMark('checkout', 'web'))];
  const byFlux = [marked('web', fluxMark('kustomize', 'flux-system', 'shop'))];
  const byHelm = [marked('web', fluxMark('helm', 'shop', 'checkout'))];

  it('Argo CD: syncs with their revision, not those of days ago', async () => {
    const world = { deployments: byArgo, applications: [application('checkout')] };
    expect(await lines(world)).toEqual(['11:40 Argo CD synced Application argocd/checkout to 9b8a7c6 (automatic)']);
    expect(await deliveries(world)).toMatchObject([
      { subject: { kind: 'Application', namespace: 'argocd', name: 'checkout' }, seenIn: { question: { topic: 'applications' } } },
    ]);
  });

  it('Argo CD: a sync that failed, with what was refused, after the one that worked', async () => {
    expect(await lines({ deployments: byArgo, applications: [application('checkout', failedSync)] })).toEqual([
      '11:50 Argo CD could not sync Application argocd/checkout (9b8a7c6): Deployment shop/checkout: Deployment.apps "checkout" is invalid: spec.selector: field is immutable',
      '11:40 Argo CD synced Application argocd/checkout to 9b8a7c6 (automatic)',
    ]);
  });

  it('Flux: the last state where that is all there is, each state where there is a history', async () => {
    expect(await lines({ deployments: byFlux, kustomizations: [kustomization('shop')] })).toEqual([
      '11:40 Flux found Kustomization flux-system/shop applied at main@sha1:9b8a7c6',
    ]);
    const entry = (revision: string, firstReconciled: string, lastReconciledStatus: string) => ({
      ...{ firstReconciled, lastReconciled: '2026-03-01T11:58:00Z', lastReconciledStatus, metadata: { revision } },
    });
    const history = [
      entry('main@sha1:3', '2026-03-01T11:30:00Z', 'ReconciliationSucceeded'),
      entry('main@sha1:2', '2026-03-01T11:00:00Z', 'BuildFailed'),
      entry('main@sha1:1', '2026-02-01T11:00:00Z', 'ReconciliationSucceeded'),
    ];
    expect(await lines({ deployments: byFlux, kustomizations: [kustomization('shop', { history })] })).toEqual([
      '11:30 Flux applied Kustomization flux-system/shop at main@sha1:3',
    ]);
  });

  it('Flux: Helm releases, with the chart', async () => {
    expect(await lines({ deployments: byHelm, helmreleases: [helmRelease('checkout')] })).toEqual([
      '11:40 Flux released HelmRelease shop/checkout, version 2: chart checkout 1.3.0',
    ]);
    const history = [{ version: 3, chartName: 'checkout', chartVersion: '1.4.0', status: 'failed', lastDeployed: '2026-03-01T11:44:00Z' }];
    expect(await lines({ deployments: byHelm, helmreleases: [helmRelease('checkout', { history })] })).toEqual([
      '11:44 Flux released HelmRelease shop/checkout, version 3: chart checkout 1.4.0, which failed',
    ]);
  });

  it('asks for nothing more where no workload is marked', async () => {
    const asked: string[] = [];
    const ask = askIn({ deployments: [marked('web', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } })], applications: [application('checkout')] });
    const listening = ((question: Parameters<Ask>[0]) => {
      asked.push(question.topic);
      return ask(question);
    }) as Ask;
    expect(await readDeliveries(['shop', 'stage'], SPAN, listening)).toEqual([]);
    expect([...new Set(asked)].toSorted()).toEqual(['daemonsets', 'deployments', 'statefulsets']);
  });

  it('is bounded, names nothing twice, and survives what cannot be read or has no times', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `app-${index}`);
    const world = { deployments: names.map((name) => marked(name, argoMark(name, name))), applications: names.map((name) => application(name)) };
    expect(await deliveries(world)).toHaveLength(6);
    const twice = await readDeliveries(['shop', 'shop'], SPAN, askIn({ deployments: byArgo, applications: [application('checkout')] }));
    expect(twice).toHaveLength(1);
    expect(await lines({ deployments: byArgo, gaps: { applications: 'forbidden' } })).toEqual([]);
    expect(
      await lines({ deployments: byArgo, applications: [application('checkout', { history: [{ deployedAt: 'soon' }, {}], operationState: {} })] }),
    ).toEqual([]);
  });
});
