import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiObject, isRecord } from './api-object.ts';
import { type ApiType, BUILT_IN_TYPES, customType, groupVersionOf, splitGroupVersion } from './api-types.ts';
import { deriveMissing } from './derive.ts';

/** A recorded cluster, read whole. */
export interface Snapshot {
  readonly dir: string;
  readonly takenAt: number;
  readonly namespace: string | undefined;
  /** Whether log lines begin with the runtime's timestamp. */
  readonly logTimestamps: boolean;
  readonly types: readonly ApiType[];
  /** By `plural.group`. */
  readonly objects: ReadonlyMap<string, readonly ApiObject[]>;
}

/** A key for the objects of a type, whatever its version. */
export function typeKey({ plural, group }: Pick<ApiType, 'plural' | 'group'>): string {
  return `${plural}.${group}`;
}

/**
 * Reads `snapshot.json` and `resources/*.json` of a directory. What a real cluster would hold anyway is made where its file is absent
 * (derive.ts), and so are a missing uid and resourceVersion. Throws when there is no such snapshot or a file is no List.
 */
export function readSnapshot(dir: string): Snapshot {
  const meta = readJson(join(dir, 'snapshot.json'));
  if (!isRecord(meta)) throw new Error(`${dir} has no snapshot.json`);
  const types = [...BUILT_IN_TYPES];
  const objects = new Map<string, ApiObject[]>();
  for (const file of readdirSync(join(dir, 'resources'))) {
    if (file.endsWith('.json')) readResources(join(dir, 'resources', file), file.slice(0, -'.json'.length), types, objects);
  }
  deriveMissing(objects);
  for (const [key, items] of objects) {
    items.forEach((item, index) => {
      identify(key, item, index);
    });
    items.sort((left, right) => compare(keyOf(left), keyOf(right)));
  }
  const takenAt = Date.parse(String(meta['takenAt']));
  if (Number.isNaN(takenAt)) throw new Error(`${dir}/snapshot.json has no takenAt`);
  const namespace = typeof meta['namespace'] === 'string' ? meta['namespace'] : undefined;
  return { dir, takenAt, namespace, logTimestamps: meta['logTimestamps'] === true, types, objects };
}

function readResources(path: string, base: string, types: ApiType[], objects: Map<string, ApiObject[]>): void {
  const dot = base.indexOf('.');
  const [plural, group] = dot < 0 ? [base, ''] : [base.slice(0, dot), base.slice(dot + 1)];
  const list = readJson(path);
  if (!isRecord(list) || !Array.isArray(list['items'])) throw new Error(`${path} is not a Kubernetes List`);
  const items = list['items'] as ApiObject[];
  let type = types.find((candidate) => candidate.plural === plural && candidate.group === group);
  if (!type) {
    const [first] = items;
    const version = splitGroupVersion(first?.apiVersion ?? 'v1')[1];
    type = customType(group, version, plural, first?.kind ?? plural, first?.metadata.namespace !== undefined);
    types.push(type);
  }
  for (const item of items) {
    item.kind ??= type.kind;
    item.apiVersion ??= groupVersionOf(type);
  }
  objects.set(typeKey(type), items);
}

function identify(key: string, { metadata }: ApiObject, index: number): void {
  metadata.uid ??= uidFor(key, metadata.namespace ?? '', metadata.name);
  metadata.resourceVersion ??= String(1000 + index);
}

/** A stable UUID for an object that was recorded without one. */
function uidFor(...parts: string[]): string {
  const hash = createHash('sha1').update(parts.join('\0')).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** Namespace and name, in the order in which the server lists. */
export function keyOf({ metadata }: ApiObject): string {
  return `${metadata.namespace ?? ''}\0${metadata.name}`;
}

export function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function readJson(path: string): unknown {
  if (!existsSync(path)) return undefined;
  return JSON.parse(readFileSync(path, 'utf8'));
}
