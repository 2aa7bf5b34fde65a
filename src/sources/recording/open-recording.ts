import { join } from 'node:path';
import { z } from 'zod';
import { OncallmError } from '#domain/error.ts';
import type { Source } from '../source.ts';
import { isDirectory, readOptionalJson } from './recording-files.ts';
import { createRecordingSource } from './recording-source.ts';

/** A recorded incident: what a cluster said at one time, and the alert that was about it. */
export interface Recording {
  /** When it was taken (UTC RFC 3339): replay with the clock at this time. */
  readonly takenAt: string;
  readonly namespace: string;
  readonly source: Source;
  /** The Alertmanager webhook of the incident, as recorded. */
  readonly alert?: unknown;
  /** Who calls whom, where a service map was recorded. */
  readonly topology?: readonly TopologyEdge[];
}

interface TopologyEdge {
  readonly from: string;
  readonly to: string;
}

const SnapshotFile = z.object({
  takenAt: z.iso.datetime({ offset: true }),
  namespace: z.string().optional().catch(undefined),
  /** The namespaces that were recorded; absent: all of them. */
  namespaces: z.array(z.string()).optional().catch(undefined),
  logTimestamps: z.boolean().optional().catch(undefined),
  /** Topics of add-ons that the cluster did not have. */
  notServed: z.array(z.string()).catch([]).default([]),
});
const Topology = z.array(z.object({ from: z.string(), to: z.string() }));

/**
 * Opens a recording directory: `snapshot.json`, `resources/`, and optionally `logs/`, `metrics.om`, `alert.json`, `topology.json`. The rest is
 * read when first asked for. Throws an OncallmError when there is no such directory or `snapshot.json` does not say when it was taken.
 */
export async function openRecording(dir: string): Promise<Recording> {
  const fix = 'Give the directory that `oncallm record` wrote.';
  if (!(await isDirectory(dir))) throw new OncallmError('recording-missing', `There is no directory ${dir}.`, fix);
  const parsed = SnapshotFile.safeParse(await readOptionalJson(join(dir, 'snapshot.json')));
  if (!parsed.success) throw new OncallmError('recording-invalid', `${join(dir, 'snapshot.json')} is missing or has no takenAt.`, fix);
  const { namespace, namespaces, logTimestamps, notServed } = parsed.data;
  const takenAt = new Date(parsed.data.takenAt).toISOString();
  const [alert, topologyFile] = [await readOptionalJson(join(dir, 'alert.json')), await readOptionalJson(join(dir, 'topology.json'))];
  const topology = Topology.safeParse(topologyFile);
  return {
    takenAt,
    namespace: namespace ?? 'default',
    source: createRecordingSource({ dir, takenAt, namespaces, logTimestamps, notServed }),
    ...(alert !== undefined && { alert }),
    ...(topology.success && { topology: topology.data }),
  };
}
