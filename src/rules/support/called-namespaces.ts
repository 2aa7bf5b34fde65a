import type { Service } from '#domain/kubernetes/network.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import type { AskFor } from '../rule.ts';
import { clusterHost } from './addresses.ts';

/** Of more namespaces than this that one workload calls into, the rest is not read. */
const MOST = 3;

/** What is behind the names by which a workload calls into other namespaces. */
export interface Elsewhere {
  readonly services: readonly Service[];
  readonly pods: readonly Pod[];
}

/** Services and pods of the other namespaces that these hosts name: `db.data`, `db.data.svc.cluster.local`. Empty where they name none, or none may be read. */
export async function elsewhere(hosts: readonly string[], namespace: string, ask: AskFor<'namespaces' | 'services' | 'pods'>): Promise<Elsewhere> {
  const dotted = [...new Set(hosts)].filter((host) => host.includes('.') && !/^[\d.]+$/.test(host));
  if (dotted.length === 0) return { services: [], pods: [] };
  const spaces = await ask(list('namespaces'));
  const known = spaces.outcome === 'present' ? spaces.data.map(({ metadata }) => metadata.name) : [];
  const called = new Set(dotted.flatMap((host) => clusterHost(host, namespace, known)?.namespace ?? []));
  called.delete(namespace);
  const found: { readonly services: Service[]; readonly pods: Pod[] } = { services: [], pods: [] };
  for (const other of [...called].slice(0, MOST)) {
    const [services, pods] = [await ask(list('services', other)), await ask(list('pods', other))];
    if (services.outcome === 'present') found.services.push(...services.data);
    if (pods.outcome === 'present') found.pods.push(...pods.data);
  }
  return found;
}
