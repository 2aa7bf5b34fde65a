import { describe, expect, it } from 'vitest';
import { gauge, measuredCircumstances } from '#testing/measured.ts';
import { claim, claimSubject } from '#testing/objects.ts';
import { askIn, only } from '#testing/world.ts';
import { volumeFillingUp } from './volume-filling-up.ts';

const labels = { namespace: 'shop', persistentvolumeclaim: 'data' };
const of = (value: number) => [{ labels, samples: gauge(value, value) }];
const judge = async (metrics: Parameters<typeof askIn>[0]['metrics'], phase = 'Bound') =>
  volumeFillingUp.judge(claimSubject(claim('data', {}, phase)), askIn(metrics ? { metrics } : {}), measuredCircumstances);

describe('volume-filling-up', () => {
  it('finds a volume with next to no space left', async () => {
    const metrics = { kubelet_volume_stats_available_bytes: of(2 ** 20), kubelet_volume_stats_capacity_bytes: of(2 ** 30) };
    expect(only(await judge(metrics))).toMatchObject({ verdict: 'found', claim: { title: expect.stringContaining('1 MiB of 1 GiB left') } });
  });

  it('finds a volume that can hold no more files', async () => {
    const metrics = { kubelet_volume_stats_inodes_free: of(10), kubelet_volume_stats_inodes: of(100_000) };
    expect(only(await judge(metrics))).toMatchObject({ claim: { title: expect.stringContaining('10 of 100000 files left') } });
  });

  it('says nothing while there is room, nothing is measured, or the claim is not bound', async () => {
    const metrics = { kubelet_volume_stats_available_bytes: of(2 ** 29), kubelet_volume_stats_capacity_bytes: of(2 ** 30) };
    expect(await judge(metrics)).toEqual([]);
    expect(await judge({})).toEqual([]);
    expect(await judge(metrics, 'Pending')).toEqual([]);
  });
});
