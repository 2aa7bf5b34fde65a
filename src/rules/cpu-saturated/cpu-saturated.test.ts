import { describe, expect, it } from 'vitest';
import { askIn, container, NOW, only, pod, type World, workload } from '#testing/world.ts';
import { cpuSaturated } from './cpu-saturated.ts';

const circumstances = { now: NOW, onset: '2026-03-01T11:40:00Z' };

const START = Date.parse('2026-03-01T11:30:00Z');
/** Samples every 15 s: usual, then high for eight minutes from 11:40 on, then usual again. */
const gauge = (usual: number, high: number) =>
  Array.from({ length: 120 }, (_, index) => ({ at: START + index * 15_000, value: index >= 40 && index < 72 ? high : usual }));
/** A counter that grows at these rates per second. */
const counter = (usual: number, high: number) => {
  let value = 0;
  return gauge(usual, high).map(({ at, value: rate }) => {
    value += rate * 15;
    return { at, value };
  });
};

const spec = { containers: [container('app', { resources: { requests: {}, limits: { cpu: '200m', memory: '100Mi' } } })] };
const labels = { namespace: 'shop', pod: 'web-1', container: 'app' };
async function judge(metrics: NonNullable<World['metrics']>, world: World = {}) {
  const { subject, pods } = workload('web', [pod('web-1', { spec })]);
  return cpuSaturated.judge(subject, askIn({ pods, metrics, ...world }), circumstances);
}

describe('cpu-saturated', () => {
  it('is certain when use reached the limit and the kernel throttled it', async () => {
    const verdict = only(
      await judge({
        container_cpu_usage_seconds_total: [{ labels, samples: counter(0.02, 0.19) }],
        container_cpu_cfs_throttled_seconds_total: [{ labels, samples: counter(0, 0.8) }],
      }),
    );
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('190m of its limit of 200m'), since: expect.stringContaining('2026-03-01T11:40') },
    });
  });

  it('is likely without measurements of throttling', async () => {
    expect(only(await judge({ container_cpu_usage_seconds_total: [{ labels, samples: counter(0.02, 0.19) }] }))).toMatchObject({ confidence: 'likely' });
  });

  it('is ruled out below the limit, and when it always was so', async () => {
    expect(only(await judge({ container_cpu_usage_seconds_total: [{ labels, samples: counter(0.02, 0.1) }] }))).toMatchObject({ verdict: 'ruled-out' });
    expect(only(await judge({ container_cpu_usage_seconds_total: [{ labels, samples: counter(0.19, 0.19) }] }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not conclude from a few samples', async () => {
    expect(await judge({ container_cpu_usage_seconds_total: [{ labels, samples: counter(0.02, 0.19).slice(36, 42) }] })).toEqual([]);
  });

  it('says nothing without measurements', async () => {
    expect(await judge({})).toEqual([]);
    expect(await judge({}, { gaps: { metrics: 'not-configured' } })).toEqual([]);
  });
});
