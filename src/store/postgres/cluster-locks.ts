import { createHash } from 'node:crypto';

/**
 * A statement that waits until no other transaction places alerts of these clusters, on any replica; held until the transaction ends. Always taken first and in
 * one order, so nobody waits in a circle:
 *
 *     clusters (advisory, sorted) ──▶ incidents (rows, sorted by id) ──▶ everything that belongs to those incidents ──▶ totals
 *
 * Whoever changes an incident, its investigations or its episodes' status holds the row of the incident. Two names may share a lock, which only costs time.
 */
export function lockClusters(clusters: Iterable<string>): string {
  const keys = [...new Set([...clusters].map(lockKey))].sort((a, b) => a - b);
  return keys.map((key) => `SELECT pg_advisory_xact_lock(51729, ${key})`).join('; ');
}

function lockKey(cluster: string): number {
  return createHash('sha256').update(cluster).digest().readInt32BE(0);
}
