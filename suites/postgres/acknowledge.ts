import { writeSync } from 'node:fs';
import { openPostgresStore } from '#store/postgres/open-postgres-store.ts';
import { alert, delivery, POLICY } from '#store/testing/fixtures.ts';

/** A replica to be killed: records alerts into the database it is given for as long as it lives, and prints each fingerprint once it is acknowledged. */
const store = await openPostgresStore({ url: process.argv[2] ?? '' });

async function recordForEver(lane: number): Promise<never> {
  for (let index = 0; ; index++) {
    const fingerprint = `lane-${lane}-${index}`;
    await store.record(delivery([alert(fingerprint)], { groupKey: fingerprint }), POLICY);
    writeSync(1, `${fingerprint}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, lane) => recordForEver(lane)));
