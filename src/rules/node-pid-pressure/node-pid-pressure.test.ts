import { describe, expect, it } from 'vitest';
import type { Condition } from '#domain/kubernetes/meta.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { askIn, NOW, node, only, seenIn, type World } from '#testing/world.ts';
import { nodePidPressure } from './node-pid-pressure.ts';

const circumstances = { now: NOW, onset: NOW };
const HEALTHY: Condition = { type: 'Ready', status: 'True', reason: 'KubeletReady' };
const subjectOf = (...conditions: readonly Condition[]): NodeSubject => ({
  kind: 'Node',
  ref: { kind: 'Node', name: 'node-1' },
  object: node('node-1', { status: { conditions } }),
  seenIn,
});
const judge = async (conditions: readonly Condition[], world: World = {}) => nodePidPressure.judge(subjectOf(...conditions), askIn(world), circumstances);

describe('node-pid-pressure', () => {
  it('is certain when the node says so', async () => {
    expect(only(await judge([HEALTHY, { type: 'PIDPressure', status: 'True', message: 'short', lastTransitionTime: '2026-03-01T11:00:00Z' }]))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { since: '2026-03-01T11:00:00Z' },
    });
  });

  it('is ruled out when the node says that it is well', async () => {
    expect(only(await judge([HEALTHY, { type: 'PIDPressure', status: 'False' }]))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('says nothing when the node does not tell', async () => {
    expect(await judge([HEALTHY])).toEqual([]);
  });
});
