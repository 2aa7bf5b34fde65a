import { describe, expect, it } from 'vitest';
import { gauge, measuredCircumstances } from '#testing/measured.ts';
import { alert, askIn, container, only, pod, type World, workload } from '#testing/world.ts';
import { memoryPressure } from './memory-pressure.ts';

const spec = { containers: [container('app', { resources: { requests: {}, limits: { cpu: '200m', memory: '100Mi' } } })] };
const labels = { namespace: 'shop', pod: 'web-1', container: 'app' };
async function judge(metrics: NonNullable<World['metrics']>, world: World = {}) {
  const { subject, pods } = workload('web', [pod('web-1', { spec })]);
  return memoryPressure.judge(subject, askIn({ pods, metrics, ...world }), measuredCircumstances);
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

  it('goes by the alert where nothing measures it', async () => {
    const full = alert('ContainerMemoryNearLimit', { namespace: 'shop', pod: 'web-1' });
    expect(only(await judge({}, { alerts: [full] }))).toMatchObject({ verdict: 'found', confidence: 'possible' });
    expect(await judge({}, { alerts: [alert('ContainerMemoryNearLimit', { namespace: 'shop', pod: 'cart-1' })] })).toEqual([]);
  });
});
