import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, OncallmError } from '#domain/error.ts';
import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';

/** A file beyond this is not read: a recording of a large cluster is a tenth of it. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** `resources/<plural>[.<group>].json` of each topic, the first that exists. */
export function resourceFiles(topic: KubernetesTopic): readonly string[] {
  if (topic === 'endpoints') return ['endpointslices.discovery.k8s.io.json', 'endpoints.json'];
  if (topic === 'events') return ['events.json', 'events.events.k8s.io.json'];
  const { group } = TOPIC_FACTS[topic];
  return [group ? `${topic}.${group}.json` : `${topic}.json`];
}

/** Names come from questions and those from a cluster: one that could lead out of the directory names no file. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name) && !name.includes('..');
}

/** Where the log of a container lies, without the ending; undefined for names that are none. */
export function logPath(dir: string, namespace: string, pod: string, container: string, previous: boolean): string | undefined {
  if (![namespace, pod, container].every(isPlainName)) return undefined;
  return join(dir, 'logs', namespace, pod, `${container}${previous ? '.previous' : ''}`);
}

/** The text of a file; undefined where there is none. Throws for one that cannot be read or is too large. */
export async function readOptional(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES)
      throw new OncallmError('recording-too-large', `${path} has ${size} bytes.`, `Record less: at most ${MAX_FILE_BYTES} bytes a file.`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

export async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** JSON out of a file of the recording; undefined where there is none. Throws an OncallmError for what is no JSON. */
export async function readOptionalJson(path: string): Promise<unknown> {
  const text = await readOptional(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OncallmError('recording-invalid', `${path} is not JSON: ${messageOf(error)}.`, 'Record the incident again, or correct the file.', {
      cause: error,
    });
  }
}
