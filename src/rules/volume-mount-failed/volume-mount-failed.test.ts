import { describe, expect, it } from 'vitest';
import { circumstances, podIn } from '#testing/objects.ts';
import { askIn, event, only, pod, workload } from '#testing/world.ts';
import { volumeMountFailed } from './volume-mount-failed.ts';

const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
const creating = () => podIn('db-1', { waiting: { reason: 'ContainerCreating' } }, { spec: { volumes } });
const judge = async (reason: string, message: string, one = creating()) => {
  const { subject, pods } = workload('db', [one]);
  return [await volumeMountFailed.judge(subject, askIn({ pods, events: [event(pods[0]!, reason, message)] }), circumstances)].flat();
};

describe('volume-mount-failed', () => {
  it.each([
    ['FailedAttachVolume', 'Multi-Attach error for volume "data" Volume is already exclusively attached to one node', 'is still attached to another node'],
    ['FailedMount', 'MountVolume.SetUp failed for volume "data" : hostPath type check failed: /srv/x is not a directory', 'is not what hostPath.type asks for'],
    [
      'FailedMount',
      'MountVolume.MountDevice failed for volume "data" : driver name csi.example.com not found in the list of registered CSI drivers',
      'needs a CSI driver',
    ],
    ['FailedMount', 'MountVolume.SetUp failed for volume "data" : mount failed: mount.nfs: Connection timed out', 'is on a server that cannot be reached'],
  ])('is certain: %s %s', async (reason, message, title) => {
    expect(await judge(reason, message)).toMatchObject([
      { verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining(`Volume data (claim data) of db ${title}`) } },
    ]);
  });

  it('is likely when only the time-out is told', async () => {
    expect(await judge('FailedMount', 'Unable to attach or mount volumes: unmounted volumes=[data], timed out waiting for the condition')).toMatchObject([
      { verdict: 'found', confidence: 'likely' },
    ]);
  });

  it('leaves missing ConfigMaps and Secrets to their own rules', async () => {
    expect(await judge('FailedMount', 'MountVolume.SetUp failed for volume "cfg" : configmap "settings" not found')).toMatchObject([{ verdict: 'ruled-out' }]);
  });

  it('is not about a pod that runs: its volumes were mounted in the end', async () => {
    expect(await judge('FailedMount', 'Multi-Attach error for volume "data"', pod('db-1', { spec: { volumes } }))).toEqual([]);
  });

  it('is undecided when events cannot be read', async () => {
    const { subject, pods } = workload('db', [creating()]);
    expect(only(await volumeMountFailed.judge(subject, askIn({ pods, gaps: { events: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
