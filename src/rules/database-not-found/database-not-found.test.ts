import { describe, expect, it } from 'vitest';
import { DATABASE_ENV, type FailingClient, judgeClient } from '#testing/failing-client.ts';
import { only } from '#testing/world.ts';
import { databaseNotFound } from './database-not-found.ts';

const judge = (log: readonly string[], more?: FailingClient) => judgeClient(databaseNotFound, log, more);

describe('database-not-found', () => {
  it('finds a database that the server does not know', async () => {
    expect(only(await judge(["ERROR 1049 (42000): Unknown database 'shopp'"], { env: DATABASE_ENV }))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('shopp') },
    });
  });

  it('says nothing about other things that are not found', async () => {
    expect(await judge(['GET /favicon.ico 404 not found'])).toEqual([]);
  });

  it('says nothing when logs cannot be read', async () => {
    expect(await judge([], { gaps: { logs: 'forbidden' } })).toEqual([]);
  });
});
