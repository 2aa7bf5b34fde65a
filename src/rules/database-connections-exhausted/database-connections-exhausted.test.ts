import { describe, expect, it } from 'vitest';
import { DATABASE_ENV, type FailingClient, judgeClient } from '#testing/failing-client.ts';
import { only } from '#testing/world.ts';
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

  it('says nothing about another complaint', async () => {
    expect(await judge(['ERROR lost connection'])).toEqual([]);
  });

  it('says nothing when logs cannot be read', async () => {
    expect(await judge(full, { gaps: { logs: 'forbidden' } })).toEqual([]);
  });
});
