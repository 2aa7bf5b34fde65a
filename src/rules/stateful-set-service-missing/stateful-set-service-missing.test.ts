import { describe, expect, it } from 'vitest';
import { circumstances, statefulSet } from '#testing/objects.ts';
import { askIn, only, pod, service, type World, workload } from '#testing/world.ts';
import { statefulSetServiceMissing } from './stateful-set-service-missing.ts';

const sick = { conditions: [{ type: 'Ready', status: 'False' }] };

async function judge(more: World = {}, status: Parameters<typeof pod>[1] = { status: sick }) {
  const { subject, pods } = workload('db', [pod('db-0', status)], { ref: { kind: 'StatefulSet', namespace: 'shop', name: 'db' } });
  const statefulsets = [statefulSet('db', { spec: { serviceName: 'db-peers' } })];
  return statefulSetServiceMissing.judge(subject, askIn({ pods, statefulsets, services: [service('web')], ...more }), circumstances);
}

describe('stateful-set-service-missing', () => {
  it('is certain when a member looks for another in vain', async () => {
    const logs = { 'shop/db-0/app': ['ERROR dial tcp: lookup db-1.db-peers on 10.96.0.10:53: no such host'] };
    expect(only(await judge({ logs }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('Service db-peers') },
    });
  });

  it('is undecided while a pod is not ready for whatever reason, and says nothing while all are', async () => {
    expect(only(await judge())).toMatchObject({ verdict: 'undecided' });
    expect(await judge({}, {})).toEqual([]);
  });

  it('is ruled out when the Service exists, and proves nothing by an empty list', async () => {
    expect(only(await judge({ services: [service('db-peers')] }))).toMatchObject({ verdict: 'ruled-out' });
    expect(await judge({ services: [] })).toEqual([]);
  });

  it('is undecided when Services cannot be listed', async () => {
    expect(only(await judge({ gaps: { services: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
