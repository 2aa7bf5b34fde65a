import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';
import type { ClusterReader, ListRequest, Read } from '../kubernetes/cluster-reader.ts';
import { orNone, requestsFor } from '../kubernetes/read-topic.ts';
import { isObject, list, object, type Raw, text } from '../kubernetes/schema/read.ts';
import { deliversInto } from './delivered.ts';
import { isPlainName, logPath } from './recording-files.ts';
import { scrub } from './scrub.ts';

/** Where the cluster itself runs, and where its nodes renew their leases: recorded besides, as far as they may be read. */
const OF_THE_CLUSTER = ['kube-system', 'kube-node-lease'];
/** One line more than a question gets: so a replay knows that there were more. */
const LOG_BOUNDS = { tailLines: 2001, maxBytes: 1024 * 1024 };

export interface WriteRecordingOptions {
  /** What is recorded, besides the cluster itself: nodes, volumes, kube-system, the nodes' leases. */
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
  const namespaces = new Set([options.namespace, ...OF_THE_CLUSTER]);
  let [objects, pods]: [number, readonly Raw[] | undefined] = [0, undefined];
  const notServed: KubernetesTopic[] = [];
  for (const topic of Object.keys(TOPIC_FACTS) as KubernetesTopic[]) {
    const items = TOPIC_FACTS[topic].addOn
      ? await writeAddOn(dir, reader, topic, options.namespace, signal, gaps)
      : await writeTopic(dir, reader, topic, namespaces, options.namespace, signal, gaps);
    if (items === 'not-served') notServed.push(topic);
    else objects += items?.length ?? 0;
    if (topic === 'pods' && items !== 'not-served') pods = items;
  }
  const logs = pods ? await writeLogs(dir, reader, pods.slice(0, options.maxPods ?? 200), signal, gaps) : 0;
  const version = await reader.version(signal);
  const { takenAt, namespace, alert } = options;
  await writeJson(join(dir, 'snapshot.json'), {
    takenAt,
    namespace,
    namespaces: [...namespaces],
    source: 'oncallm record',
    logTimestamps: true,
    notServed,
    ...(version.outcome === 'read' && { serverVersion: version.value }),
  });
  if (alert !== undefined) await writeJson(join(dir, 'alert.json'), alert);
  return { objects, logs, gaps };
}

/** Writes one topic of all `namespaces`; takes those out of them that may not be read, but for `main`, whose lack is a gap. */
async function writeTopic(
  dir: string,
  reader: ClusterReader,
  topic: KubernetesTopic,
  namespaces: Set<string>,
  main: string,
  signal: AbortSignal,
  gaps: Gap[],
): Promise<readonly Raw[] | undefined> {
  const read = await readItems(reader, topic, main, signal);
  if ('why' in read) {
    gaps.push({ what: topic, why: read.why });
    return undefined;
  }
  const items = [...read.items];
  for (const namespace of TOPIC_FACTS[topic].namespaced ? namespaces : []) {
    if (namespace === main) continue;
    const more = await readItems(reader, topic, namespace, signal);
    if ('why' in more || more.request.plural !== read.request.plural) namespaces.delete(namespace);
    else items.push(...more.items);
  }
  return writeItems(dir, topic, read.request, items);
}

/** Writes the objects of an add-on that deliver into `namespace`, wherever they are themselves; `not-served` where the cluster has no such add-on. */
async function writeAddOn(
  dir: string,
  reader: ClusterReader,
  topic: KubernetesTopic,
  namespace: string,
  signal: AbortSignal,
  gaps: Gap[],
): Promise<readonly Raw[] | 'not-served' | undefined> {
  const read = await readItems(reader, topic, undefined, signal, (item) => deliversInto(item, namespace));
  if (!('why' in read)) return writeItems(dir, topic, read.request, read.items);
  if (read.notServed) return 'not-served';
  gaps.push({ what: topic, why: read.why });
  return undefined;
}

async function writeItems(dir: string, topic: KubernetesTopic, request: ListRequest, items: readonly Raw[]): Promise<readonly Raw[]> {
  const { apiVersion, kind } = typeOf(topic, request);
  const typed = items.map((item) => ({ apiVersion, kind, ...item }));
  const file = `${request.plural}${request.group ? `.${request.group}` : ''}.json`;
  await writeJson(join(dir, 'resources', file), { apiVersion: 'v1', kind: 'List', items: typed });
  return typed;
}

/** The whole list of a topic from the first API that has it, without anything secret; else why there is none. */
async function readItems(
  reader: ClusterReader,
  topic: KubernetesTopic,
  namespace: string | undefined,
  signal: AbortSignal,
  wanted: (item: unknown) => boolean = () => true,
): Promise<{ readonly items: readonly Raw[]; readonly request: ListRequest } | { readonly why: string; readonly notServed: boolean }> {
  let refusal: Read<never> | undefined;
  for (const request of requestsFor(topic, namespace)) {
    let items: Raw[] = [];
    const end = await reader.list(
      request,
      (page, index) => {
        if (index === 0) items = [];
        items.push(...page.filter(wanted).flatMap((item): Raw[] => [scrub(topic, item)].filter((kept) => kept !== undefined)));
      },
      signal,
    );
    if (end.outcome === 'read') return { items, request };
    refusal ??= orNone(topic, end);
  }
  return { why: refusal && refusal.outcome !== 'read' ? refusal.why : '', notServed: refusal?.outcome === 'absent' };
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
