import { describe, expect, it } from 'vitest';
import { circumstances, podIn } from '#testing/objects.ts';
import { askIn, container, only, pod, workload } from '#testing/world.ts';
import { runAsNonRoot } from './run-as-non-root.ts';

const judge = async (message: string, runAsUser?: number) => {
  const spec = { containers: [container('app', { securityContext: { runAsNonRoot: true, runAsUser } })] };
  const { subject, pods } = workload('checkout', [podIn('checkout-1', { waiting: { reason: 'CreateContainerConfigError', message } }, { spec })]);
  return [await runAsNonRoot.judge(subject, askIn({ pods }), circumstances)].flat();
};

describe('run-as-non-root', () => {
  it.each([
    ['container has runAsNonRoot and image will run as root (pod: "x", container: app)', undefined, 'runs as root'],
    ["container's runAsUser breaks non-root policy (pod: ...)", 0, 'sets runAsUser 0'],
    ['container has runAsNonRoot and image has non-numeric user (nginx), cannot verify user is non-root', undefined, 'runs as user "nginx"'],
  ])('is certain: %s', async (message, user, title) => {
    expect(await judge(message, user)).toMatchObject([{ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining(title) } }]);
  });

  it('is not about other configuration errors', async () => expect(await judge('secret "x" not found')).toEqual([]));

  it('is not about pods that run', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect(await runAsNonRoot.judge(subject, askIn({ pods }), circumstances)).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await runAsNonRoot.judge(workload('checkout').subject, askIn({ gaps: { pods: 'timeout' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
