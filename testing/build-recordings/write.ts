import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { webhookBody } from '../../scripts/scenarios/alerts.ts';
import { FILES } from '../../scripts/scenarios/world.ts';
import { render } from './render.ts';
import type { Draft } from './shape.ts';

interface ExpectedAnswer {
  readonly root_cause: string;
  readonly object: string;
  readonly family: string;
  readonly namespace: string;
}

/** Writes the drafts as recordings under `root`, with `expected.json` beside them. What was there before is removed. */
export async function writeRecordings(root: string, drafts: readonly Draft[]): Promise<void> {
  await rm(root, { recursive: true, force: true });
  const expected: Record<string, ExpectedAnswer> = {};
  for (const draft of drafts) {
    if (expected[draft.id]) throw new Error(`There are two recordings ${draft.id}`);
    const { root_cause, object, family } = draft.expected;
    expected[draft.id] = { root_cause, object, family, namespace: draft.namespace };
    await writeOne(join(root, draft.id), draft);
  }
  const lines = Object.entries(expected).map(([id, answer]) => `${JSON.stringify(id)}: ${JSON.stringify(answer)}`);
  await writeFile(join(root, 'expected.json'), `{\n${lines.join(',\n')}\n}\n`);
}

/** Versions and empty fields are of no use in a recording, and cost a tenth of its size. */
function lean(key: string, value: unknown): unknown {
  return key === 'resourceVersion' || (key === 'creationTimestamp' && value === null) ? undefined : value;
}

async function writeOne(directory: string, draft: Draft): Promise<void> {
  const { world, made } = render(draft);
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  };
  const alerts = draft.alerts.map((alert) => alert(made));
  await write('snapshot.json', `${JSON.stringify({ takenAt: draft.takenAt, namespace: draft.namespace, source: 'authored', logTimestamps: draft.stamped })}\n`);
  await write('alert.json', `${JSON.stringify(webhookBody(world, draft.groupLabels, alerts))}\n`);
  for (const [kind, items] of world.objects) {
    const file = FILES[kind];
    if (file === undefined) continue;
    const sorted = kind === 'Event' ? items.toSorted((left, right) => (left.metadata.creationTimestamp < right.metadata.creationTimestamp ? -1 : 1)) : items;
    await write(
      `resources/${file}.json`,
      `{"apiVersion":"v1","kind":"List","metadata":{},"items":[${sorted.map((item) => `\n${JSON.stringify(item, lean)}`).join(',')}\n]}\n`,
    );
  }
  for (const [path, text] of world.logs) await write(`logs/${path}`, text);
  const metrics = draft.metrics.flatMap((part) => part(made));
  if (metrics.length > 0) await write('metrics.om', `${metrics.join('\n')}\n# EOF\n`);
}
