import { describe, expect, it } from 'vitest';
import { askIn, container, NOW, only, pod, service, workload } from '#testing/world.ts';
import { diskFull } from './disk-full.ts';

const circumstances = { now: NOW, onset: NOW };
const spec = {
  containers: [container('db', { volumeMounts: [{ name: 'data', mountPath: '/var/lib/data' }] })],
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'db-data' } }],
};
const unwell = {
  conditions: [{ type: 'Ready', status: 'False' }],
  containerStatuses: [{ name: 'db', ready: false, restartCount: 0, state: { running: {} }, lastState: {} }],
};

describe('disk-full', () => {
  it('names the claim that is full', async () => {
    const { subject, pods } = workload('db', [pod('db-1', { spec, status: unwell })]);
    const logs = { 'shop/db-1/db': ['write /var/lib/data/wal/7: no space left on device'] };
    expect(only(await diskFull.judge(subject, askIn({ pods, logs }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { subject: { kind: 'PersistentVolumeClaim', name: 'db-data' } },
    });
  });

  describe('told by a server', () => {
    const client = (env: readonly { name: string; value: string }[], line: string, mounts: readonly { name: string; mountPath: string }[] = []) => {
      const own = container('app', { env, volumeMounts: mounts });
      const one = pod('web-1', {
        spec: { containers: [own], volumes: mounts.map(({ name }) => ({ name, persistentVolumeClaim: { claimName: 'web-data' } })) },
        status: { ...unwell, containerStatuses: [{ ...unwell.containerStatuses[0]!, name: 'app' }] },
      });
      const { subject, pods } = workload('web', [one]);
      const db = pod('db-1', { metadata: { labels: { app: 'db' } }, spec });
      const services = [service('db', { spec: { ports: [{ port: 5432 }], selector: { app: 'db' } } })];
      return diskFull.judge(subject, askIn({ pods: [...pods, db], services, logs: { 'shop/web-1/app': [line] } }), circumstances);
    };
    const env = [{ name: 'DATABASE_URL', value: 'postgres://db:5432/shop' }];

    it('names the server, by its words or by a file on its volume', async () => {
      for (const line of [
        'ERROR: could not extend file "base/16384/24601": No space left on device',
        'engine: write /var/lib/data/wal/7: no space left on device',
      ])
        expect(only(await client(env, line))).toMatchObject({
          confidence: 'likely',
          claim: { subject: { kind: 'Service', name: 'db' }, title: expect.stringContaining('as it tells web') },
        });
    });

    it('keeps to the client where the file may be its own', async () => {
      const own = await client(env, 'write /var/lib/data/cache/7: no space left on device', [{ name: 'cache', mountPath: '/var/lib/data' }]);
      expect(only(own)).toMatchObject({ claim: { subject: { kind: 'PersistentVolumeClaim', name: 'web-data' } } });
      expect(only(await client(env, 'write /tmp/x: no space left on device'))).toMatchObject({ confidence: 'possible' });
    });
  });

  it('is unsure where no volume is known', async () => {
    const { subject, pods } = workload('db', [pod('db-1', { spec: { containers: [container('db')] }, status: unwell })]);
    const logs = { 'shop/db-1/db': ['write /tmp/x: no space left on device'] };
    expect(only(await diskFull.judge(subject, askIn({ pods, logs }), circumstances))).toMatchObject({ confidence: 'possible' });
  });

  it('lets a complaint of a pod that is well, without a recent time, rest', async () => {
    const { subject, pods } = workload('db', [pod('db-1', { spec })]);
    const logs = { 'shop/db-1/db': ['2026-02-01T00:00:00Z ERROR write /var/lib/data/x: no space left on device'] };
    expect(await diskFull.judge(subject, askIn({ pods, logs }), circumstances)).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('db');
    expect(only(await diskFull.judge(subject, askIn({ gaps: { pods: 'timeout' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
