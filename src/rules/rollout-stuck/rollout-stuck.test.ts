import { describe, expect, it } from 'vitest';
import { circumstances, deployment, podIn, replicaSet, template } from '#testing/objects.ts';
import { askIn, container, only, workload } from '#testing/world.ts';
import { rolloutStuck } from './rollout-stuck.ts';

const conditions = [
  { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'ReplicaSet "checkout-abc" has timed out progressing.' },
];
const of = (image: string) => template({ containers: [container('app', { image })] });
const revision = (number: string, image: string) =>
  replicaSet('checkout', {
    metadata: { name: `checkout-${number}`, uid: number, annotations: { 'deployment.kubernetes.io/revision': number } },
    template: of(image),
  });
const judge = async (status: Parameters<typeof deployment>[1], world: Parameters<typeof askIn>[0] = {}) => {
  const { subject, pods } = workload('checkout', [podIn('checkout-1', { waiting: { reason: 'CrashLoopBackOff' } })]);
  return [await rolloutStuck.judge(subject, askIn({ pods, deployments: [deployment('checkout', status)], ...world }), circumstances)].flat();
};

describe('rollout-stuck', () => {
  it('is found with what the last revision changed', async () => {
    const sets = [revision('1', 'app:1'), revision('2', 'app:2')];
    const [verdict] = await judge({ status: { conditions, updatedReplicas: 1, availableReplicas: 0 } }, { replicasets: sets });
    expect(verdict).toMatchObject({
      verdict: 'found',
      claim: { title: expect.stringContaining('it changed containers[app].image'), affects: [{ kind: 'Pod', name: 'checkout-1' }] },
      citations: [{}, { excerpt: '- containers[app].image: app:1\n+ containers[app].image: app:2' }],
    });
  });

  it('is ruled out while the rollout is in time', async () => {
    expect(await judge({ status: { conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }] } })).toMatchObject([
      { verdict: 'ruled-out' },
    ]);
  });

  it('is not found when the pods have recovered since', async () => expect(await judge({ status: { conditions } })).toEqual([]));

  it('is undecided when Deployments cannot be listed', async () => {
    expect(only(await judge({}, { gaps: { deployments: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
