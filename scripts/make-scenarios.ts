import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { webhookBody } from './scenarios/alerts.ts';
import type { Story } from './scenarios/cluster.ts';
import { allWell } from './scenarios/stories/all-well.ts';
import { claimUnbound } from './scenarios/stories/claim-unbound.ts';
import { imageDenied } from './scenarios/stories/image-denied.ts';
import { jobFailed } from './scenarios/stories/job-failed.ts';
import { memoryLimit } from './scenarios/stories/memory-limit.ts';
import { missingKey } from './scenarios/stories/missing-key.ts';
import { noRoom } from './scenarios/stories/no-room.ts';
import { nodeDown } from './scenarios/stories/node-down.ts';
import { nodeStorm } from './scenarios/stories/node-storm.ts';
import { probePort } from './scenarios/stories/probe-port.ts';
import { quotaBlocksRollout } from './scenarios/stories/quota-blocks-rollout.ts';
import { selectorMismatch } from './scenarios/stories/selector-mismatch.ts';
import { FILES } from './scenarios/world.ts';

/** Writes `scenarios/` anew from the stories: `node --conditions=oncallm scripts/make-scenarios.ts`. The JSON files are what is committed and used. */
const ROOT = join(import.meta.dirname, '..', 'scenarios');
const STORIES = [
  memoryLimit,
  imageDenied,
  selectorMismatch,
  quotaBlocksRollout,
  nodeDown,
  nodeStorm,
  noRoom,
  probePort,
  missingKey,
  jobFailed,
  claimUnbound,
  allWell,
];

for (const story of STORIES) await writeStory(story());

/** One object a line: small, and a change shows as the lines it concerns. */
function list(items: readonly unknown[]): string {
  return `{"apiVersion":"v1","kind":"List","metadata":{},"items":[${items.map((item) => `\n${JSON.stringify(item)}`).join(',')}\n]}\n`;
}

async function writeStory({ name, world, groupLabels, alerts, expected, metrics, moreGroups = [] }: Story): Promise<void> {
  const directory = join(ROOT, name);
  await rm(directory, { recursive: true, force: true });
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  };
  const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
  await write(
    'snapshot.json',
    json({ takenAt: world.takenAt, namespace: world.namespace, source: `made by scripts/make-scenarios.ts: ${expected.title}`, serverVersion: 'v1.33.1' }),
  );
  await write('alert.json', json(webhookBody(world, groupLabels, alerts)));
  const more = moreGroups.map((group) => webhookBody(world, group.groupLabels, group.alerts));
  if (more.length > 0) await write('more-alerts.json', json(more));
  await write('expected.json', json(expected));
  for (const [kind, items] of world.objects) await write(`resources/${FILES[kind]}.json`, list(items));
  if (metrics !== undefined) await write('metrics.om', metrics);
  for (const [path, text] of world.logs) await write(`logs/${path}`, text);
}
