/** What a request is about, read off its method and path before it is known whether that exists. */
export interface Target {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: string;
  readonly verb: string;
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** Undefined for a path that names no resource: discovery, health, version. */
export function targetOf(method: string, path: readonly string[], query: URLSearchParams): Target | undefined {
  const [root, ...rest] = path;
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'apis' ? (rest.shift() ?? '') : '';
  const version = rest.shift() ?? '';
  if (rest.length === 0) return undefined;
  const scoped = rest[0] === 'namespaces' && rest.length > 2;
  const namespace = scoped ? rest[1] : undefined;
  const [plural = '', name = '', subresource = ''] = scoped ? rest.slice(2) : rest;
  const reading = name ? 'get' : query.get('watch') === 'true' ? 'watch' : 'list';
  const verb = subresource === 'exec' || subresource === 'portforward' ? 'connect' : (VERBS[method] ?? reading);
  return { group, version, plural, namespace, name, subresource, verb };
}
