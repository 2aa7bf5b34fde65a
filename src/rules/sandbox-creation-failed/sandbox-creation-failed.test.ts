import { describe, expect, it } from 'vitest';
import { circumstances, podIn } from '#testing/objects.ts';
import { askIn, event, only, pod, workload } from '#testing/world.ts';
import { sandboxCreationFailed } from './sandbox-creation-failed.ts';

const creating = (runtimeClassName?: string) => podIn('web-1', { waiting: { reason: 'ContainerCreating' } }, { spec: { runtimeClassName } });
const judge = async (message: string, one = creating()) => {
  const { subject, pods } = workload('web', [one]);
  return [await sandboxCreationFailed.judge(subject, askIn({ pods, events: [event(pods[0]!, 'FailedCreatePodSandBox', message)] }), circumstances)].flat();
};

describe('sandbox-creation-failed', () => {
  it.each([
    [
      'failed to setup network for sandbox "x": plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env',
      'the network plugin is not set up there',
    ],
    ['failed to setup network for sandbox "x": plugin type="aws-cni" failed (add): failed to assign an IP address to container', 'no pod address is free'],
    ['rpc error: code = Unavailable desc = dial unix /run/containerd/containerd.sock: connect: connection refused', 'the container runtime does not answer'],
  ])('names the node: %s', async (message, why) => {
    expect(await judge(message)).toMatchObject([
      { verdict: 'found', confidence: 'likely', claim: { subject: { kind: 'Node', name: 'node-1' }, title: expect.stringContaining(why) } },
    ]);
  });

  it('names the workload when it asks for a runtime that is not there', async () => {
    const [verdict] = await judge('rpc error: no runtime for "gvisor" is configured', creating('gvisor'));
    expect(verdict).toMatchObject({ verdict: 'found', claim: { title: 'Node node-1 has no runtime "gvisor", which runtimeClassName of web asks for' } });
    expect(verdict).not.toHaveProperty('claim.subject');
  });

  it('leaves a memory limit that is too small to the rules about memory', async () => {
    expect(await judge('runc create failed: container init was OOM-killed (memory limit too low?)')).toEqual([]);
  });

  it('is not about a pod that runs by now', async () => expect(await judge('plugin type="x" failed (add)', pod('web-1'))).toEqual([]));

  it('is undecided when events cannot be read', async () => {
    const { subject, pods } = workload('web', [creating()]);
    expect(only(await sandboxCreationFailed.judge(subject, askIn({ pods, gaps: { events: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
