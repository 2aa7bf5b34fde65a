import { describe, expect, it } from 'vitest';
import { askIn, container, NOW, only, pod, type World, workload } from '#testing/world.ts';
import { memoryPressure } from './memory-pressure.ts';

const circumstances = { now: NOW, onset: '2026-03-01T11:40:00Z' };

const START = Date.parse('2026-03-01T11:30:00Z');
/** Samples every 15 s: usual, then high for eight minutes from 11:40 on, then usual again. */
const gauge = (usual: number, high: number) =>
  Array.from({ length: 120 }, (_, index) => ({ at: START + index * 15_000, value: index >= 40 && index < 72 ? high : usual }));

const spec = { containers: [container('app', { resources: { requests: {}, limits: { cpu: '200m', memory: '100Mi' } } })] };
const labels = { namespace: 'shop', pod: 'web-1', container: 'app' };
async function judge(metrics: NonNullable<World['metrics']>, world: World = {}) {
  const { subject, pods } = workload('web', [pod('web-1', { spec })]);
  return memoryPressure.judge(subject, askIn({ pods, metrics, ...world }), circumstances);
}

describe('memory-pressure', () => {
  it('finds a container that stays near its limit', async () => {
    const samples = gauge(97 * 2 ** 20, 97 * 2 ** 20);
    expect(only(await judge({ container_memory_working_set_bytes: [{ labels, samples }] }))).toMatchObject({
      verdict: 'found',
      confidence: 'possible',
      claim: { title: expect.stringContaining('97%') },
    });
  });

  it('lets a container that was near its limit for a while pass', async () => {
    expect(await judge({ container_memory_working_set_bytes: [{ labels, samples: gauge(40 * 2 ** 20, 97 * 2 ** 20) }] })).toEqual([]);
  });

  it('says nothing without measurements', async () => {
    expect(await judge({})).toEqual([]);
    expect(await judge({}, { gaps: { metrics: 'not-configured' } })).toEqual([]);
  });
});
