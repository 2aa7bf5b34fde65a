import { join } from 'node:path';
import { healthySurroundings } from './healthy/surroundings.ts';
import { healthyWorkloads } from './healthy/workloads.ts';
import { admission } from './incidents/admission.ts';
import { batch } from './incidents/batch.ts';
import { databaseAccess } from './incidents/database-access.ts';
import { databaseLimits } from './incidents/database-limits.ts';
import { memory } from './incidents/memory.ts';
import { nodeAgents } from './incidents/node-agents.ts';
import { nodeResources } from './incidents/node-resources.ts';
import { performance } from './incidents/performance.ts';
import { placement } from './incidents/placement.ts';
import { probes } from './incidents/probes.ts';
import { programs } from './incidents/programs.ts';
import { references } from './incidents/references.ts';
import { routes } from './incidents/routes.ts';
import { services } from './incidents/services.ts';
import type { Draft } from './shape.ts';
import { addSystem } from './system.ts';
import { writeRecordings } from './write.ts';

/** Writes `testing/incidents/` and `testing/healthy/` anew: `node --conditions=oncallm testing/build-recordings/build.ts`. Same code, same bytes. */
const TESTING = join(import.meta.dirname, '..');
const incidents = [
  ...databaseAccess,
  ...databaseLimits,
  ...routes,
  ...services,
  ...references,
  ...programs,
  ...probes,
  ...memory,
  ...admission,
  ...placement,
  ...nodeAgents,
  ...nodeResources,
  ...performance,
  ...batch,
];
const healthy = [...healthyWorkloads, ...healthySurroundings];

await writeRecordings(join(TESTING, 'incidents'), incidents.map(complete));
await writeRecordings(join(TESTING, 'healthy'), healthy.map(complete));

function complete(make: () => Draft): Draft {
  const draft = make();
  if (!draft.workloads.some(({ name }) => name === 'coredns')) addSystem(draft);
  return draft;
}
