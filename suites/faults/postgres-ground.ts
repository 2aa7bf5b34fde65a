import type { PostgresServer } from '../postgres/postgres-server.ts';
import type { Ground } from './ground.ts';

/** An empty database on a server that is stopped where a disk would be full, or crashes. The server itself serves the next schedule too. */
export async function createPostgresGround(server: PostgresServer): Promise<Ground> {
  const database = await server.createDatabase();
  let down = false;
  // One change at a time: a server that is just stopping cannot start.
  let last: Promise<void> = Promise.resolve();
  const next = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work);
    return last;
  };
  const heal = (): Promise<void> =>
    next(async () => {
      if (!down) return;
      await server.start();
      down = false;
    });
  return {
    database,
    kind: 'postgres',
    fail: (_pids, { hard }) =>
      next(async () => {
        if (down) return;
        down = true;
        await (hard ? server.crash() : server.stop());
      }),
    heal,
    remove: heal,
  };
}
