import { describe, expect, it } from 'vitest';
import { type FailingClient, judgeClient } from '#testing/failing-client.ts';
import { configMap } from '#testing/objects.ts';
import { only, pod, service, workload } from '#testing/world.ts';
import { dependencyWrongPort } from './dependency-wrong-port.ts';

/** The pods of the client that `judgeClient` makes, for worlds that list others beside them. */
const CLIENT = workload('web', [pod('web-1', { status: { conditions: [{ type: 'Ready', status: 'False' }] } })]);
const judge = (log: readonly string[], more?: FailingClient) => judgeClient(dependencyWrongPort, log, more);

describe('dependency-wrong-port', () => {
  it('finds a port variable that the Service does not have', async () => {
    const env = [
      { name: 'DB_HOST', value: 'db' },
      { name: 'DB_PORT', value: '3307' },
    ];
    expect(only(await judge([], { env }))).toMatchObject({ verdict: 'found', confidence: 'likely', claim: { title: expect.stringContaining('3307') } });
  });

  it('finds it in a database URL', async () => {
    expect(only(await judge([], { env: [{ name: 'SPRING_DATASOURCE_URL', value: 'jdbc:mysql://db:3307/shop' }] }))).toMatchObject({ verdict: 'found' });
  });

  it('finds it by the log when the setting is in a Secret', async () => {
    expect(only(await judge(['dial tcp: connect ECONNREFUSED db:3307']))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('3306') },
    });
  });

  it('finds it of a Service in another namespace that is called by its full name, where the environment shows it', async () => {
    const far = service('db', { metadata: { namespace: 'data' }, spec: { ports: [{ port: 3306 }] } });
    const behind = pod('db-1', { metadata: { namespace: 'data', labels: { app: 'db' } } });
    const world = { env: [{ name: 'DB_URL', value: 'mysql://db.data.svc.cluster.local:3307/shop' }], services: [far], pods: [behind, ...CLIENT.pods] };
    const complaint = (port: number) => [`dial tcp: connect ECONNREFUSED db.data.svc.cluster.local:${port}`];
    expect(only(await judge(complaint(3307), world))).toMatchObject({ verdict: 'found', claim: { title: expect.stringContaining('listens on 3306') } });
    expect(only(await judge(complaint(3306), world))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('finds a refused port that no pod of a headless Service serves', async () => {
    const headless = service('db', { spec: { ports: [{ port: 3306 }], clusterIP: 'None' } });
    const env = [
      { name: 'DB_HOST', value: 'db' },
      { name: 'DB_PORT', value: '3307' },
    ];
    expect(only(await judge(['connect ECONNREFUSED db:3307'], { env, services: [headless] }))).toMatchObject({ verdict: 'found' });
    expect(only(await judge(['connect ETIMEDOUT db:3307'], { env, services: [headless] }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('leaves the routes of a gateway to the rule for them', async () => {
    const conf = 'location /db/ {\n  proxy_pass http://db:3307;\n}';
    const spec = { volumes: [{ name: 'conf', configMap: { name: 'nginx', items: [] } }] };
    const complaint = ['connect ECONNREFUSED db:3307'];
    expect(await judge(complaint, { spec, configmaps: [configMap('nginx', { 'nginx.conf': conf })] })).toMatchObject({ verdict: 'ruled-out' });
    expect(await judge(complaint)).toMatchObject({ verdict: 'found' });
  });

  it('is ruled out when the port is right: then the dependency is down', async () => {
    expect(only(await judge(['connect ECONNREFUSED db:3306']))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('says nothing when logs cannot be read', async () => {
    expect(await judge([], { gaps: { logs: 'forbidden' } })).toEqual([]);
  });
});
