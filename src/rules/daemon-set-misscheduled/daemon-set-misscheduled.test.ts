import { describe, expect, it } from 'vitest';
import type { DaemonSet } from '#domain/kubernetes/workload.ts';
import { circumstances, template } from '#testing/objects.ts';
import { alert, askIn, meta, node, only, pod, type World, workload } from '#testing/world.ts';
import { daemonSetMisscheduled } from './daemon-set-misscheduled.ts';

const set = (numberMisscheduled: number): DaemonSet => ({
  kind: 'DaemonSet',
  metadata: meta('agent'),
  spec: { selector: { matchLabels: {}, matchExpressions: [] }, template: template(), updateStrategy: {} },
  status: {
    desiredNumberScheduled: 2,
    currentNumberScheduled: 2,
    numberReady: 2,
    numberAvailable: 2,
    numberUnavailable: 0,
    numberMisscheduled,
    updatedNumberScheduled: 2,
    conditions: [],
  },
});
const about = [alert('PodsAstray', { namespace: 'shop', daemonset: 'agent' })];
const tainted = (key: string) => node('node-1', { spec: { taints: [{ key, effect: 'NoSchedule' }] } });

async function judge(wrong: number, key: string, more: World = {}) {
  const { subject, pods } = workload('agent', [pod('agent-1')], { ref: { kind: 'DaemonSet', namespace: 'shop', name: 'agent' } });
  return daemonSetMisscheduled.judge(subject, askIn({ daemonsets: [set(wrong)], pods, nodes: [tainted(key)], alerts: about, ...more }), circumstances);
}

describe('daemon-set-misscheduled', () => {
  it('names the taint that is not tolerated', async () => {
    expect(only(await judge(1, 'dedicated'))).toMatchObject({
      verdict: 'found',
      claim: { title: expect.stringContaining('node-1, which has taint dedicated:NoSchedule') },
    });
  });

  it('is ruled out where the autoscaler is about to remove the node', async () => {
    expect(only(await judge(1, 'ToBeDeletedByClusterAutoscaler'))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('says nothing while nobody asks, or none is astray', async () => {
    expect(await judge(1, 'dedicated', { alerts: [] })).toEqual([]);
    expect(await judge(0, 'dedicated')).toEqual([]);
  });

  it('is undecided when nodes cannot be listed', async () => {
    expect(only(await judge(1, 'dedicated', { gaps: { nodes: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
