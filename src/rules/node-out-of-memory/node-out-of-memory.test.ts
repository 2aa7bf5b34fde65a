import { describe, expect, it } from 'vitest';
import type { Condition } from '#domain/kubernetes/meta.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { askIn, event, meta, NOW, node, only, seenIn, type World } from '#testing/world.ts';
import { nodeOutOfMemory } from './node-out-of-memory.ts';

const circumstances = { now: NOW, onset: NOW };
const HEALTHY: Condition = { type: 'Ready', status: 'True', reason: 'KubeletReady' };
const subjectOf = (...conditions: readonly Condition[]): NodeSubject => ({
  kind: 'Node',
  ref: { kind: 'Node', name: 'node-1' },
  object: node('node-1', { status: { conditions } }),
  seenIn,
});
const judge = async (conditions: readonly Condition[], world: World = {}) => nodeOutOfMemory.judge(subjectOf(...conditions), askIn(world), circumstances);

describe('node-out-of-memory', () => {
  const oom = (lastTimestamp: string) =>
    event({ kind: 'Node', metadata: meta('node-1', { namespace: 'default' }) }, 'SystemOOM', 'System OOM encountered, victim process: java, pid: 4711', {
      lastTimestamp,
    });

  it('names the victim', async () => {
    expect(only(await judge([HEALTHY], { events: [oom('2026-03-01T11:58:00Z')] }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('java') },
    });
  });

  it('lets an old one rest', async () => {
    expect(await judge([HEALTHY], { events: [oom('2026-02-28T11:58:00Z')] })).toEqual([]);
  });

  it('says nothing when events cannot be read', async () => {
    expect(await judge([HEALTHY], { gaps: { events: 'forbidden' } })).toEqual([]);
  });
});
