import { join } from 'node:path';
import { addSystem } from './system.ts';
import { databases } from './incidents/databases.ts';
import { writeRecordings } from './write.ts';
import type { Draft } from './shape.ts';

/** Writes `testing/incidents/` and `testing/healthy/` anew: `node --conditions=source testing/build-recordings/build.ts`. Same code, same bytes. */
const TESTING = join(import.meta.dirname, '..');
const incidents = [...databases];

await writeRecordings(join(TESTING, 'incidents'), incidents.map(complete));

function complete(make: () => Draft): Draft {
  const draft = make();
  if (!draft.workloads.some(({ name }) => name === 'coredns')) addSystem(draft);
  return draft;
}
