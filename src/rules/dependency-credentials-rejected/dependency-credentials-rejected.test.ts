import { describe, expect, it } from 'vitest';
import { DATABASE, DATABASE_ENV, DATABASE_SERVICES, type FailingClient, judgeClient } from '#testing/failing-client.ts';
import { askIn, NOW, only, workload } from '#testing/world.ts';
import { dependencyCredentialsRejected } from './dependency-credentials-rejected.ts';

const circumstances = { now: NOW, onset: NOW };

const judge = (log: readonly string[], more?: FailingClient) => judgeClient(dependencyCredentialsRejected, log, more);

describe('dependency-credentials-rejected', () => {
  const denied = ["ERROR SQLSTATE[HY000] [1045] Access denied for user 'shop'@'10.0.0.7' (using password: YES)"];

  it('finds a login that the database refuses', async () => {
    expect(only(await judge(denied, { env: DATABASE_ENV }))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('user shop') },
    });
  });

  it('is certain when the password is not the one the server is started with, without telling either', async () => {
    const verdict = only(
      await judge(denied, {
        env: [...DATABASE_ENV, { name: 'DB_PASSWORD', value: 'wrong-one' }],
        server: { env: [{ name: 'MYSQL_PASSWORD', value: 'right-one' }] },
      }),
    );
    expect(verdict).toMatchObject({ confidence: 'certain' });
    expect(JSON.stringify(verdict)).not.toMatch(/wrong-one|right-one/);
  });

  it('does not take what a database logs about its clients for its own complaint', async () => {
    const { subject, pods } = workload('db', [DATABASE]);
    const logs = { 'shop/db-1/mysql': denied };
    expect(await dependencyCredentialsRejected.judge(subject, askIn({ pods, services: DATABASE_SERVICES, logs }), circumstances)).toEqual([]);
  });

  it('lets a refusal of the start-up of a pod that is well rest', async () => {
    expect(await judge([`2026-03-01T10:00:10Z ${denied[0]}`, '2026-03-01T10:00:20Z INFO connected'], { env: DATABASE_ENV, well: true })).toEqual([]);
  });

  it('says nothing when logs cannot be read', async () => {
    expect(await judge(denied, { gaps: { logs: 'forbidden' } })).toEqual([]);
  });
});
