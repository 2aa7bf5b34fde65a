import type { Application, HelmRelease, Kustomization } from '#domain/kubernetes/delivery.ts';
import type { KubernetesTopic, KubernetesTopics } from '#domain/topic.ts';
import { parseItems } from '#sources/kubernetes/schema/parse-list.ts';

/** What a release is given in the objects made here, in every place where it may stand: must never be seen again. */
export const GIVEN_VALUE = 'hunter2';

type Json = Readonly<Record<string, unknown>>;
type Meta = { readonly namespace?: string };

const given = { password: GIVEN_VALUE };
const annotations = {
  'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { values: given } }),
  'kapp.k14s.io/original': JSON.stringify({ spec: { values: given } }),
};
const argoSource: Json = {
  repoURL: `https://deploy:${GIVEN_VALUE}@git.example.com/shop/deploy.git`,
  path: 'checkout',
  targetRevision: 'main',
  helm: { parameters: [{ name: 'db.password', value: GIVEN_VALUE }], values: `password: ${GIVEN_VALUE}`, valuesObject: given },
  kustomize: { patches: [{ patch: GIVEN_VALUE }] },
  plugin: { env: [{ name: 'PASSWORD', value: GIVEN_VALUE }] },
};

export const REVISIONS = ['4f1c0d2e9a7b5c3d1e0f6a8b2c4d5e6f7a8b9c0d', '9b8a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b'] as const;

/** An Application as Argo CD keeps it, synced twice, the last time twenty minutes before noon; `status` replaces what it names. */
export function rawApplication(name: string, status: Json = {}, { namespace = 'argocd' }: Meta = {}): Json {
  const operation = { sync: { revision: REVISIONS[1], source: argoSource }, initiatedBy: { automated: true } };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace, annotations },
    spec: { project: 'default', destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' }, source: argoSource },
    operation,
    status: {
      sync: { status: 'Synced', revision: REVISIONS[1], comparedTo: { source: argoSource } },
      health: { status: 'Healthy' },
      history: [
        { id: 0, revision: REVISIONS[0], deployedAt: '2026-02-27T09:00:00Z', source: argoSource },
        { id: 1, revision: REVISIONS[1], deployedAt: '2026-03-01T11:40:00Z', source: argoSource, initiatedBy: { automated: true } },
      ],
      operationState: {
        phase: 'Succeeded',
        message: 'successfully synced (all tasks run)',
        startedAt: '2026-03-01T11:39:55Z',
        finishedAt: '2026-03-01T11:40:00Z',
        operation,
        syncResult: { revision: REVISIONS[1], source: argoSource, resources: [] },
      },
      resources: [{ group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'checkout', status: 'Synced' }],
      ...status,
    },
  };
}

/** The `status` of an Application whose last sync the API server refused, ten minutes before noon. */
export const failedSync: Json = {
  sync: { status: 'OutOfSync', revision: REVISIONS[1] },
  operationState: {
    phase: 'Failed',
    message: 'one or more objects failed to apply, reason: Deployment.apps "checkout" is invalid: spec.selector: field is immutable',
    startedAt: '2026-03-01T11:49:50Z',
    finishedAt: '2026-03-01T11:50:00Z',
    operation: { sync: { revision: REVISIONS[1] } },
    syncResult: {
      revision: REVISIONS[1],
      source: argoSource,
      resources: [
        { group: '', version: 'v1', kind: 'Service', namespace: 'shop', name: 'checkout', status: 'Synced', message: 'service/checkout unchanged' },
        {
          ...{ group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'checkout', status: 'SyncFailed' },
          message: 'Deployment.apps "checkout" is invalid: spec.selector: field is immutable',
        },
      ],
    },
  },
};

/** A Kustomization that is ready since twenty minutes before noon. */
export function rawKustomization(name: string, status: Json = {}, { namespace = 'flux-system' }: Meta = {}): Json {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace, annotations },
    spec: {
      interval: '10m',
      path: './shop',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'deploy' },
      postBuild: { substitute: given, substituteFrom: [] },
      patches: [{ patch: GIVEN_VALUE }],
    },
    status: {
      conditions: [
        {
          ...{ type: 'Ready', status: 'True', reason: 'ReconciliationSucceeded', lastTransitionTime: '2026-03-01T11:40:00Z' },
          message: `Applied revision: main@sha1:${REVISIONS[1]}`,
        },
      ],
      lastAppliedRevision: `main@sha1:${REVISIONS[1]}`,
      lastAttemptedRevision: `main@sha1:${REVISIONS[1]}`,
      inventory: { entries: [{ id: 'shop_checkout_apps_Deployment', v: 'v1' }] },
      ...status,
    },
  };
}

/** A HelmRelease that was upgraded twenty minutes before noon. */
export function rawHelmRelease(name: string, status: Json = {}, { namespace = 'shop' }: Meta = {}): Json {
  const release = { name, namespace: 'shop', chartName: 'checkout', appVersion: '2', digest: 'sha256:1', configDigest: 'sha256:2' };
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace, annotations },
    spec: { chart: { spec: { chart: 'checkout' } }, values: given, valuesFrom: [{ kind: 'Secret', name: 'checkout-values' }], postRenderers: [given] },
    status: {
      conditions: [
        {
          ...{ type: 'Ready', status: 'True', reason: 'UpgradeSucceeded', lastTransitionTime: '2026-03-01T11:40:05Z' },
          message: 'Helm upgrade succeeded for release shop/checkout.v2 with chart checkout@1.3.0',
        },
      ],
      lastAttemptedRevision: '1.3.0',
      lastAttemptedConfigDigest: 'sha256:2',
      history: [
        { ...release, version: 2, chartVersion: '1.3.0', status: 'deployed', firstDeployed: '2026-02-20T08:00:00Z', lastDeployed: '2026-03-01T11:40:00Z' },
        { ...release, version: 1, chartVersion: '1.2.0', status: 'superseded', firstDeployed: '2026-02-20T08:00:00Z', lastDeployed: '2026-02-20T08:00:00Z' },
      ],
      ...status,
    },
  };
}

function parsed<T extends KubernetesTopic>(topic: T, raw: Json): KubernetesTopics[T] {
  const [object] = parseItems(topic, [raw]).items;
  if (!object) throw new Error(`no ${topic} came of it`);
  return object;
}

export const application = (...of: Parameters<typeof rawApplication>): Application => parsed('applications', rawApplication(...of));
export const kustomization = (...of: Parameters<typeof rawKustomization>): Kustomization => parsed('kustomizations', rawKustomization(...of));
export const helmRelease = (...of: Parameters<typeof rawHelmRelease>): HelmRelease => parsed('helmreleases', rawHelmRelease(...of));

/** The mark that Argo CD leaves on a Deployment of this name. */
export function argoMark(instance: string, name: string): { readonly annotations: Readonly<Record<string, string>> } {
  return { annotations: { 'argocd.argoproj.io/tracking-id': `${instance}:apps/Deployment:shop/${name}` } };
}

/** The mark that Flux leaves; `kustomize` of a Kustomization, `helm` of a HelmRelease. */
export function fluxMark(by: 'kustomize' | 'helm', namespace: string, name: string): { readonly labels: Readonly<Record<string, string>> } {
  return { labels: { [`${by}.toolkit.fluxcd.io/name`]: name, [`${by}.toolkit.fluxcd.io/namespace`]: namespace } };
}
