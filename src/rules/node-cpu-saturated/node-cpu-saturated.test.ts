import { describe, expect, it } from 'vitest';
import { gauge, measuredCircumstances } from '#testing/measured.ts';
import { alert, askIn, node, only, seenIn, type World } from '#testing/world.ts';
import { nodeCpuSaturated } from './node-cpu-saturated.ts';

const judge = async (world: World) =>
  nodeCpuSaturated.judge({ kind: 'Node', ref: { kind: 'Node', name: 'node-1' }, object: node('node-1'), seenIn }, askIn(world), measuredCircumstances);
const busy = (usual: number, high: number) => ({
  metrics: { 'instance:node_cpu_utilisation:ratio': [{ labels: { instance: 'node-1' }, samples: gauge(usual, high) }] },
});

describe('node-cpu-saturated', () => {
  it('finds a node that became fully busy', async () => {
    expect(only(await judge(busy(0.2, 0.98)))).toMatchObject({ verdict: 'found', confidence: 'likely', claim: { title: expect.stringContaining('98%') } });
  });

  it('makes it from idle time where there is no recording rule', async () => {
    let value = 0;
    const samples = gauge(0.9, 0.01).map(({ at, value: rate }) => {
      value += rate * 15;
      return { at, value };
    });
    expect(
      only(await judge({ metrics: { node_cpu_seconds_total: [{ labels: { instance: '192.0.2.1:9100', cpu: '0', mode: 'idle' }, samples }] } })),
    ).toMatchObject({ verdict: 'found' });
  });

  it('is ruled out for a node that is always busy, or half busy', async () => {
    expect(only(await judge(busy(0.97, 0.98)))).toMatchObject({ verdict: 'ruled-out' });
    expect(only(await judge(busy(0.1, 0.6)))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('says nothing without measurements', async () => {
    expect(await judge({ gaps: { metrics: 'not-configured' } })).toEqual([]);
  });

  it('goes by the alert where nothing measures it, unless that itself says that there is room', async () => {
    const busyBy = (words: string) => judge({ alerts: [alert('NodeCPUHigh', { node: 'node-1' }, words)] });
    expect(only(await busyBy('CPU is 96% busy'))).toMatchObject({
      verdict: 'found',
      confidence: 'possible',
      claim: { title: expect.stringContaining('96% busy') },
    });
    expect(only(await busyBy('CPU rose to 4.9% (+55%)'))).toMatchObject({ verdict: 'undecided' });
  });
});
