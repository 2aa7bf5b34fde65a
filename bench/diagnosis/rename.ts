/** Names of a recording that a diagnosis must not know, and what stands for them. */
export interface Renaming {
  /** Replaced wherever they stand as whole words: objects, namespaces, nodes. */
  readonly words: ReadonlyMap<string, string>;
  /** Replaced only where they name a container, because such names (`server`, `main`) are words of messages too. */
  readonly containers: ReadonlyMap<string, string>;
}

interface Named {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Names that mean something to Kubernetes itself. */
const KEPT = /^(default|kube-.*|kubernetes|coredns.*|metrics-server.*|calico.*|flannel.*|cilium.*|etcd.*|system:.*|local-path.*)$/;
const RENAMED = [
  'deployments.apps',
  'services',
  'statefulsets.apps',
  'daemonsets.apps',
  'nodes',
  'namespaces',
  'persistentvolumeclaims',
  'persistentvolumes',
  'serviceaccounts',
  'configmaps',
  'jobs.batch',
  'cronjobs.batch',
  'ingresses.networking.k8s.io',
];

/** Chooses a random word for every name, from the items of a recording by resource file name. The same seed gives the same words. */
export function chooseNames(items: ReadonlyMap<string, readonly Named[]>, seed: number): Renaming {
  const random = mulberry32(seed);
  const used = new Set<string>();
  const fresh = (): string => {
    for (;;) {
      const word = Array.from({ length: 3 }, () => `${'bcdfglmnprstvz'[Math.floor(random() * 14)]}${'aeiou'[Math.floor(random() * 5)]}`).join('');
      if (!used.has(word)) {
        used.add(word);
        return word;
      }
    }
  };
  const names = new Set<string>();
  const containers = new Set<string>();
  for (const resource of RENAMED)
    for (const { metadata } of items.get(resource) ?? []) if (metadata?.name && !KEPT.test(metadata.name)) names.add(metadata.name);
  for (const list of items.values())
    for (const item of list) if (item.metadata?.namespace && !KEPT.test(item.metadata.namespace)) names.add(item.metadata.namespace);
  for (const pod of items.get('pods') ?? [])
    for (const { name } of (pod.spec?.['containers'] ?? []) as readonly { readonly name: string }[])
      if (!KEPT.test(name) && !KEPT.test(pod.metadata?.namespace ?? '')) containers.add(name);
  const ordered = [...names].toSorted();
  // A container that is called like an object, as many are, is renamed with it everywhere.
  for (const name of names) containers.delete(name);
  return { words: new Map(ordered.map((name) => [name, fresh()])), containers: new Map([...containers].toSorted().map((name) => [name, fresh()])) };
}

/** Renames in any text: JSON, logs, metrics, paths. */
export function rename(text: string, { words, containers }: Renaming): string {
  const longestFirst = [...words.keys()].toSorted((left, right) => right.length - left.length).map(escapeRegExp);
  const renamed =
    longestFirst.length === 0
      ? text
      : text.replace(
          new RegExp(`(?<![A-Za-z0-9])(?<!io/)(?<!kubernetes\\.io/role": ?")(${longestFirst.join('|')})(?![A-Za-z0-9])`, 'g'),
          (name) => words.get(name) ?? name,
        );
  return [...containers].reduce(
    (kept, [name, word]) =>
      kept
        .replaceAll(new RegExp(`(containers\\{)${escapeRegExp(name)}(\\})`, 'g'), `$1${word}$2`)
        .replaceAll(new RegExp(`(\\bcontainers? (?:\\\\?")?|container=")${escapeRegExp(name)}(?![A-Za-z0-9])`, 'g'), `$1${word}`)
        .replaceAll(new RegExp(`(with unready status: \\[[^\\]]*?)\\b${escapeRegExp(name)}\\b`, 'g'), `$1${word}`),
    renamed,
  );
}

/** Renames the containers of an object where they are named by field. */
export function renameContainers(value: unknown, containers: ReadonlyMap<string, string>, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => renameContainers(item, containers, key));
  if (value === null || typeof value !== 'object') return value;
  const lists = ['containers', 'initContainers', 'containerStatuses', 'initContainerStatuses'];
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      lists.includes(key) && name === 'name' && typeof inner === 'string' ? (containers.get(inner) ?? inner) : renameContainers(inner, containers, name),
    ]),
  );
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A small seeded generator (mulberry32, public domain algorithm): the bench must be reproducible. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
