import { describe, expect, it } from 'vitest';
import { circumstances, claim, claimSubject, volume } from '#testing/objects.ts';
import { askIn, only, pod, type World } from '#testing/world.ts';
import { claimLost } from './claim-lost.ts';

const judge = async (phase: string, world: World = {}) =>
  claimLost.judge(claimSubject(claim('data', { volumeName: 'pv-1' }, phase)), askIn(world), circumstances);

describe('claim-lost', () => {
  it('is certain when the volume does not exist, and names who mounts the claim', async () => {
    const user = pod('db-0', { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } });
    expect(only(await judge('Lost', { pods: [user] }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('lost its volume pv-1'), affects: expect.arrayContaining([expect.objectContaining({ name: 'db-0' })]) },
    });
  });

  it('is less sure when the volumes cannot be read, or it is still there', async () => {
    expect(only(await judge('Lost', { gaps: { persistentvolumes: 'forbidden' } }))).toMatchObject({ confidence: 'likely' });
    expect(only(await judge('Lost', { persistentvolumes: [volume('pv-1')] }))).toMatchObject({ confidence: 'likely' });
  });

  it('says nothing about other phases', async () => {
    expect(await judge('Bound')).toEqual([]);
    expect(await judge('Pending')).toEqual([]);
  });
});
