import { describe, expect, it } from 'vitest';
import type { Condition } from '#domain/kubernetes/meta.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { askIn, NOW, node, only, seenIn, type World } from '#testing/world.ts';
import { networkPluginNotReady } from './network-plugin-not-ready.ts';

const circumstances = { now: NOW, onset: NOW };
const HEALTHY: Condition = { type: 'Ready', status: 'True', reason: 'KubeletReady' };
const subjectOf = (...conditions: readonly Condition[]): NodeSubject => ({
  kind: 'Node',
  ref: { kind: 'Node', name: 'node-1' },
  object: node('node-1', { status: { conditions } }),
  seenIn,
});
const judge = async (conditions: readonly Condition[], world: World = {}) => networkPluginNotReady.judge(subjectOf(...conditions), askIn(world), circumstances);

describe('network-plugin-not-ready', () => {
  const message =
    'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

  it('finds a missing network plugin', async () => {
    expect(only(await judge([{ type: 'Ready', status: 'False', message }]))).toMatchObject({ verdict: 'found', confidence: 'certain' });
  });

  it('leaves other reasons alone', async () => {
    expect(await judge([{ type: 'Ready', status: 'False', message: 'container runtime is down' }])).toEqual([]);
    expect(await judge([HEALTHY])).toEqual([]);
  });
});
