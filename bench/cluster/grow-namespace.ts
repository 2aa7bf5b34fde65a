import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** One more workload for every ten pods. */
const REPLICAS = 10;
/** Each pod has so many events of its own: an API server keeps them for an hour. */
const EVENTS = 10;
/** What grows with a workload; the rest of a recording stays as it is. */
const GROWING = ['deployments.apps.json', 'replicasets.apps.json', 'services.json', 'endpointslices.discovery.k8s.io.json', 'pods.json'];

type Raw = { kind?: string; metadata: { name: string; namespace?: string; labels?: Record<string, string>; managedFields?: unknown } };

/**
 * Copies a recording so that its namespace has `pods` pods more, in Deployments of ten replicas made like `workload` with a Service each, and ten events for each of these
 * pods. Objects bear managedFields, as they do from a real API server: half of what it sends.
 */
export function growNamespace(from: string, to: string, workload: string, pods: number): void {
  cpSync(from, to, { recursive: true });
  const { namespace } = JSON.parse(readFileSync(path.join(from, 'snapshot.json'), 'utf8')) as { readonly namespace: string };
  const made: string[] = [];
  const logged = readdirSync(path.join(from, 'logs', namespace)).find((name) => name.startsWith(`${workload}-`));
  for (const file of GROWING) {
    const list = readList(path.join(from, 'resources', file));
    const [model] = list.items.filter(({ metadata }) => metadata.namespace === namespace && metadata.name.startsWith(workload));
    if (!model) throw new Error(`${from} has no ${workload} in ${file}`);
    const each = file === 'pods.json' ? REPLICAS : 1;
    for (let index = 0; index < Math.ceil(pods / REPLICAS); index += 1)
      for (let replica = 0; replica < each; replica += 1) {
        const copy = renamed(model, workload, `${workload}-${index}`, file === 'pods.json' ? `-${replica}` : '');
        list.items.push(copy);
        if (file === 'pods.json') made.push(copy.metadata.name);
      }
    writeList(path.join(to, 'resources', file), list);
  }
  const events = readList(path.join(from, 'resources/events.json'));
  const [model] = events.items;
  for (const name of made) for (let number = 0; number < EVENTS; number += 1) events.items.push(eventOf(model as Raw, namespace, name, number));
  writeList(path.join(to, 'resources/events.json'), events);
  for (const name of made) {
    const directory = path.join(to, 'logs', namespace, name);
    mkdirSync(directory, { recursive: true });
    if (logged) cpSync(path.join(from, 'logs', namespace, logged), directory, { recursive: true });
  }
}

function renamed(model: Raw, workload: string, name: string, replica: string): Raw {
  const text = JSON.stringify(model)
    .replaceAll(new RegExp(`\\b${workload}\\b`, 'g'), name)
    .replaceAll(/"uid":"([^"]+)"/g, `"uid":"$1-${name}"`);
  const copy = JSON.parse(text) as Raw & { metadata: { uid?: string } };
  copy.metadata.name += replica;
  copy.metadata.uid += replica;
  return copy;
}

function eventOf(model: Raw, namespace: string, pod: string, number: number): Raw {
  const [reason, message] = [
    ['Scheduled', `Successfully assigned ${namespace}/${pod} to worker-1`],
    ['Pulled', `Container image "registry.example.com/storefront:1.${number}.0" already present on machine`],
    ['Created', 'Created container: storefront'],
    ['Started', 'Started container storefront'],
  ][number % 4] as [string, string];
  const involvedObject = { kind: 'Pod', namespace, name: pod, apiVersion: 'v1', fieldPath: 'spec.containers{storefront}' };
  return { ...model, metadata: { ...model.metadata, name: `${pod}.${number}` }, involvedObject, reason, message } as Raw;
}

function readList(file: string): { readonly items: Raw[] } {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { items: [] };
}

function writeList(file: string, list: { readonly items: readonly Raw[] }): void {
  const items = list.items.map((item) => ({ ...item, metadata: { ...item.metadata, managedFields: managedFieldsOf(item) } }));
  writeFileSync(file, JSON.stringify({ ...list, items }));
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#managed-fields */
function managedFieldsOf(item: Raw): unknown {
  return [
    {
      manager: 'kube-controller-manager',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2026-02-11T03:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: fieldsOf(item),
    },
  ];
}

function fieldsOf(value: unknown): unknown {
  if (Array.isArray(value)) return Object.fromEntries(value.map((one, index) => [`k:{"name":"${index}"}`, { '.': {}, ...(fieldsOf(one) as object) }]));
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [`f:${key}`, fieldsOf(one)]));
}
