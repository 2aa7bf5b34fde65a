import { describe, expect, it } from 'vitest';
import type { Container } from '#domain/kubernetes/pod.ts';
import { circumstances, podIn } from '#testing/objects.ts';
import { askIn, container, only, pod, workload } from '#testing/world.ts';
import { readOnlyFileSystem } from './read-only-file-system.ts';

const judge = async (line: string, more: Partial<Container> = {}, volumes: readonly { name: string; configMap?: { name: string; items: [] } }[] = []) => {
  const one = podIn(
    'web-1',
    { waiting: { reason: 'CrashLoopBackOff' } },
    { spec: { containers: [container('app', more)], volumes }, lastState: { terminated: { exitCode: 1 } } },
  );
  const { subject, pods } = workload('web', [one]);
  return only(await readOnlyFileSystem.judge(subject, askIn({ pods, logs: { 'shop/web-1/app previous': [line] } }), circumstances));
};

describe('read-only-file-system', () => {
  it('is likely when the pod template makes it read-only', async () => {
    const verdict = await judge("OSError: [Errno 30] Read-only file system: '/app/cache'", { securityContext: { readOnlyRootFilesystem: true } });
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('/app/cache, which is read-only (securityContext.readOnlyRootFilesystem)') },
    });
  });

  it('knows that ConfigMaps are always mounted read-only', async () => {
    const verdict = await judge('open /cfg/x: read-only file system', { volumeMounts: [{ name: 'cfg', mountPath: '/cfg' }] }, [
      { name: 'cfg', configMap: { name: 'settings', items: [] } },
    ]);
    expect(verdict).toMatchObject({ confidence: 'likely', claim: { title: expect.stringContaining('ConfigMap settings is always mounted read-only') } });
  });

  it('is possible only when nothing in the template says so', async () => {
    expect(await judge('open /app/x: read-only file system')).toMatchObject({ verdict: 'found', confidence: 'possible' });
  });

  it('is undecided without such words', async () => expect(await judge('read-only transaction')).toMatchObject({ verdict: 'undecided' }));

  it('does not read the logs of pods that are well', async () => {
    const { subject, pods } = workload('web', [pod('web-1')]);
    expect(await readOnlyFileSystem.judge(subject, askIn({ pods, logs: { 'shop/web-1/app': ['/x: read-only file system'] } }), circumstances)).toEqual([]);
  });
});
