import { writeSync } from 'node:fs';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';
import { alert, delivery, POLICY } from './fixtures.ts';

/** A process to be killed: records alerts into the file it is given for as long as it lives, and prints each fingerprint once it is acknowledged. */
const store = await openSqliteStore({ file: process.argv[2] ?? '' });
await store.migrate();

async function recordForEver(lane: number): Promise<never> {
  for (let index = 0; ; index++) {
    const fingerprint = `lane-${lane}-${index}`;
    await store.record(delivery([alert(fingerprint)], { groupKey: fingerprint }), POLICY);
    writeSync(1, `${fingerprint}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, lane) => recordForEver(lane)));
