import { describe, expect, it } from 'vitest';
import { circumstances, deployment, replicaSet, template } from '#testing/objects.ts';
import { askIn, container, workload } from '#testing/world.ts';
import { deploymentPaused } from './deployment-paused.ts';

const of = (image: string) => template({ containers: [container('app', { image })] }, { app: 'checkout' });
const judge = async (spec: Parameters<typeof deployment>[1], image = 'app:1') => {
  const world = { deployments: [deployment('checkout', spec)], replicasets: [replicaSet('checkout', { template: of(image) })] };
  return [await deploymentPaused.judge(workload('checkout').subject, askIn(world), circumstances)].flat();
};

describe('deployment-paused', () => {
  it('is likely when a change waits', async () => {
    expect(await judge({ spec: { paused: true, template: of('app:2') } })).toMatchObject([
      { verdict: 'found', confidence: 'likely', claim: { title: expect.stringContaining('a change that has not been rolled out') } },
    ]);
  });

  it('is likely when it stopped half way', async () => {
    expect(await judge({ spec: { paused: true, template: of('app:1') }, status: { updatedReplicas: 0 } })).toMatchObject([
      { claim: { title: expect.stringContaining('0 of 1 pods on the new revision') } },
    ]);
  });

  it('is ruled out when nothing waits', async () =>
    expect(await judge({ spec: { paused: true, template: of('app:1') } })).toMatchObject([{ verdict: 'ruled-out' }]));

  it('says nothing about one that is not paused', async () => expect(await judge({ spec: { template: of('app:2') } })).toEqual([]));
});
