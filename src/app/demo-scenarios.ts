import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OncallmError } from '#domain/error.ts';
import { openRecording } from '#sources/recording/open-recording.ts';
import { copyShifted } from './shift-times.ts';
import type { World, Worlds } from './world.ts';

/** A recorded incident, moved to the present, that plays a cluster of its own. */
export interface DemoScenario {
  /** Name of the cluster and of the folder. */
  readonly name: string;
  /** What happened, as a colleague would say it afterwards. */
  readonly title: string;
  readonly world: World;
  /** The webhook bodies to post to /webhook/<name>, one for each group of alerts; the first leads. */
  readonly bodies: readonly [string, ...string[]];
}

/** Opens the recordings in `from` as clusters that stand still at `now`; `scratch` is filled with the moved copies and must outlive them. */
export async function openScenarios(from: string, scratch: string, now: Date): Promise<readonly DemoScenario[]> {
  const names = await readdir(from, { withFileTypes: true }).catch(() => []);
  const folders = names.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (folders.length === 0)
    throw new OncallmError('scenarios-missing', `There are no recorded incidents in ${from}.`, 'Run the demo from a complete copy of the repository or image.');
  return await Promise.all(folders.toSorted().map((name) => openScenario(join(from, name), join(scratch, name), name, now)));
}

async function openScenario(from: string, to: string, name: string, now: Date): Promise<DemoScenario> {
  await copyShifted(from, to, now);
  const recording = await openRecording(to);
  const expected = JSON.parse(await readFile(join(to, 'expected.json'), 'utf8')) as { readonly title: string };
  const takenAt = new Date(recording.takenAt);
  return {
    name,
    title: expected.title,
    world: { sources: [recording.source], clock: () => takenAt },
    bodies: [await readFile(join(to, 'alert.json'), 'utf8'), ...(await moreBodies(to))],
  };
}

/** The webhooks of other groups, where the incident made more than one. */
async function moreBodies(directory: string): Promise<readonly string[]> {
  const text = await readFile(join(directory, 'more-alerts.json'), 'utf8').catch(() => '[]');
  return (JSON.parse(text) as readonly unknown[]).map((body) => JSON.stringify(body));
}

/** Each scenario under its name. Another name gets a world that knows nothing. */
export function worldsOf(scenarios: readonly DemoScenario[], clock: () => Date): Worlds {
  const byName = new Map(scenarios.map(({ name, world }) => [name, world]));
  return { of: (cluster) => byName.get(cluster) ?? { sources: [], clock }, sources: [], close: async () => {} };
}
