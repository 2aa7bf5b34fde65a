import { describe, expect, it } from 'vitest';
import { circumstances, deployment } from '#testing/objects.ts';
import { askIn, workload } from '#testing/world.ts';
import { controllerNotObserving } from './controller-not-observing.ts';

const judge = async (seen: number, time?: string, world: Parameters<typeof askIn>[0] = {}) => {
  const metadata = { generation: 5, managedFields: time ? [{ manager: 'kubectl', time }] : [] };
  const deployments = [deployment('checkout', { metadata, status: { observedGeneration: seen } })];
  return [await controllerNotObserving.judge(workload('checkout').subject, askIn({ deployments, ...world }), circumstances)].flat();
};

describe('controller-not-observing', () => {
  it('is likely when a change has not been seen for minutes', async () => {
    expect(await judge(4, '2026-03-01T11:50:00Z')).toMatchObject([
      { verdict: 'found', confidence: 'likely', claim: { title: expect.stringContaining('generation 5, seen 4'), since: '2026-03-01T11:50:00Z' } },
    ]);
  });

  it('is possible only when it is not known since when', async () => expect(await judge(4)).toMatchObject([{ confidence: 'possible' }]));

  it('gives the controller a moment', async () => expect(await judge(4, '2026-03-01T11:59:30Z')).toEqual([]));

  it('is ruled out when it has seen the change', async () => expect(await judge(5)).toMatchObject([{ verdict: 'ruled-out' }]));

  it('is undecided when the list cannot be read', async () =>
    expect(await judge(4, undefined, { gaps: { deployments: 'forbidden' } })).toMatchObject([{ verdict: 'undecided' }]));
});
