import { describe, expect, it } from 'vitest';
import type { Condition } from '#domain/kubernetes/meta.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { askIn, NOW, node, only, seenIn, type World } from '#testing/world.ts';
import { nodeNotReady } from './node-not-ready.ts';

const circumstances = { now: NOW, onset: NOW };
const HEALTHY: Condition = { type: 'Ready', status: 'True', reason: 'KubeletReady' };
const subjectOf = (...conditions: readonly Condition[]): NodeSubject => ({
  kind: 'Node',
  ref: { kind: 'Node', name: 'node-1' },
  object: node('node-1', { status: { conditions } }),
  seenIn,
});
const judge = async (conditions: readonly Condition[], world: World = {}) => nodeNotReady.judge(subjectOf(...conditions), askIn(world), circumstances);

describe('node-not-ready', () => {
  it('passes on what the node says', async () => {
    expect(only(await judge([{ type: 'Ready', status: 'False', message: 'Kubelet is shutting down' }]))).toMatchObject({
      verdict: 'found',
      claim: { title: expect.stringContaining('shutting down') },
    });
  });

  it('leaves what other rules read to them', async () => {
    expect(await judge([{ type: 'Ready', status: 'False', message: 'container runtime is down' }])).toEqual([]);
    expect(await judge([{ type: 'Ready', status: 'Unknown' }])).toEqual([]);
  });

  it('is ruled out for a ready node', async () => {
    expect(only(await judge([HEALTHY]))).toMatchObject({ verdict: 'ruled-out' });
  });
});
