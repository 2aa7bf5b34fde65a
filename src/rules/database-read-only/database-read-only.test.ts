import { describe, expect, it } from 'vitest';
import { DATABASE_ENV, type FailingClient, judgeClient } from '#testing/failing-client.ts';
import { only } from '#testing/world.ts';
import { databaseReadOnly } from './database-read-only.ts';

const judge = (log: readonly string[], more?: FailingClient) => judgeClient(databaseReadOnly, log, more);

describe('database-read-only', () => {
  const refused = ['ERROR 1290 (HY000): The MySQL server is running with the --read-only option so it cannot execute this statement'];

  it('is certain when the server is configured so, and names the server', async () => {
    expect(only(await judge(refused, { env: DATABASE_ENV, server: { args: ['--read-only=1'] } }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { subject: { kind: 'Deployment', name: 'db' } },
    });
  });

  it('is likely by what the client is told', async () => {
    expect(only(await judge(refused, { env: DATABASE_ENV }))).toMatchObject({ confidence: 'likely' });
  });

  it('leaves a read-only file system to the rule for it', async () => {
    expect(await judge(['open /data/x: read-only file system'])).toEqual([]);
  });

  it('says nothing when logs cannot be read', async () => {
    expect(await judge(refused, { gaps: { logs: 'forbidden' } })).toEqual([]);
  });
});
