import { describe, expect, it } from 'vitest';
import type { Episode } from '#domain/episode.ts';
import type { Ask } from '#domain/evidence.ts';
import type { Topic } from '#domain/question.ts';
import type { Symptom } from '#domain/symptom.ts';
import { TOPIC_FACTS } from '#domain/topic.ts';
import { argoSyncFailed } from '#rules/argo-sync-failed/argo-sync-failed.ts';
import { cpuThrottled } from '#rules/cpu-throttled/cpu-throttled.ts';
import { dependencyUnreachable } from '#rules/dependency-unreachable/dependency-unreachable.ts';
import { imageNotFound } from '#rules/image-not-found/image-not-found.ts';
import { defineRule, ruledOut } from '#rules/rule.ts';
import type { Source } from '#sources/source.ts';
import { application, argoMark, failedSync } from '#testing/deliveries.ts';
import { askIn, event, meta, NOW, node, pod, podSpec, type World } from '#testing/world.ts';
import { investigate } from './investigate.ts';

const NOT_FOUND =
  'Failed to pull image "registry.example/app:1.0": rpc error: code = NotFound desc = failed to resolve reference "registry.example/app:1.0": registry.example/app:1.0: not found';

const broken = defineRule({
  id: 'broken',
  code: 'Broken',
  summary: '',
  about: 'Workload',
  role: 'cause',
  symptoms: [],
  needs: [],
  references: [],
  judge: () => Promise.reject(new Error('boom')),
});

function world(more: World = {}): World {
  const deployment = {
    kind: 'Deployment',
    metadata: meta('checkout', { uid: 'd1' }),
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'checkout' }, matchExpressions: [] },
      template: { metadata: meta(''), spec: podSpec() },
      strategy: {},
    },
    status: { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, unavailableReplicas: 0, conditions: [] },
  };
  return { deployments: [deployment], nodes: [node('node-1')], ...more };
}

function sourceOf(ask: Ask): Source {
  return {
    name: 'world',
    topics: new Set([...Object.keys(TOPIC_FACTS), 'logs', 'metrics'] as Topic[]),
    answer: ask,
    check: async () => ({ state: 'ok', detail: '' }),
    close: async () => {},
  };
}

const TARGET_DOWN = 'http://prometheus.example/graph?g0.expr=up%7Bjob%3D%22checkout%22%7D%20%3D%3D%200';

function run(
  inside: World,
  rules = [imageNotFound],
  labels: Record<string, string> = { alertname: 'KubePodNotReady', namespace: 'shop' },
  generatorUrl = TARGET_DOWN,
) {
  const episode: Episode = {
    id: 'e1',
    cluster: 'default',
    fingerprint: 'f1',
    state: 'open',
    startsAt: '2026-03-01T11:58:00Z',
    endsAt: null,
    labels,
    annotations: {},
    generatorUrl,
    externalUrl: '',
    truncatedAlerts: 0,
    firstSeenAt: NOW,
    lastSeenAt: NOW,
    repeats: 0,
    incidentId: 'i1',
  };
  const steps: string[] = [];
  const equipment = {
    sources: [sourceOf(askIn(inside))],
    rules,
    clock: () => new Date(NOW),
    stopwatch: () => 0,
    signal: AbortSignal.timeout(5000),
    step: (what: string) => void steps.push(what),
  };
  return investigate({ incident: { id: 'i1', cluster: 'default' }, episodes: [episode] }, equipment).then((analysis) => ({ analysis, steps }));
}

const badPod = () => {
  const one = pod('checkout-1', {
    status: {
      phase: 'Pending',
      conditions: [],
      containerStatuses: [
        { name: 'app', ready: false, restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } }, lastState: {} },
      ],
    },
  });
  return { ...one, metadata: { ...one.metadata, ownerReferences: [{ kind: 'ReplicaSet', name: 'checkout-abc', uid: 'd1', controller: true }] } };
};

describe('an investigation', () => {
  it('names the cause, the object to change, the evidence and the command', async () => {
    const bad = badPod();
    const { analysis, steps } = await run(world({ pods: [bad], events: [event(bad, 'Failed', NOT_FOUND)] }));
    expect(analysis).toMatchObject({
      inconclusive: false,
      healthy: false,
      root_causes: [{ rank: 1, code: 'ImageNotFound', subject: { kind: 'Deployment', namespace: 'shop', name: 'checkout' }, confidence: 'certain' }],
    });
    const [cause] = analysis.root_causes;
    expect(analysis.evidence.map(({ id }) => id)).toEqual(expect.arrayContaining([...(cause?.evidence ?? ['missing'])]));
    expect(analysis.actions[0]?.command).toBe('kubectl -n shop rollout undo deployment/checkout');
    expect(steps.length).toBeGreaterThan(2);
  });

  it('says that nothing is wrong when everything could be read and is well', async () => {
    const { analysis } = await run(world({ pods: [pod('checkout-1')] }));
    expect(analysis).toMatchObject({ healthy: true, inconclusive: false, root_causes: [], degraded: [] });
  });

  it('never calls healthy what it could not see', async () => {
    const { analysis } = await run(world({ pods: [pod('checkout-1')], gaps: { events: 'forbidden' } }));
    expect(analysis).toMatchObject({ healthy: false, inconclusive: true, degraded: ['events: forbidden'] });
    expect(analysis.actions.length).toBeGreaterThan(0);
  });

  describe('of an alert about what only metrics show, where every object is well', () => {
    const slow = { alertname: 'CheckoutLatencyHigh', namespace: 'shop' };

    it('does not say that nothing is wrong when metrics could not be read', async () => {
      const { analysis } = await run(world({ pods: [pod('checkout-1')], gaps: { metrics: 'unreachable' } }), [imageNotFound, cpuThrottled], slow);
      expect(analysis).toMatchObject({ healthy: false, inconclusive: true, summary: expect.stringContaining('metrics could not be read') });
    });

    it('does not say so either when no log may be read, and the alert is about what does not answer', async () => {
      const inside = world({ pods: [pod('checkout-1')], gaps: { logs: 'forbidden' } });
      const asks = [imageNotFound, dependencyUnreachable];
      const down = { alertname: 'CheckoutUnreachable', namespace: 'shop' };
      expect((await run(inside, asks, down)).analysis).toMatchObject({ healthy: false, summary: expect.stringContaining('logs could not be read') });
      const quota = { alertname: 'KubeQuotaFullyUsed', namespace: 'shop' };
      expect((await run(inside, asks, quota, '')).analysis.healthy).toBe(true);
      expect((await run({ ...inside, gaps: {} }, asks, down)).analysis.healthy).toBe(true);
    });

    it('says so when they could, or when the alert is about something else', async () => {
      const inside = world({ pods: [pod('checkout-1')] });
      expect((await run(inside, [imageNotFound, cpuThrottled], slow)).analysis.healthy).toBe(true);
      const notReady = { alertname: 'KubePodNotReady', namespace: 'shop' };
      const unseen = await run({ ...inside, gaps: { metrics: 'unreachable' } }, [imageNotFound, cpuThrottled], notReady, '');
      expect(unseen.analysis.healthy).toBe(true);
    });
  });

  it('is inconclusive, with what was ruled out, when something is wrong that no rule explains', async () => {
    const inside = world({ pods: [{ ...badPod(), status: { ...badPod().status, containerStatuses: [] } }] });
    const { analysis } = await run({
      ...inside,
      deployments: (inside.deployments ?? []).map((one) => ({ ...one, status: { ...one.status, readyReplicas: 0 } })),
    });
    expect(analysis).toMatchObject({ healthy: false, inconclusive: true, impact: 'Deployment shop/checkout: none of 1 replica is ready.' });
    expect(analysis.ruled_out.map(({ code }) => code)).toEqual(['ImageNotFound']);
  });

  it('without a cause still shows what the alert says, what fits first among what was ruled out, and where to look next', async () => {
    const inside = world({ pods: [{ ...badPod(), status: { ...badPod().status, containerStatuses: [] } }] });
    const unready = { ...inside, deployments: (inside.deployments ?? []).map((one) => ({ ...one, status: { ...one.status, readyReplicas: 0 } })) };
    const never = (code: string, symptoms: readonly Symptom[]) =>
      defineRule({
        ...broken,
        id: code,
        code,
        about: 'Workload',
        needs: [],
        symptoms,
        judge: async (workload) => (workload.seenIn.outcome === 'present' ? ruledOut(workload.seenIn, `not ${code}`) : []),
      });
    const { analysis } = await run(unready, [never('Slow', ['slow']), never('Down', ['target-down'])], {
      alertname: 'TargetDown',
      job: 'checkout',
      namespace: 'shop',
    });
    expect(analysis.ruled_out.map(({ code }) => code)).toEqual(['Down', 'Slow']);
    expect(analysis.evidence.at(-1)).toMatchObject({ source: 'alert', title: 'Rule of TargetDown', query: 'up{job="checkout"} == 0' });
    expect(analysis.actions[0]).toMatchObject({ command: 'kubectl -n shop describe deployment/checkout', risk: 'none' });
    expect(analysis.actions.map(({ text }) => text).join()).toContain('up{job="checkout"} == 0');
  });

  describe('of what Argo CD delivered', () => {
    const bad = badPod();
    const delivered = (more: World) => {
      const inside = world({ pods: [bad], events: [event(bad, 'Failed', NOT_FOUND)], ...more });
      return { ...inside, deployments: (inside.deployments ?? []).map((one) => ({ ...one, metadata: { ...one.metadata, ...argoMark('shop', 'checkout') } })) };
    };
    const rules = [imageNotFound, argoSyncFailed];

    it('tells a sync that failed as what is seen, beside the cause and never as it', async () => {
      const { analysis } = await run(delivered({ applications: [application('shop', failedSync)] }), rules);
      expect(analysis.root_causes.map(({ code }) => code)).toEqual(['ImageNotFound']);
      expect(analysis.consequences).toMatchObject([{ code: 'ArgoSyncFailed', subject: { kind: 'Application', namespace: 'argocd', name: 'shop' } }]);
      const changes = analysis.evidence.filter(({ source }) => source === 'change');
      expect(changes).toMatchObject([{ title: 'Application argocd/shop', query: 'kubectl -n argocd get applications.argoproj.io shop -o yaml' }]);
      expect(analysis.timeline.map(({ what }) => what).join('\n')).toMatch(/Argo CD synced .*to 9b8a7c6 .*\n.*Argo CD could not sync/);
    });

    it('says what is seen where there is no cause to be found', async () => {
      const { analysis } = await run({ ...delivered({ applications: [application('shop', failedSync)] }), pods: [pod('checkout-1')], events: [] }, rules);
      expect(analysis).toMatchObject({ healthy: false, root_causes: [], summary: expect.stringContaining('What is seen: Argo CD could not sync') });
    });

    it('puts a sync that worked on the timeline, as evidence of a change, and blames nobody', async () => {
      const { analysis } = await run({ ...delivered({ applications: [application('shop')] }), pods: [pod('checkout-1')], events: [] }, rules);
      expect(analysis).toMatchObject({ healthy: true, root_causes: [], consequences: [] });
      expect(analysis.evidence).toContainEqual(
        expect.objectContaining({
          source: 'change',
          title: 'Application argocd/shop',
          excerpt: expect.stringContaining('synced Application argocd/shop to 9b8a7c6'),
        }),
      );
    });

    it('names that Applications may not be read, and finds the cause all the same', async () => {
      const { analysis } = await run(delivered({ gaps: { applications: 'forbidden' } }), rules);
      expect(analysis).toMatchObject({ root_causes: [{ code: 'ImageNotFound' }], degraded: ['applications: forbidden'] });
    });
  });

  it('survives a rule that breaks, and says so', async () => {
    const { analysis } = await run(world(), [broken]);
    expect(analysis).toMatchObject({ healthy: false, degraded: ['Rule broken failed on Deployment shop/checkout: boom'] });
  });

  it('looks where something is unwell when the alert names no namespace', async () => {
    const bad = badPod();
    const { analysis } = await run(world({ pods: [bad], events: [event(bad, 'Failed', NOT_FOUND)] }), [imageNotFound], { alertname: 'KubeletDown' });
    expect(analysis.root_causes[0]).toMatchObject({ code: 'ImageNotFound' });
  });

  it('answers when no source is there at all', async () => {
    const all = Object.fromEntries(Object.keys(TOPIC_FACTS).map((topic) => [topic, 'unreachable'])) as World['gaps'];
    const { analysis } = await run({ gaps: all ?? {} });
    expect(analysis).toMatchObject({ inconclusive: true, healthy: false, root_causes: [] });
    expect(analysis.degraded.length).toBeGreaterThan(0);
    expect(analysis.summary).not.toMatch(/\b0 /);
  });
});
