import { badRequest, expired } from './api-error.ts';
import type { ApiObject } from './api-object.ts';
import { type ApiType, groupVersionOf } from './api-types.ts';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';
import { compare, keyOf, type Snapshot, typeKey } from './snapshot.ts';
import type { Target } from './target.ts';

interface Page {
  readonly items: readonly ApiObject[];
  readonly metadata: Record<string, unknown>;
}

/** The objects that a list request selects, from `continue` on and `limit` of them. */
export function selectPage(snapshot: Snapshot, generation: number, type: ApiType, target: Target, query: URLSearchParams): Page {
  const [labels, fields] = [parseLabelSelector(query.get('labelSelector')), parseFieldSelector(query.get('fieldSelector'), type)];
  const after = query.get('continue') ? decodeContinue(query.get('continue') ?? '', generation) : '';
  const all = snapshot.objects.get(typeKey(type)) ?? [];
  const items = (after === '' ? all : all.slice(firstBehind(all, after))).filter(
    (object) => (target.namespace === undefined || object.metadata.namespace === target.namespace) && labels(object.metadata.labels ?? {}) && fields(object),
  );
  const limit = Number(query.get('limit') ?? 0);
  const page = limit > 0 ? items.slice(0, limit) : items;
  const last = page.at(-1);
  const metadata: Record<string, unknown> = { resourceVersion: String(generation) };
  if (last && page.length < items.length) {
    metadata['continue'] = Buffer.from(JSON.stringify({ generation, after: keyOf(last) })).toString('base64url');
    metadata['remainingItemCount'] = items.length - page.length;
  }
  return { items: page, metadata };
}

/** Where the objects begin that come after this key: found as in a database, not by going through all of them for every page. */
function firstBehind(sorted: readonly ApiObject[], after: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(keyOf(sorted[middle] as ApiObject), after) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Items of a list bear no kind and apiVersion of their own, as in the lists of a real server. */
export function toList(type: ApiType, { items, metadata }: Page): Record<string, unknown> {
  return {
    kind: `${type.kind}List`,
    apiVersion: groupVersionOf(type),
    metadata,
    items: items.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest),
  };
}

function decodeContinue(token: string, generation: number): string {
  let decoded: { readonly generation?: unknown; readonly after?: unknown };
  try {
    decoded = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw badRequest('continue key is not valid');
  }
  if (decoded.generation !== generation) throw expired();
  return String(decoded.after);
}
