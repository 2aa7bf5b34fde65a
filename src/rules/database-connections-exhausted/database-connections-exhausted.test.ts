import { describe, expect, it } from 'vitest';
import { DATABASE_ENV, type FailingClient, judgeClient } from '#testing/failing-client.ts';
import { deployment, template } from '#testing/objects.ts';
import { only, pod, service, workload } from '#testing/world.ts';
import { databaseConnectionsExhausted } from './database-connections-exhausted.ts';

const judge = (log: readonly string[], more?: FailingClient) => judgeClient(databaseConnectionsExhausted, log, more);

describe('database-connections-exhausted', () => {
  const full = ['ERROR 1040 (HY000): Too many connections'];

  it('is certain when the server has a limit of its own', async () => {
    expect(only(await judge(full, { env: DATABASE_ENV, server: { args: ['--max-connections=5'] } }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { subject: { kind: 'Deployment', name: 'db' } },
    });
  });

  it('is likely by what the client is told', async () => {
    expect(only(await judge(full, { env: DATABASE_ENV }))).toMatchObject({ confidence: 'likely' });
  });

  it('names what makes the database in another namespace, where it may be read', async () => {
    const far = service('db', { metadata: { namespace: 'data' }, spec: { ports: [{ port: 3306 }] } });
    const behind = pod('db-1', { metadata: { namespace: 'data', labels: { app: 'db' } } });
    const maker = deployment('db', {
      metadata: { namespace: 'data' },
      spec: { selector: { matchLabels: { app: 'db' }, matchExpressions: [] }, template: template({}, { app: 'db' }) },
    });
    const { pods } = workload('web', [pod('web-1', { status: { conditions: [{ type: 'Ready', status: 'False' }] } })]);
    const world = { env: [{ name: 'DB_URL', value: 'mysql://db.data.svc:3306/shop' }], services: [far], pods: [...pods, behind], deployments: [maker] };
    const said = ['ERROR db.data.svc:3306: Too many connections'];
    expect(only(await judge(said, world))).toMatchObject({ claim: { subject: { kind: 'Deployment', namespace: 'data', name: 'db' } } });
    expect(only(await judge(said, { ...world, services: [] }))).toMatchObject({ claim: { subject: { kind: 'Deployment', name: 'web' } } });
  });

  it('says nothing about another complaint', async () => {
    expect(await judge(['ERROR lost connection'])).toEqual([]);
  });

  it('says nothing when logs cannot be read', async () => {
    expect(await judge(full, { gaps: { logs: 'forbidden' } })).toEqual([]);
  });
});
