import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';
import type { ClusterReader, ListRequest } from '../kubernetes/cluster-reader.ts';
import { requestsFor } from '../kubernetes/read-topic.ts';
import { isObject, list, object, type Raw, text } from '../kubernetes/schema/read.ts';
import { isPlainName, logPath } from './recording-files.ts';
import { scrub } from './scrub.ts';

/** One line more than a question gets: so a replay knows that there were more. */
const LOG_BOUNDS = { tailLines: 2001, maxBytes: 1024 * 1024 };

export interface WriteRecordingOptions {
  /** What is recorded of what lives in namespaces. Objects of the whole cluster (nodes, volumes) are recorded besides. */
  readonly namespace: string;
  readonly takenAt: string;
  /** The Alertmanager webhook that this is about. */
  readonly alert?: unknown;
  /** Pods beyond this many keep their logs to themselves; 200 unless given. */
  readonly maxPods?: number;
}

/** What was written, and each thing that could not be read, with what came back. */
export interface WrittenRecording {
  readonly objects: number;
  readonly logs: number;
  readonly gaps: readonly { readonly what: string; readonly why: string }[];
}

type Gap = WrittenRecording['gaps'][number];

/**
 * Writes what a live cluster says now as a directory that openRecording opens. Only reads the cluster; never writes a Secret's value. What
 * cannot be read has no file, and so remains a gap when it is replayed. Throws when a file cannot be written.
 */
export async function writeRecording(dir: string, reader: ClusterReader, options: WriteRecordingOptions, signal: AbortSignal): Promise<WrittenRecording> {
  await mkdir(join(dir, 'resources'), { recursive: true });
  const gaps: Gap[] = [];
  let [objects, pods]: [number, readonly Raw[] | undefined] = [0, undefined];
  for (const topic of Object.keys(TOPIC_FACTS) as KubernetesTopic[]) {
    const items = await writeTopic(dir, reader, topic, options.namespace, signal, gaps);
    objects += items?.length ?? 0;
    if (topic === 'pods') pods = items;
  }
  const logs = pods ? await writeLogs(dir, reader, pods.slice(0, options.maxPods ?? 200), signal, gaps) : 0;
  const version = await reader.version(signal);
  const { takenAt, namespace, alert } = options;
  await writeJson(join(dir, 'snapshot.json'), {
    takenAt,
    namespace,
    namespaces: [namespace],
    source: 'oncallm record',
    logTimestamps: true,
    ...(version.outcome === 'read' && { serverVersion: version.value }),
  });
  if (alert !== undefined) await writeJson(join(dir, 'alert.json'), alert);
  return { objects, logs, gaps };
}

async function writeTopic(
  dir: string,
  reader: ClusterReader,
  topic: KubernetesTopic,
  namespace: string,
  signal: AbortSignal,
  gaps: Gap[],
): Promise<readonly Raw[] | undefined> {
  let why = '';
  for (const request of requestsFor(topic, namespace)) {
    let items: Raw[] = [];
    const end = await reader.list(
      request,
      (page, index) => {
        if (index === 0) items = [];
        items.push(...page.map((item) => scrub(topic, item)).filter((item) => item !== undefined));
      },
      signal,
    );
    if (end.outcome !== 'read') {
      why ||= end.why;
      continue;
    }
    const { apiVersion, kind } = typeOf(topic, request);
    const typed = items.map((item) => ({ apiVersion, kind, ...item }));
    await writeJson(join(dir, 'resources', `${request.plural}${request.group ? `.${request.group}` : ''}.json`), {
      apiVersion: 'v1',
      kind: 'List',
      items: typed,
    });
    return typed;
  }
  gaps.push({ what: topic, why });
  return undefined;
}

function typeOf(topic: KubernetesTopic, { group, version, plural }: ListRequest): { readonly apiVersion: string; readonly kind: string } {
  return { apiVersion: group ? `${group}/${version}` : version, kind: plural === 'endpoints' ? 'Endpoints' : TOPIC_FACTS[topic].kind };
}

async function writeLogs(dir: string, reader: ClusterReader, pods: readonly Raw[], signal: AbortSignal, gaps: Gap[]): Promise<number> {
  await mkdir(join(dir, 'logs'), { recursive: true });
  let written = 0;
  for (const pod of pods) {
    const metadata = object(pod['metadata']);
    const [namespace, name] = [text(metadata['namespace']) ?? '', text(metadata['name']) ?? ''];
    for (const container of containersOf(pod)) {
      for (const previous of [false, true]) written += await writeLog(dir, reader, { namespace, pod: name, container, previous }, signal, gaps);
    }
  }
  return written;
}

interface LogName {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

async function writeLog(dir: string, reader: ClusterReader, log: LogName, signal: AbortSignal, gaps: Gap[]): Promise<number> {
  const path = logPath(dir, log.namespace, log.pod, log.container, log.previous);
  if (path === undefined) return 0;
  const read = await reader.log({ ...log, ...LOG_BOUNDS }, signal);
  if (read.outcome === 'absent') return 0;
  await mkdir(dirname(path), { recursive: true });
  if (read.outcome === 'read') {
    await writeFile(`${path}.log`, read.value.text);
    return 1;
  }
  await writeFile(`${path}.log.error`, `${read.why}\n`);
  gaps.push({ what: `${log.previous ? 'previous ' : ''}log of ${log.pod}/${log.container}`, why: read.why });
  return 0;
}

function containersOf(pod: Raw): readonly string[] {
  const spec = object(pod['spec']);
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((kind) => list(spec[kind], ({ name }) => text(name)).filter(isPlainName));
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, isObject(value) ? 1 : 0)}\n`);
}
