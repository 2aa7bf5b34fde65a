import { parseQuantity } from '#lib/quantity.ts';

/** What a quota is about; each has a rule of its own. */
export type QuotaKind = 'cpu' | 'memory' | 'pods' | 'services' | 'storage' | 'objects';

/** The kind of a resource as quotas name it: `requests.cpu`, `count/pods`, `gold.storageclass.storage.k8s.io/requests.storage`. @see https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
export function quotaKind(resource: string): QuotaKind {
  if (/^(?:requests\.|limits\.)?cpu$/.test(resource)) return 'cpu';
  if (/^(?:requests\.|limits\.)?memory$/.test(resource)) return 'memory';
  if (resource === 'pods' || resource === 'count/pods') return 'pods';
  if (/^(?:count\/)?services(?:\.|$)/.test(resource)) return 'services';
  if (/storage$|^(?:count\/)?persistentvolumeclaims$|\/persistentvolumeclaims$/.test(resource)) return 'storage';
  return 'objects';
}

/** One resource of a refusal: `exceeded quota: q, requested: pods=1, used: pods=10, limited: pods=10`. Amounts as written. */
export interface QuotaRefusal {
  readonly quota: string;
  readonly resource: string;
  readonly requested: string;
  readonly used: string;
  readonly hard: string;
}

/** The resources that an answer of the API server names as exceeded. Empty when it is about something else. */
export function quotaRefusals(message: string): readonly QuotaRefusal[] {
  const [, quota, requested = '', used = '', limited = ''] =
    /exceeded quota: ([^,\s]+), requested: (.+?), used: (.+?), limited: (\S+)/.exec(message.slice(0, 4_000)) ?? [];
  if (quota === undefined) return [];
  const [usedBy, hard] = [amountsIn(used), amountsIn(limited)];
  return [...amountsIn(requested)].map(([resource, amount]) => ({
    quota,
    resource,
    requested: amount,
    used: usedBy.get(resource) ?? '?',
    hard: hard.get(resource) ?? '?',
  }));
}

function amountsIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').flatMap((part) => {
      const [resource, amount] = part.trim().split('=');
      return resource && amount ? [[resource, amount] as const] : [];
    }),
  );
}

/** `used` is at or over `hard`. */
export function isFull(used: string | undefined, hard: string | undefined): boolean {
  const [there, most] = [parseQuantity(used), parseQuantity(hard)];
  return there !== undefined && most !== undefined && there >= most;
}

/** How much of `hard` is left, in base units. Undefined when either cannot be read. */
export function leftOf(used: string | undefined, hard: string | undefined): number | undefined {
  const [there, most] = [parseQuantity(used), parseQuantity(hard)];
  return there === undefined || most === undefined ? undefined : most - there;
}
