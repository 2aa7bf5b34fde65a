import { describe, expect, it } from 'vitest';
import { counter, gauge, measuredCircumstances } from '#testing/measured.ts';
import { alert, askIn, container, only, pod, type World, workload } from '#testing/world.ts';
import { cpuThrottled } from './cpu-throttled.ts';

const spec = { containers: [container('app', { resources: { requests: {}, limits: { cpu: '200m', memory: '100Mi' } } })] };
const labels = { namespace: 'shop', pod: 'web-1', container: 'app' };
/** The pod was made with the release of 11:30, ten minutes before the trouble, unless said otherwise. */
async function judge(metrics: NonNullable<World['metrics']>, world: World = {}, creationTimestamp = '2026-03-01T11:30:00Z') {
  const { subject, pods } = workload('web', [pod('web-1', { spec, metadata: { creationTimestamp } })]);
  return cpuThrottled.judge(subject, askIn({ pods, metrics, ...world }), measuredCircumstances);
}

describe('cpu-throttled', () => {
  it('finds a container that is throttled though it does no more than before', async () => {
    const metrics = {
      container_cpu_usage_seconds_total: [{ labels, samples: counter(0.15, 0.15) }],
      container_cpu_cfs_throttled_seconds_total: [{ labels, samples: counter(0.4, 0.4) }],
    };
    expect(only(await judge(metrics))).toMatchObject({ verdict: 'found', confidence: 'possible' });
  });

  it('takes what has been so for long for no cause, unless an alert is about it', async () => {
    const metrics = {
      container_cpu_usage_seconds_total: [{ labels, samples: counter(0.15, 0.15) }],
      container_cpu_cfs_throttled_seconds_total: [{ labels, samples: counter(0.4, 0.4) }],
    };
    const old = '2026-02-20T08:00:00Z';
    expect(only(await judge(metrics, {}, old))).toMatchObject({ verdict: 'ruled-out' });
    const alerts = [alert('CPUThrottlingHigh', { namespace: 'shop', pod: 'web-1' })];
    expect(only(await judge(metrics, { alerts }, old))).toMatchObject({ verdict: 'found', confidence: 'possible' });
  });

  it('leaves a container that began to do more to the rule for it', async () => {
    const metrics = {
      container_cpu_usage_seconds_total: [{ labels, samples: counter(0.02, 0.19) }],
      container_cpu_cfs_throttled_seconds_total: [{ labels, samples: counter(0, 0.8) }],
    };
    expect(await judge(metrics)).toEqual([]);
  });

  it('lets a little throttling pass', async () => {
    const metrics = {
      container_cpu_usage_seconds_total: [{ labels, samples: counter(0.1, 0.1) }],
      container_cpu_cfs_throttled_seconds_total: [{ labels, samples: counter(0.05, 0.05) }],
    };
    expect(await judge(metrics)).toEqual([]);
  });

  it('says nothing without measurements', async () => {
    expect(await judge({})).toEqual([]);
    expect(await judge({}, { gaps: { metrics: 'not-configured' } })).toEqual([]);
  });

  it('reads the share of throttled periods where seconds are not kept, and is surer when answers became slow', async () => {
    const metrics = {
      container_cpu_usage_seconds_total: [{ labels, samples: counter(0.1, 0.1) }],
      container_cpu_cfs_periods_total: [{ labels, samples: counter(10, 10) }],
      container_cpu_cfs_throttled_periods_total: [{ labels, samples: counter(8, 8) }],
    };
    expect(only(await judge(metrics))).toMatchObject({ confidence: 'possible', citations: [{ statement: expect.stringContaining('80%') }] });
    const slow = { 'service:latency_p95_ms': [{ labels: { namespace: 'shop', service: 'web' }, samples: gauge(100, 900) }] };
    expect(only(await judge({ ...metrics, ...slow }))).toMatchObject({ confidence: 'likely' });
  });

  it('goes by the alerts where nothing measures it, unless they say that it began to do more', async () => {
    const throttled = alert('CPUThrottlingHigh', { namespace: 'shop', pod: 'web-1' });
    expect(only(await judge({}, { alerts: [throttled] }))).toMatchObject({ verdict: 'found', confidence: 'possible' });
    expect(await judge({}, { alerts: [throttled, alert('PodCPUHigh', { namespace: 'shop', pod: 'web-1' })] })).toEqual([]);
  });
});
