import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Copies a recording so that its namespace is there `times` times, as `name-0`, `name-1` ...; its name. */
export function multiplyRecording(from: string, to: string, times: number): string {
  const { namespace } = JSON.parse(readFileSync(path.join(from, 'snapshot.json'), 'utf8')) as { readonly namespace: string };
  mkdirSync(path.join(to, 'resources'), { recursive: true });
  cpSync(path.join(from, 'snapshot.json'), path.join(to, 'snapshot.json'));
  for (const file of readdirSync(path.join(from, 'resources'))) {
    const list = JSON.parse(readFileSync(path.join(from, 'resources', file), 'utf8'));
    const own = (item: { metadata: { namespace?: string; name: string } }) =>
      file.startsWith('namespaces') ? item.metadata.name === namespace : item.metadata.namespace === namespace;
    const copies = Array.from({ length: times }, (_, index) => list.items.filter(own).map((item: unknown) => renamed(item, namespace, index))).flat();
    list.items = [...list.items.filter((item: { metadata: { name: string } }) => !own(item)), ...copies];
    writeFileSync(path.join(to, 'resources', file), JSON.stringify(list));
  }
  for (let index = 0; index < times; index += 1)
    cpSync(path.join(from, 'logs', namespace), path.join(to, 'logs', `${namespace}-${index}`), { recursive: true });
  return namespace;
}

/** The object in another namespace, with uids of its own. */
function renamed(item: unknown, namespace: string, index: number): unknown {
  const text = JSON.stringify(item)
    .replaceAll(`"namespace":"${namespace}"`, `"namespace":"${namespace}-${index}"`)
    .replaceAll(/"uid":"([^"]+)"/g, `"uid":"$1-${index}"`);
  const copy = JSON.parse(text) as { kind?: string; metadata: { name: string } };
  if (copy.metadata.name === namespace) copy.metadata.name = `${namespace}-${index}`;
  return copy;
}
