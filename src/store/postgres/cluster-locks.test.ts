import { expect, it } from 'vitest';
import { lockClusters } from './cluster-locks.ts';

it('takes the locks of clusters once each and always in one order, so that nobody waits in a circle', () => {
  const statement = lockClusters(['west', 'default', 'west', 'east']);
  expect(statement.match(/pg_advisory_xact_lock\(51729, -?\d+\)/g)).toHaveLength(3);
  expect(lockClusters(['east', 'west', 'default'])).toBe(statement);
});

it("puts nothing of a cluster's name into the statement", () => {
  expect(lockClusters(["'); DROP TABLE episodes; --"])).toMatch(/^SELECT pg_advisory_xact_lock\(51729, -?\d+\)$/);
});
