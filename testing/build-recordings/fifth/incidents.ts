import { digest } from '../../../scripts/scenarios/world.ts';
import { stateMetrics } from '../metrics.ts';
import type { Draft } from '../shape.ts';
import { addSystem } from '../system.ts';
import { admission } from './admission.ts';
import { gateways } from './gateways.ts';
import { addMess } from './mess.ts';
import { moreNodes } from './more-nodes.ts';
import { moreWell } from './more-well.ts';
import { nodes } from './nodes.ts';
import { performance } from './performance.ts';
import { placement } from './placement.ts';
import { routing } from './routing.ts';
import { runtime } from './runtime.ts';
import { startup } from './startup.ts';
import { storage } from './storage.ts';
import { stores } from './stores.ts';
import { well } from './well.ts';

/**
 * Made by somebody who had not read the rules, in the proportions of the recorded incidents: four applications that no other set has, other faults of the same families, and clusters that have none.
 * The object is what has to be changed, not what complains.
 */
export const fifth: readonly (() => Draft)[] = [
  ...admission,
  ...placement,
  ...storage,
  ...startup,
  ...runtime,
  ...routing,
  ...nodes,
  ...performance,
  ...well,
  // Made later, when the rules had been mended with those above: what the catalogue of faults has besides.
  ...stores,
  ...gateways,
  ...moreNodes,
  ...moreWell,
].map((make) => () => complete(make()));

function complete(draft: Draft): Draft {
  addMess(draft);
  if (!draft.workloads.some(({ name }) => name === 'coredns')) addSystem(draft);
  // One in five has no Prometheus that could be asked, unless the fault shows in measurements alone.
  if (draft.metrics.length > 0 || Number.parseInt(digest(`metrics ${draft.id}`).slice(0, 4), 16) % 5 > 0) stateMetrics(draft);
  return draft;
}
