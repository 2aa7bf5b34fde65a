import { describe, expect, it } from 'vitest';
import { circumstances } from '#testing/objects.ts';
import { askIn, event, node, only, seenIn, type World } from '#testing/world.ts';
import { nodeFlapping } from './node-flapping.ts';

const judge = async (count: number, lastTimestamp = '2026-03-01T11:55:00Z', more: World = {}, object = node('node-1')) => {
  const told = event(object, 'NodeNotReady', 'Node node-1 status is now: NodeNotReady', { count, lastTimestamp, firstTimestamp: '2026-03-01T11:40:00Z' });
  return nodeFlapping.judge({ kind: 'Node', ref: { kind: 'Node', name: 'node-1' }, object, seenIn }, askIn({ events: [told], ...more }), circumstances);
};

describe('node-flapping', () => {
  it('finds a node that was lost several times lately', async () => {
    expect(only(await judge(3))).toMatchObject({ verdict: 'found', claim: { title: expect.stringContaining('3 times'), since: '2026-03-01T11:40:00Z' } });
  });

  it('lets a single time, and what is long over, rest', async () => {
    expect(await judge(1)).toEqual([]);
    expect(await judge(5, '2026-03-01T09:00:00Z')).toEqual([]);
  });

  it('leaves a node that is not ready now to other rules', async () => {
    expect(await judge(3, undefined, {}, node('node-1', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }))).toEqual([]);
  });

  it('is undecided when events cannot be read', async () => {
    expect(only(await judge(3, undefined, { gaps: { events: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
