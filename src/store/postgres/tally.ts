import type { PointCount, PointTotal } from '../store.ts';
import type { PostgresContext } from './postgres-context.ts';

/** What replicas count together, in one statement however many keys there are; it need not reach the disk. */
export function createTally({ database, clock }: PostgresContext) {
  return {
    async addPoints(counts: readonly PointCount[], windowMs: number): Promise<readonly PointTotal[]> {
      const now = clock();
      const rows = await database.transaction(
        (tx) =>
          // In the order of keys, so that two replicas do not wait for each other.
          tx.rows<{ key: string; points: number; ends_at: string }>(
            `INSERT INTO rate_counts AS kept (key, points, ends_at)
             SELECT key, points, $3 FROM unnest($1::text[], $2::int[]) AS new (key, points) ORDER BY key
             ON CONFLICT (key) DO UPDATE SET
               points = excluded.points + CASE WHEN kept.ends_at > $4 THEN kept.points ELSE 0 END,
               ends_at = CASE WHEN kept.ends_at > $4 THEN kept.ends_at ELSE excluded.ends_at END
             RETURNING key, points, ends_at`,
            counts.map(({ key }) => key),
            counts.map(({ points }) => points),
            new Date(now.getTime() + windowMs).toISOString(),
            now.toISOString(),
          ),
        { opening: 'SET LOCAL synchronous_commit = off' },
      );
      return rows.map(({ key, points, ends_at: endsAt }) => ({ key, points, endsAt }));
    },
  };
}
