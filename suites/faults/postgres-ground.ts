import { openLink } from '../postgres/link.ts';
import type { PostgresServer } from '../postgres/postgres-server.ts';
import type { Ground } from './ground.ts';

/**
 * An empty database on a server that is stopped where a disk would be full, or crashes; each replica reaches it through a network of its own. The server itself
 * serves the next schedule too.
 */
export async function createPostgresGround(server: PostgresServer, replicas: number): Promise<Ground> {
  const database = await server.createDatabase();
  const links = await Promise.all(Array.from({ length: replicas }, () => openLink(server.port)));
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
    database(replica) {
      const through = new URL(database);
      through.port = String(links[replica]?.port);
      return through.href;
    },
    kind: 'postgres',
    links,
    fail: (_pids, { hard }) =>
      next(async () => {
        if (down) return;
        down = true;
        await (hard ? server.crash() : server.stop());
      }),
    heal,
    async remove() {
      await Promise.all(links.map((link) => link.close()));
      await heal();
    },
  };
}
