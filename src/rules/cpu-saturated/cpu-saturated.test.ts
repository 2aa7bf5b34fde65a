import { describe, expect, it } from 'vitest';
import { counter, measuredCircumstances } from '#testing/measured.ts';
import { alert, askIn, container, only, pod, type World, workload } from '#testing/world.ts';
import { cpuSaturated } from './cpu-saturated.ts';

const spec = { containers: [container('app', { resources: { requests: {}, limits: { cpu: '200m', memory: '100Mi' } } })] };
const labels = { namespace: 'shop', pod: 'web-1', container: 'app' };
async function judge(metrics: NonNullable<World['metrics']>, world: World = {}) {
  const { subject, pods } = workload('web', [pod('web-1', { spec })]);
  return cpuSaturated.judge(subject, askIn({ pods, metrics, ...world }), measuredCircumstances);
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

  it('goes by the alerts where nothing measures it, more surely when they say that it is throttled or slow', async () => {
    const busy = alert('PodCPUHigh', { namespace: 'shop', pod: 'web-1' });
    expect(only(await judge({}, { alerts: [busy] }))).toMatchObject({ verdict: 'found', confidence: 'possible' });
    expect(only(await judge({}, { alerts: [busy, alert('CPUThrottlingHigh', { namespace: 'shop', pod: 'web-1' })] }))).toMatchObject({ confidence: 'likely' });
    expect(await judge({}, { alerts: [alert('PodCPUHigh', { namespace: 'shop', pod: 'cart-1' })] })).toEqual([]);
  });
});
