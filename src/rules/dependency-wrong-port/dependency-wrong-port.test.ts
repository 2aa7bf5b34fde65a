import { describe, expect, it } from 'vitest';
import { type FailingClient, judgeClient } from '#testing/failing-client.ts';
import { configMap } from '#testing/objects.ts';
import { only } from '#testing/world.ts';
import { dependencyWrongPort } from './dependency-wrong-port.ts';

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
