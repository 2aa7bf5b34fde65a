import { describe, expect, it } from 'vitest';
import { list, type Question } from '#domain/question.ts';
import { application, argoMark, fluxMark, helmRelease } from '#testing/deliveries.ts';
import { deployment, statefulSet } from '#testing/objects.ts';
import { askIn, type World } from '#testing/world.ts';
import { deliverersIn, deliveriesIn, deliveryArg } from './delivered-by.ts';

const marked = (name: string, metadata: object) => deployment(name, { metadata });
const tracked = (manager: string) => ({ labels: { 'app.kubernetes.io/instance': 'checkout' }, managedFields: [{ manager, operation: 'Update' }] });
const deliverers = (world: World) => deliverersIn('shop', askIn(world));
const applications = (world: World) => deliveriesIn('applications', 'shop', askIn(world), (namespace) => askIn(world)(list('applications', namespace)));

describe('the marks of what delivered a workload', () => {
  it.each([
    ['Argo CD, by annotation', argoMark('checkout', 'web'), { topic: 'applications', namespace: undefined, name: 'checkout' }],
    ['Argo CD, an Application of a team', argoMark('team-a_checkout', 'web'), { topic: 'applications', namespace: 'team-a', name: 'checkout' }],
    ['Argo CD, by label', { labels: { 'argocd.argoproj.io/instance': 'checkout' } }, { topic: 'applications', namespace: undefined, name: 'checkout' }],
    ['Argo CD before 3, by the label of charts', tracked('argocd-controller'), { topic: 'applications', namespace: undefined, name: 'checkout' }],
    ['Argo CD before 2.5', tracked('argocd-application-controller'), { topic: 'applications', namespace: undefined, name: 'checkout' }],
    ['Flux, a Kustomization', fluxMark('kustomize', 'flux-system', 'apps'), { topic: 'kustomizations', namespace: 'flux-system', name: 'apps' }],
    ['Flux, a HelmRelease', fluxMark('helm', 'shop', 'checkout'), { topic: 'helmreleases', namespace: 'shop', name: 'checkout' }],
  ])('%s', async (_, metadata, deliverer) => {
    expect(await deliverers({ deployments: [marked('web', metadata)] })).toEqual([
      { ...deliverer, workloads: [{ kind: 'Deployment', namespace: 'shop', name: 'web' }] },
    ]);
  });

  it.each([
    ['a label that charts set themselves', { labels: { 'app.kubernetes.io/instance': 'checkout', 'app.kubernetes.io/managed-by': 'Helm' } }],
    ['a chart that Helm has written', tracked('helm')],
    ["another object's mark, copied", argoMark('checkout', 'another')],
    ['a name of Flux without its namespace', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }],
    ['an annotation that is no mark', { annotations: { 'argocd.argoproj.io/tracking-id': 'checkout' } }],
  ])('are not %s', async (_, metadata) => {
    expect(await deliverers({ deployments: [marked('web', metadata)] })).toEqual([]);
  });

  it('name what delivered several workloads once', async () => {
    const cart = statefulSet('cart');
    const world = {
      deployments: [marked('web', fluxMark('helm', 'shop', 'checkout'))],
      statefulsets: [{ ...cart, metadata: { ...cart.metadata, ...fluxMark('helm', 'shop', 'checkout') } }],
    };
    expect(await deliverers(world)).toMatchObject([{ name: 'checkout', workloads: [{ kind: 'Deployment' }, { kind: 'StatefulSet' }] }]);
  });
});

describe('the objects that delivered', () => {
  const deployments = [marked('web', argoMark('checkout', 'web'))];

  it('are found by the name in the mark', async () => {
    const found = await applications({ deployments, applications: [application('billing'), application('checkout')] });
    expect(found).toMatchObject([{ ref: { kind: 'Application', namespace: 'argocd', name: 'checkout' }, seenIn: { outcome: 'present' } }]);
  });

  it('of the same name are told apart by where they deliver to, or not at all', async () => {
    const elsewhere = application('checkout', {}, { namespace: 'team-b' });
    const others = { ...elsewhere, spec: { ...elsewhere.spec, destinationNamespace: 'stage' } };
    expect(await applications({ deployments, applications: [others, application('checkout')] })).toMatchObject([{ ref: { namespace: 'argocd' } }]);
    expect(await applications({ deployments, applications: [elsewhere, application('checkout')] })).toEqual([]);
  });

  it('are none where the cluster is delivered to from another one', async () => {
    expect(await applications({ deployments, applications: [application('billing')] })).toEqual([]);
  });

  it('are one gap where they may not be read, however many workloads are marked', async () => {
    const more = [...deployments, marked('cart', argoMark('cart', 'cart'))];
    expect(await applications({ deployments: more, gaps: { applications: 'forbidden' } })).toMatchObject([{ gap: { reason: 'forbidden' } }]);
  });

  it('are not asked for without a mark of theirs', async () => {
    const asked: Question[] = [];
    const world = { deployments: [marked('web', fluxMark('helm', 'shop', 'checkout'))], helmreleases: [helmRelease('checkout')] };
    await deliveriesIn('applications', 'shop', askIn(world), (namespace) => {
      asked.push(list('applications', namespace));
      return askIn(world)(list('applications', namespace));
    });
    expect(asked).toEqual([]);
  });

  it('are named with their group, since other add-ons have the same kinds', () => {
    expect(deliveryArg('applications', { kind: 'Application', namespace: 'argocd', name: 'checkout' })).toBe('applications.argoproj.io/checkout');
  });
});
