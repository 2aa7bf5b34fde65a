import { describe, expect, it } from 'vitest';
import type { Condition } from '#domain/kubernetes/meta.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { askIn, NOW, node, only, seenIn, type World } from '#testing/world.ts';
import { nodeClockSkew } from './node-clock-skew.ts';

const circumstances = { now: NOW, onset: NOW };
const HEALTHY: Condition = { type: 'Ready', status: 'True', reason: 'KubeletReady' };
const subjectOf = (...conditions: readonly Condition[]): NodeSubject => ({
  kind: 'Node',
  ref: { kind: 'Node', name: 'node-1' },
  object: node('node-1', { status: { conditions } }),
  seenIn,
});
const judge = async (conditions: readonly Condition[], world: World = {}) => nodeClockSkew.judge(subjectOf(...conditions), askIn(world), circumstances);

describe('node-clock-skew', () => {
  const clock = (offset: number, error: number) => {
    const samples = (value: number) => [
      { labels: { instance: '192.0.2.1:9100' }, samples: [1, 2, 3, 4].map((minute) => ({ at: Date.parse(NOW) - minute * 60_000, value })) },
    ];
    return { metrics: { node_timex_offset_seconds: samples(offset), node_timex_maxerror_seconds: samples(error) } };
  };

  it('finds a clock that is off', async () => {
    expect(only(await judge([HEALTHY], clock(0.4, 1)))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('400 ms') },
    });
  });

  it('finds a clock that nobody corrects', async () => {
    expect(only(await judge([HEALTHY], clock(0, 16)))).toMatchObject({ verdict: 'found', claim: { title: expect.stringContaining('not synchronised') } });
  });

  it('is ruled out for a clock that is right', async () => {
    expect(only(await judge([HEALTHY], clock(0.001, 0.2)))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('says nothing without measurements', async () => {
    expect(await judge([HEALTHY])).toEqual([]);
    expect(await judge([HEALTHY], { gaps: { metrics: 'not-configured' } })).toEqual([]);
  });
});
