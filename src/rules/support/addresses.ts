import type { ConfigMap } from '#domain/kubernetes/cluster.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import type { Container, PodSpec } from '#domain/kubernetes/pod.ts';

/** An address that a workload is told to call. */
export interface CalledAddress {
  readonly host: string;
  readonly port: number | undefined;
  readonly container: string;
  /** Where it is written, for people: `env REDIS_ADDR`, `argument --db`, `ConfigMap web-config key app.yaml`. */
  readonly where: string;
  /** The variable that holds it, when one does, and its whole value. */
  readonly variable?: { readonly name: string; readonly value: string } | undefined;
  readonly configMap?: { readonly name: string; readonly key: string } | undefined;
  /** The variable that holds the port, when that is another one. */
  readonly portVariable?: Value | undefined;
}

const HOST = '[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?(?:\\.[A-Za-z0-9_-]{1,63}){0,8}';
/** scheme://user:password@host:port; the scheme may be compound (jdbc:mysql, mongodb+srv). Named groups host and port. */
const URL_ADDRESS = new RegExp(`\\b[a-z][a-z0-9+.:-]{1,30}://(?:[^\\s/@"']{0,200}@)?(?<host>${HOST})(?::(?<port>\\d{1,5}))?(?![\\w.-])`, 'gi');
const HOST_PORT = new RegExp(`(?<![\\w.:/@-])(?<host>${HOST}):(?<port>\\d{2,5})(?![\\w.:-])`, 'g');
/** user:password@tcp(host:port), as Go's MySQL driver wants it, and host=db port=5432, as libpq does. */
const GO_DSN = new RegExp(`@(?:tcp|unix)?\\((?<host>${HOST})(?::(?<port>\\d{1,5}))?\\)`, 'g');
const LIBPQ = new RegExp(`\\bhost=(?<host>${HOST})(?:\\s+.{0,200}?\\bport=(?<port>\\d{1,5}))?`, 'g');
const BARE_HOST = new RegExp(`^${HOST}$`);
/** Variables whose whole value is a host. */
const NAMES_HOST = /(?:^|_)(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT|SERVICE|SVC)(?:_?NAME)?$/i;
const LONGEST_VALUE = 20_000;
const MOST_ADDRESSES = 200;

/** Addresses in a text, in the order of the text: URLs, host:port, data source names. A host alone is not found: any word looks like one. */
export function addressesIn(text: string): readonly { readonly host: string; readonly port: number | undefined }[] {
  const read = text.slice(0, LONGEST_VALUE);
  const found: { readonly at: number; readonly end: number; readonly host: string; readonly port: number | undefined }[] = [];
  for (const expression of [URL_ADDRESS, GO_DSN, LIBPQ, HOST_PORT]) {
    for (const match of read.matchAll(expression)) {
      const { host = '', port } = match.groups ?? {};
      const [at, end] = [match.index, match.index + match[0].length];
      if (found.length >= MOST_ADDRESSES || found.some((other) => at < other.end && other.at < end)) continue;
      found.push({ at, end, host: host.toLowerCase(), port: port === undefined ? undefined : Number(port) });
    }
  }
  return found.toSorted((left, right) => left.at - right.at).map(({ host, port }) => ({ host, port }));
}

/** The addresses that the containers of a pod are told to call: by literal variables, arguments, and variables out of readable ConfigMaps. */
export function calledAddresses(spec: Pick<PodSpec, 'containers' | 'initContainers'>, configMaps: readonly ConfigMap[] = []): readonly CalledAddress[] {
  return [...spec.initContainers, ...spec.containers].flatMap((container) => [...inEnvironment(container, configMaps), ...inArguments(container)]);
}

function inEnvironment(container: Container, configMaps: readonly ConfigMap[]): readonly CalledAddress[] {
  const values = environmentOf(container, configMaps);
  return values.flatMap(({ name, value, configMap }): readonly CalledAddress[] => {
    const where = configMap ? `env ${name} from ConfigMap ${configMap.name} key ${configMap.key}` : `env ${name}`;
    const told = addressesIn(value);
    const base = { container: container.name, where, variable: { name, value }, ...(configMap ? { configMap } : {}) };
    if (told.length > 0) return told.map((address) => ({ ...base, ...address }));
    if (!NAMES_HOST.test(name) || !BARE_HOST.test(value.trim())) return [];
    const beside = portBeside(name, values);
    const host = value.trim().toLowerCase();
    return beside
      ? [{ ...base, where: `${where} with ${beside.name}`, host, port: Number(beside.value.trim()), portVariable: beside }]
      : [{ ...base, host, port: undefined }];
  });
}

/** The port that goes with a host: DB_HOST and DB_PORT, REDIS_SERVICE and REDIS_SERVICE_PORT. */
function portBeside(name: string, values: readonly Value[]): Value | undefined {
  const stem = name.replace(NAMES_HOST, '').replace(/_$/, '');
  return values.find((other) => (other.name === `${name}_PORT` || other.name === `${stem}_PORT`) && /^\d{1,5}$/.test(other.value.trim()));
}

/** A variable with its value, and where that is from. */
interface Value {
  readonly name: string;
  readonly value: string;
  readonly configMap?: { readonly name: string; readonly key: string };
}

/** A container's environment as far as it can be read: literals, and what comes out of ConfigMaps; never Secrets. $(NAME) is filled in. */
export function environmentOf({ env, envFrom }: Pick<Container, 'env' | 'envFrom'>, configMaps: readonly ConfigMap[] = []): readonly Value[] {
  const whole = envFrom.flatMap(({ configMapRef }): readonly Value[] => {
    const data = configMaps.find(({ metadata }) => metadata.name === configMapRef?.name);
    return data ? Object.entries(data.data).map(([key, value]) => ({ name: key, value, configMap: { name: data.metadata.name, key } })) : [];
  });
  const single = env.flatMap(({ name, value, valueFrom }): readonly Value[] => {
    if (value !== undefined) return [{ name, value }];
    const from = valueFrom?.configMapKeyRef;
    const found = from && configMaps.find(({ metadata }) => metadata.name === from.name)?.data[from.key];
    return from && found !== undefined ? [{ name, value: found, configMap: { name: from.name, key: from.key } }] : [];
  });
  const known = new Map([...whole, ...single].map((one) => [one.name, one]));
  const fill = (text: string) => text.replaceAll(/\$\(([A-Za-z_][\w.-]{0,100})\)/g, (as, name: string) => known.get(name)?.value ?? as);
  return [...known.values()].map((one) => ({ ...one, value: fill(one.value).slice(0, LONGEST_VALUE) }));
}

function inArguments({ name, command, args }: Container): readonly CalledAddress[] {
  return [...command, ...args].flatMap((word) =>
    addressesIn(word.slice(0, 2000)).map((address) => ({ ...address, container: name, where: `argument ${word.slice(0, 120)}` })),
  );
}

/** What a host means to the cluster's DNS. */
export type ClusterHost = { readonly name: string; readonly namespace: string; readonly sure: boolean };

/**
 * Reads a host as the name of a Service: `cart`, `cart.shop`, `cart.shop.svc.cluster.local`, `pod-0.cart...`. Undefined for addresses, this very pod, and names outside.
 * `sure`: it can be nothing else; a single word or `a.b` might also be a host of the node's search domains.
 */
export function clusterHost(host: string, namespace: string, namespaces: readonly string[]): ClusterHost | undefined {
  if (/^[\d.]+$/.test(host) || /^localhost|^ip6-|\.localhost$|^host\.docker/.test(host) || !/[a-z]/.test(host) || host.includes('_')) return undefined;
  const labels = host.replace(/\.$/, '').split('.');
  const svc = labels.indexOf('svc');
  if (svc >= 2 && (svc === labels.length - 1 || labels[svc + 1] === 'cluster'))
    return { name: labels[svc - 2] ?? '', namespace: labels[svc - 1] ?? '', sure: true };
  if (svc >= 2) return undefined;
  if (labels.length === 1) return { name: host, namespace, sure: false };
  const last = labels.at(-1) ?? '';
  if (labels.length <= 3 && namespaces.includes(last)) return { name: labels.at(-2) ?? '', namespace: last, sure: labels.length === 2 };
  return undefined;
}

/** The Service that an address means, if there is one. For `pod-0.db` the Service is `db`. */
export function serviceAt(host: string, namespace: string, services: readonly Service[]): Service | undefined {
  const labels = host.replace(/\.$/, '').split('.');
  const named = (name: string | undefined, space: string | undefined) =>
    services.find(({ metadata }) => metadata.name === name && metadata.namespace === space);
  const svc = labels.indexOf('svc');
  if (svc >= 2) return named(labels[svc - 2], labels[svc - 1]);
  if (labels.length === 1) return named(host, namespace);
  return named(labels.at(-2), labels.at(-1)) ?? named(labels.at(-1), namespace);
}
