import type { KubernetesTopic } from '#domain/topic.ts';
import type { ClusterReader, Read } from './cluster-reader.ts';
import { orNone, requestsFor } from './read-topic.ts';

export interface AccessCheck {
  /** A topic, or `logs`. */
  readonly topic: KubernetesTopic | 'logs';
  /** `ok`; otherwise what came back, in one line. */
  readonly result: 'ok' | { readonly why: string };
}

/** No pod is called this: who may read logs hears that it is not there, who may not hears that. */
const NO_POD = 'oncallm-access-check';

/**
 * Which of `topics` and the logs may be read, found out by reading one object of each kind, since asking for one's rights is a `create`. `namespace` undefined: in all
 * namespaces. Add-ons that the cluster does not have are left out: there is nothing to read. One after the other: a check must not be a storm.
 */
export async function checkAccess(
  reader: ClusterReader,
  topics: readonly KubernetesTopic[],
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<readonly AccessCheck[]> {
  const checks: AccessCheck[] = [];
  for (const topic of topics) {
    let read: Read<unknown> = await reader.probe(requestsFor(topic, namespace)[0], signal);
    const [, elsewhere] = requestsFor(topic, namespace);
    if (read.outcome !== 'read' && elsewhere) {
      const other = await reader.probe(elsewhere, signal);
      if (other.outcome === 'read') read = other;
    }
    const found = orNone(topic, read);
    if (found.outcome !== 'absent') checks.push({ topic, result: resultOf(found) });
  }
  const log = { namespace: namespace ?? 'default', pod: NO_POD, container: NO_POD, previous: false, tailLines: 1, maxBytes: 1024 };
  checks.push({ topic: 'logs', result: resultOf(await reader.log(log, signal)) });
  return checks;
}

/** That there is no such pod is an answer: it would have been read. */
function resultOf(read: Read<unknown>): AccessCheck['result'] {
  return read.outcome === 'failed' ? { why: read.why } : 'ok';
}
