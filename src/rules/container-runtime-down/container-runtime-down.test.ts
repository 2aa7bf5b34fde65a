import { describe, expect, it } from 'vitest';
import type { Condition } from '#domain/kubernetes/meta.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { askIn, event, meta, NOW, node, only, seenIn, type World } from '#testing/world.ts';
import { containerRuntimeDown } from './container-runtime-down.ts';

const circumstances = { now: NOW, onset: NOW };
const HEALTHY: Condition = { type: 'Ready', status: 'True', reason: 'KubeletReady' };
const subjectOf = (...conditions: readonly Condition[]): NodeSubject => ({
  kind: 'Node',
  ref: { kind: 'Node', name: 'node-1' },
  object: node('node-1', { status: { conditions } }),
  seenIn,
});
const judge = async (conditions: readonly Condition[], world: World = {}) => containerRuntimeDown.judge(subjectOf(...conditions), askIn(world), circumstances);

/** A unit that ran until 11:52 and not since. */
const stopped = (unit: string, labels: Readonly<Record<string, string>> = { node: 'node-1' }) => ({
  node_systemd_unit_state: [
    {
      labels: { name: `${unit}.service`, state: 'active', ...labels },
      samples: [0, 1, 2, 3, 4].map((minute) => ({ at: Date.parse('2026-03-01T11:50:00Z') + minute * 60_000, value: minute < 3 ? 1 : 0 })),
    },
  ],
});
const DOWN: Condition = { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'container runtime is down' };

describe('container-runtime-down', () => {
  it('is certain when condition and service agree', async () => {
    expect(only(await judge([DOWN], { metrics: stopped('containerd') }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('containerd') },
    });
  });

  it('is likely by the condition alone, also for a sick PLEG', async () => {
    expect(only(await judge([DOWN]))).toMatchObject({ confidence: 'likely' });
    expect(only(await judge([{ ...DOWN, message: 'PLEG is not healthy: pleg was last seen active 5m0s ago' }]))).toMatchObject({ confidence: 'likely' });
  });

  it('is ruled out for a ready node, even one whose runtime was away for a moment', async () => {
    const events = [
      event({ kind: 'Node', metadata: meta('node-1') }, 'ContainerGCFailed', 'dial unix /run/containerd/containerd.sock: connect: no such file or directory'),
    ];
    expect(only(await judge([HEALTHY], { events }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('leaves a node that is not ready for its network alone', async () => {
    expect(await judge([{ ...DOWN, message: 'container runtime network not ready: NetworkReady=false' }])).toHaveLength(0);
  });
});
