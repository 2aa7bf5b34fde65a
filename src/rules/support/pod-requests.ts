import type { ResourceList } from '#domain/kubernetes/meta.ts';
import type { Pod, PodSpec } from '#domain/kubernetes/pod.ts';
import { parseQuantity } from '#lib/quantity.ts';
import { isFinished } from './pods.ts';

/** Amounts by resource name, in base units (cores, bytes, pieces). */
export type Amounts = Readonly<Record<string, number>>;

/**
 * What the scheduler reserves for a pod: the sum over its containers and sidecars, or the largest init container where that is more.
 * A limit without a request counts as the request. Unreadable amounts count as nothing.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function podRequests(spec: PodSpec): Amounts {
  const running = sum(spec.containers.map(({ resources }) => wanted(resources)));
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const { resources, restartPolicy } of spec.initContainers) {
    const own = wanted(resources);
    if (restartPolicy === 'Always') {
      sidecars = sum([sidecars, own]);
      starting = most(starting, sidecars);
    } else starting = most(starting, sum([sidecars, own]));
  }
  return most(sum([running, sidecars]), starting);
}

/** What the pods on one node have reserved together. Finished pods hold nothing. */
export function reservedBy(pods: readonly Pod[]): Amounts {
  return sum(pods.filter((pod) => !isFinished(pod)).map(({ spec }) => podRequests(spec)));
}

export function amounts(list: ResourceList): Amounts {
  return Object.fromEntries(
    Object.entries(list).flatMap(([name, text]) => [[name, parseQuantity(text)] as const].filter((one): one is [string, number] => one[1] !== undefined)),
  );
}

function wanted({ requests, limits }: { readonly requests: ResourceList; readonly limits: ResourceList }): Amounts {
  return { ...amounts(limits), ...amounts(requests) };
}

function sum(all: readonly Amounts[]): Amounts {
  return combine(all, (left, right) => left + right);
}

function most(left: Amounts, right: Amounts): Amounts {
  return combine([left, right], Math.max);
}

function combine(all: readonly Amounts[], how: (left: number, right: number) => number): Amounts {
  const total = new Map<string, number>();
  for (const one of all) for (const [name, value] of Object.entries(one)) total.set(name, how(total.get(name) ?? 0, value));
  return Object.fromEntries(total);
}
