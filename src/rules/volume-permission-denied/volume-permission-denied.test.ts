import { describe, expect, it } from 'vitest';
import type { Volume } from '#domain/kubernetes/pod.ts';
import { circumstances, podIn } from '#testing/objects.ts';
import { askIn, container, only, pod, workload } from '#testing/world.ts';
import { volumePermissionDenied } from './volume-permission-denied.ts';

const data: Volume = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
const spec = (volumes: readonly Volume[] = [data]) => ({
  containers: [container('app', { volumeMounts: volumes.map(({ name }) => ({ name, mountPath: `/${name}` })) })],
  volumes,
});
const crash = { waiting: { reason: 'CrashLoopBackOff' } };
const ended = { terminated: { exitCode: 1, reason: 'Error' } };
const judge = async (line: string, volumes?: readonly Volume[]) => {
  const { subject, pods } = workload('db', [podIn('db-1', crash, { spec: spec(volumes), lastState: ended, phase: 'Running' })]);
  return only(await volumePermissionDenied.judge(subject, askIn({ pods, logs: { 'shop/db-1/app previous': ['starting', line] } }), circumstances));
};

describe('volume-permission-denied', () => {
  it('finds a path on the volume', async () => {
    const verdict = await judge("PermissionError: [Errno 13] Permission denied: '/data/db.sqlite'");
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: 'Container app of db is denied access to /data/db.sqlite on /data (claim data)' },
    });
  });

  it('takes the only data volume for a file without directory', async () => {
    const host: Volume = { name: 'data', hostPath: { path: '/srv/data' } };
    expect(await judge("can't open the file dump.rdb for reading: Permission denied", [host, { name: 'tmp', emptyDir: {} }])).toMatchObject({
      verdict: 'found',
      claim: { title: expect.stringContaining('hostPath /srv/data') },
    });
  });

  it('does not guess between two data volumes', async () => {
    expect(await judge("can't open dump.rdb: Permission denied", [data, { name: 'more', nfs: { server: 's', path: '/x' } }])).toMatchObject({
      verdict: 'undecided',
    });
  });

  it('is not about paths in the image, ports or tables', async () => {
    for (const line of ['open /etc/app/key: permission denied', 'bind() to 0.0.0.0:80 failed: Permission denied', 'permission denied for table orders'])
      expect(await judge(line)).toMatchObject({ verdict: 'undecided' });
  });

  it('does not read the logs of pods that are well', async () => {
    const { subject, pods } = workload('db', [pod('db-1', { spec: spec() })]);
    expect(await volumePermissionDenied.judge(subject, askIn({ pods, logs: { 'shop/db-1/app': ['/data/x: permission denied'] } }), circumstances)).toEqual([]);
  });
});
