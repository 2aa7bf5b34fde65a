import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';
import { failed, type Read, read } from './cluster-reader.ts';
import type { TopicItems } from './read-topic.ts';

/** Lists that are read at a time. Fewer than there are sockets (http-get.ts): logs need not wait behind lists. */
const SLOTS = 16;
/** From so many namespaces that wait for one topic on, the list of all namespaces is asked for instead. */
const MANY_NAMESPACES = 5;
/** A list of all namespaces that has more objects is given up at once. */
const WHOLE_ITEMS = 2_000;
/** How long a topic is not tried again whose list of all namespaces could not be had: it is too long, or forbidden. */
const REFUSED_MS = 5 * 60_000;
/** Never read of namespaces that nobody asked about: what they hold may be secret, or large. */
const BY_NAMESPACE_ONLY: ReadonlySet<KubernetesTopic> = new Set<KubernetesTopic>(['secrets', 'configmaps']);

export type Items = TopicItems<KubernetesTopic>;
/** Reads a list of one namespace, or of all; `atMost`: rather fails (`budget`) than read a longer one. */
export type ReadItems = (topic: KubernetesTopic, namespace: string | undefined, atMost?: number) => Promise<Read<Items>>;

export interface GatheredLists {
  read(topic: KubernetesTopic, namespace: string | undefined): Promise<Read<Items>>;
  /** Lets go of what it keeps. */
  clear(): void;
}

interface Waiting {
  readonly namespace: string | undefined;
  readonly since: number;
  readonly answer: (read: Read<Items> | Promise<Read<Items>>) => void;
}

/** Those who wait for lists of one topic. */
interface Queue {
  readonly topic: KubernetesTopic;
  readonly waiting: Waiting[];
  /** The list of all namespaces is being read for them. */
  gathering: boolean;
}

/**
 * A storm asks for the same topics of many namespaces at once, and a server answers so many lists no quicker than one after another. As long as there is a free
 * slot, each list is read by itself, at once. When there is none, lists wait; where then one topic of many namespaces waits, the list of all namespaces is read
 * once for all of them, and for those who ask within `keepMs`.
 *
 * @param patienceMs a list that has waited longer for a slot is not read any more
 */
export function createGatheredLists(
  readItems: ReadItems,
  { now, keepMs, patienceMs }: { readonly now: () => number; readonly keepMs: number; readonly patienceMs: number },
): GatheredLists {
  /** By topic, in the order in which somebody began to wait. */
  const queues = new Map<string, Queue>();
  const kept = createKeptWholes(now, keepMs);
  const refusedUntil = new Map<KubernetesTopic, number>();
  let running = 0;

  function run(work: () => Promise<void>): void {
    running += 1;
    void work().finally(() => {
      running -= 1;
      startNext();
    });
  }
  function startNext(): void {
    for (const [name, queue] of queues) {
      if (running >= SLOTS) return;
      if (queue.gathering) continue;
      if (isWorthGathering(queue)) {
        queue.gathering = true;
        run(() => gather(name, queue));
        continue;
      }
      while (running < SLOTS && queue.waiting.length > 0) serve(queue.topic, queue.waiting.shift() as Waiting);
      if (queue.waiting.length === 0) queues.delete(name);
    }
  }
  function isWorthGathering({ topic, waiting }: Queue): boolean {
    if (waiting.length < MANY_NAMESPACES || BY_NAMESPACE_ONLY.has(topic) || (refusedUntil.get(topic) ?? 0) > now()) return false;
    return new Set(waiting.flatMap(({ namespace }) => namespace ?? [])).size >= MANY_NAMESPACES;
  }
  function serve(topic: KubernetesTopic, { namespace, since, answer }: Waiting): void {
    if (now() - since > patienceMs) {
      answer(
        failed(
          'timeout',
          `The Kubernetes API was asked for too many other lists before ${topic}${namespace === undefined ? '' : ` in namespace ${namespace}`}.`,
        ),
      );
      return;
    }
    run(async () => {
      const asked = readItems(topic, namespace);
      answer(asked);
      await asked.catch(() => {});
    });
  }
  async function gather(name: string, queue: Queue): Promise<void> {
    const found = await readItems(queue.topic, undefined, WHOLE_ITEMS).catch((error: unknown) => failed('invalid', String(error)));
    queue.gathering = false;
    if (found.outcome !== 'read') {
      // Each by itself then: one namespace may be readable, or small, where all are not.
      refusedUntil.set(queue.topic, now() + REFUSED_MS);
      return;
    }
    queues.delete(name);
    const of = kept.keep(queue.topic, found.value);
    // Who came while it was read is answered by it too.
    for (const { namespace, answer } of queue.waiting) answer(read(of(namespace)));
  }

  return {
    read(topic, namespace) {
      const gathers = namespace !== undefined && TOPIC_FACTS[topic].namespaced;
      const known = gathers ? kept.find(topic, namespace) : undefined;
      if (known !== undefined) return Promise.resolve(read(known));
      const { promise, resolve } = Promise.withResolvers<Read<Items>>();
      const name = gathers ? topic : `all ${topic}`;
      const queue = queues.get(name) ?? { topic, waiting: [], gathering: false };
      queues.set(name, queue);
      queue.waiting.push({ namespace, since: now(), answer: resolve });
      startNext();
      return promise;
    },
    clear: kept.clear,
  };
}

type OfNamespace = (namespace: string | undefined) => Items;

/** Lists of all namespaces, by namespace, for as long as they serve. */
function createKeptWholes(now: () => number, keepMs: number) {
  const wholes = new Map<KubernetesTopic, { readonly of: OfNamespace; readonly until: number }>();
  let sweeper: NodeJS.Timeout | undefined;
  /** What nobody asks for again must not stay in memory. */
  const sweepLater = (): void => {
    sweeper ??= setTimeout(() => {
      sweeper = undefined;
      for (const [topic, { until }] of wholes) if (until <= now()) wholes.delete(topic);
      if (wholes.size > 0) sweepLater();
    }, keepMs + 1).unref();
  };
  return {
    find(topic: KubernetesTopic, namespace: string): Items | undefined {
      const whole = wholes.get(topic);
      return whole !== undefined && whole.until > now() ? whole.of(namespace) : undefined;
    },
    keep(topic: KubernetesTopic, { items, skipped }: Items): OfNamespace {
      // Which namespace an object is of that has no name nobody knows: it may be any.
      const byNamespace = Map.groupBy(items, ({ metadata }) => metadata.namespace);
      const of: OfNamespace = (namespace) => ({ items: byNamespace.get(namespace) ?? [], skipped });
      if (keepMs > 0) {
        wholes.set(topic, { of, until: now() + keepMs });
        sweepLater();
      }
      return of;
    },
    clear(): void {
      clearTimeout(sweeper);
      sweeper = undefined;
      wholes.clear();
    },
  };
}
