import { type ApiType, groupVersionOf } from './api-types.ts';

/** What the server says it serves: /api, /apis and below, in the classic form. Undefined for a path that is none of these. */
export function discover(path: readonly string[], types: readonly ApiType[]): Record<string, unknown> | undefined {
  const [root, group, version, ...rest] = path;
  if (rest.length > 0) return undefined;
  if (root === 'api') {
    if (group === undefined) return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    return version === undefined ? resources('v1', types) : undefined;
  }
  if (root !== 'apis') return undefined;
  const groups = [
    ...Map.groupBy(
      types.filter((type) => type.group),
      (type) => type.group,
    ),
  ].map(([name, members]) => groupEntry(name, members));
  if (group === undefined) return { kind: 'APIGroupList', apiVersion: 'v1', groups };
  if (version !== undefined) return resources(`${group}/${version}`, types);
  const found = groups.find(({ name }) => name === group);
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...found };
}

function groupEntry(name: string, types: readonly ApiType[]) {
  const versions = [...new Set(types.map(({ version }) => version))].map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function resources(groupVersion: string, types: readonly ApiType[]): Record<string, unknown> | undefined {
  const served = types.filter((type) => groupVersionOf(type) === groupVersion);
  if (served.length === 0) return undefined;
  const entries = served.flatMap(({ plural, kind, namespaced, verbs, shortNames, categories, subresources }) => [
    { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs, shortNames, categories },
    ...subresources.map((name) => ({ name: `${plural}/${name}`, singularName: '', namespaced, kind, verbs: ['get'] })),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: entries };
}
