import { describe, expect, it } from 'vitest';
import { askIn, NOW, only, pod, seenIn, service, type World } from '#testing/world.ts';
import { serviceWithoutReadyEndpoints } from './service-without-ready-endpoints.ts';

const circumstances = { now: NOW, onset: NOW };
const judge = (world: World, object = service('web')) =>
  serviceWithoutReadyEndpoints.judge(
    { kind: 'Service', ref: { kind: 'Service', namespace: 'shop', name: 'web' }, object, seenIn },
    askIn(world),
    circumstances,
  );
const metadata = { labels: { app: 'web' } };
const notReady = { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-03-01T11:30:00Z' }] };

describe('service-without-ready-endpoints', () => {
  it('is a certain consequence when no pod is ready', async () => {
    const verdict = only(await judge({ pods: [pod('web-1', { metadata, status: notReady })] }));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { since: '2026-03-01T11:30:00Z' } });
    expect(serviceWithoutReadyEndpoints.role).toBe('consequence');
  });

  it('is ruled out when one pod is ready', async () => {
    expect(only(await judge({ pods: [pod('web-1', { metadata, status: notReady }), pod('web-2', { metadata })] }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('waits for pods that were made a moment ago', async () => {
    const fresh = { ...metadata, creationTimestamp: '2026-03-01T11:59:40Z' };
    expect(only(await judge({ pods: [pod('web-1', { metadata: fresh, status: notReady })] }))).toMatchObject({ verdict: 'undecided' });
  });

  it('does not apply to a Service without pods, or one that publishes pods that are not ready', async () => {
    expect(await judge({})).toEqual([]);
    expect(await judge({ pods: [pod('web-1', { metadata, status: notReady })] }, service('web', { spec: { publishNotReadyAddresses: true } }))).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await judge({ gaps: { pods: 'timeout' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
