import type { Evidence } from '#domain/evidence.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import type { Pod, PodSpec } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import type { ClueKind } from '#lib/logs/wording.ts';
import type { AskFor, Circumstances } from '../rule.ts';
import { type CalledAddress, calledAddresses, serviceAt } from './addresses.ts';
import { type SaidClue, saidClues } from './called-logs.ts';
import { elsewhere } from './called-namespaces.ts';
import { instant, isRecent, secondsBetween } from './instants.ts';
import { isReady, podsOf } from './pods.ts';
import { servedPorts } from './served-ports.ts';
import { podsBehind } from './service-backends.ts';

/** What speaks on the standard ports of databases, caches and queues. https://www.iana.org/assignments/service-names-port-numbers */
const STORE_PORTS: Readonly<Record<number, string>> = {
  1433: 'SQL Server',
  1521: 'Oracle',
  1883: 'MQTT',
  2379: 'etcd',
  2181: 'ZooKeeper',
  3306: 'MySQL',
  4222: 'NATS',
  5432: 'PostgreSQL',
  5672: 'RabbitMQ',
  6379: 'Redis',
  7687: 'Neo4j',
  8086: 'InfluxDB',
  8123: 'ClickHouse',
  9042: 'Cassandra',
  9092: 'Kafka',
  9200: 'Elasticsearch',
  11211: 'Memcached',
  26257: 'CockroachDB',
  27017: 'MongoDB',
};
const STORE_IMAGE =
  /(?:^|\/)[\w.-]*(?:mysql|mariadb|percona|postgres|postgis|pgbouncer|mongo|redis|valkey|rabbitmq|kafka|nats|cassandra|elasticsearch|opensearch|etcd|cockroach|clickhouse|memcached|mssql|timescale|influxdb|mosquitto|emqx|minio|neo4j|zookeeper|activemq|artemis|pulsar)[\w.-]*(?::|@|$)/i;
/** Containers that stand beside a store or its client and are neither: exporters, proxies, operators, tools with a store in their name. */
const BESIDE_IMAGE = /(?:^|\/)[\w.-]*(?:exporter|operator|proxy|admin|commander|insight|express|backup|migrat|connect|console|webhook)[\w.-]*(?::|@|$)/i;
/** Clues of a run that is well now count when they were said this lately. */
const LATELY_SECONDS = 900;
/** What a program says in its first seconds is often about others that are not up yet. */
const STARTING_SECONDS = 90;

/** What a store is called that speaks on this port. */
export function storeAt(port: number): string | undefined {
  return STORE_PORTS[port];
}

/** The kind of store that a pod is, by its ports and image; undefined for what is none. What a store logs about its clients is no complaint of its own. */
export function storeKind(spec: Pick<PodSpec, 'containers' | 'initContainers'>): string | undefined {
  // The first is what the pod is for; a pooler or a cache beside a program makes it no database.
  const main = spec.containers.find(({ image }) => !BESIDE_IMAGE.test(image ?? ''));
  if (!main) return undefined;
  const byPort = servedPorts(spec).find(({ port, by, container }) => by === 'declared' && container === main.name && STORE_PORTS[port] !== undefined);
  if (byPort) return STORE_PORTS[byPort.port];
  return STORE_IMAGE.test(main.image ?? '') ? 'database' : undefined;
}

/** A clue with what it is about, as far as the cluster tells. */
export interface DependencyClue extends SaidClue {
  readonly target: {
    readonly service: Service | undefined;
    readonly host: string | undefined;
    readonly port: number | undefined;
    readonly address: CalledAddress | undefined;
  };
}

export type DependencyTopics = 'pods' | 'services' | 'logs' | 'configmaps' | 'namespaces';

/** Clues, and the lists that they were held against. */
export interface ToldClues {
  readonly clues: readonly DependencyClue[];
  /** Of the workload's namespace. */
  readonly pods: Evidence<readonly Pod[]>;
  readonly services: Evidence<readonly Service[]>;
  /** The same pods, and those of other namespaces that the workload calls into. */
  readonly around: readonly Pod[];
}

/**
 * What a workload's logs complain about now, of these kinds, with the dependency it is about. Complaints of its start that are over are not among them; neither are
 * those of a store about its clients.
 */
export async function dependencyClues(
  workload: Workload,
  kinds: readonly ClueKind[],
  ask: AskFor<DependencyTopics>,
  { now }: Circumstances,
): Promise<ToldClues | undefined> {
  const all = await ask(list('pods', workload.ref.namespace));
  const own = podsOf(workload, all);
  if (own.outcome !== 'present' || own.data.length === 0 || storeKind(workload.template.spec)) return undefined;
  const said = (await saidClues(own.data, ask)).filter((one) => kinds.includes(one.clue.kind) && isCurrent(one, now));
  if (said.length === 0) return undefined;
  const services = await ask(list('services', workload.ref.namespace));
  const maps = await ask(list('configmaps', workload.ref.namespace));
  const called = calledAddresses(workload.template.spec, maps.outcome === 'present' ? maps.data : []);
  const hosts = [...said.flatMap(({ clue }) => clue.host?.toLowerCase() ?? []), ...called.map(({ host }) => host)];
  const others = await elsewhere(hosts, workload.ref.namespace ?? '', ask);
  const known = [...(services.outcome === 'present' ? services.data : []), ...others.services];
  const around = [...(all.outcome === 'present' ? all.data : []), ...others.pods];
  return { clues: said.map((one) => ({ ...one, target: targetOf(one, workload, known, around, called) })), pods: all, services, around };
}

/** Whether a complaint is about now: of a container that is not well, or said lately and after its start. */
function isCurrent({ error, fact, pod, container }: SaidClue, now: string): boolean {
  const status = [...pod.status.containerStatuses, ...pod.status.initContainerStatuses].find(({ name }) => name === container);
  if (!status?.ready || !isReady(pod)) return true;
  const started = status.state.running?.startedAt;
  if (error.lastAt !== undefined) {
    const after = secondsBetween(started, error.lastAt) ?? STARTING_SECONDS;
    return isRecent(error.lastAt, now, LATELY_SECONDS) && after >= STARTING_SECONDS;
  }
  const up = secondsBetween(started, now) ?? 0;
  return up >= STARTING_SECONDS && error.count >= 3 && error.last.line + error.last.lines > fact.data.lines.length * 0.8;
}

function targetOf(
  { clue }: SaidClue,
  workload: Workload,
  services: readonly Service[],
  pods: readonly Pod[],
  called: readonly CalledAddress[],
): DependencyClue['target'] {
  const namespace = workload.ref.namespace ?? '';
  const host = clue.host?.toLowerCase();
  const byAddress = host === undefined ? undefined : (services.find(({ spec }) => spec.clusterIP === host) ?? serviceOfPod(host, services, pods));
  const service = host === undefined ? undefined : (byAddress ?? serviceAt(host, namespace, services));
  const address =
    called.find((one) => one.host === host) ?? called.find((one) => service !== undefined && serviceAt(one.host, namespace, services) === service);
  if (service || host !== undefined) return { service, host, port: clue.port, address };
  // The text names nobody; the driver that wrote it tells the kind, and there may be one of that kind only.
  const stores = called.filter((one) => speaks(one, clue.source));
  const hosts = new Set(stores.map((one) => one.host));
  const [only] = hosts.size === 1 ? stores : [];
  return { service: only && serviceAt(only.host, namespace, services), host: only?.host, port: only?.port, address: only };
}

function serviceOfPod(address: string, services: readonly Service[], pods: readonly Pod[]): Service | undefined {
  const pod = pods.find(({ status, spec }) => status.podIP === address && spec.hostNetwork !== true);
  return pod && services.find((service) => podsBehind(service, [pod]).length > 0);
}

const FAMILIES: readonly (readonly [RegExp, RegExp])[] = [
  [/mysql|mariadb/i, /mysql|mariadb|percona/i],
  [/postgres|pgbouncer|^pg/i, /postgres|pgsql|\bpg|psql/i],
  [/redis/i, /redis|valkey/i],
  [/mongo/i, /mongo/i],
  [/rabbit|amqp/i, /rabbit|amqp/i],
  [/kafka/i, /kafka/i],
  [/sql server/i, /sqlserver|mssql/i],
  [/mqtt/i, /mqtt|mosquitto|emqx/i],
  [/influx/i, /influx/i],
];

/** Whether an address is one of the kind of store whose driver or server words it so. */
function speaks({ host, port, variable, where }: CalledAddress, source: string): boolean {
  const family = FAMILIES.find(([driver]) => driver.test(source));
  const words = `${host} ${variable?.name ?? ''} ${variable?.value.slice(0, 100) ?? ''} ${where} ${port === undefined ? '' : (STORE_PORTS[port] ?? '')}`;
  return family
    ? family[1].test(words)
    : (port !== undefined && STORE_PORTS[port] !== undefined) || /(?:^|_)(?:DB|DATABASE|DATASOURCE|SQL)(?:_|$)/i.test(variable?.name ?? '');
}

/** Wordings of languages, HTTP clients and proxies tell nothing of who is called; those of servers and their drivers do. */
const OF_NO_SERVER =
  /^(?:libc|libuv|shells|HTTP|gRPC|grpc|Go |java\.|Netty|Apache HttpClient|Spring (?:RestTemplate|Cloud)|Feign|Python|Node |undici|axios|\.NET HttpClient|Ruby|Rust|PHP$|curl|BusyBox|nginx|Envoy|HAProxy|Kong|CoreDNS)/;

/** How a person calls the dependency; where nothing names it, by what the client says it is: `its PostgreSQL`. */
export function dependencyText({ service, host, port }: DependencyClue['target'], source: string): string {
  if (service) return `Service ${service.metadata.name}${port === undefined ? '' : ` at port ${port}`}`;
  if (host) return `${host}${port === undefined ? '' : `:${port}`}`;
  return OF_NO_SERVER.test(source) ? 'something that it does not name' : `its ${source}`;
}

/** When the first of these complaints was said, no earlier than the pod that said it. */
export function complaintSince({ error, pod }: SaidClue): string | undefined {
  return error.firstAt !== undefined && instant(error.firstAt) !== undefined ? error.firstAt : pod.metadata.creationTimestamp;
}

/** The same at the beginning of a sentence. */
export function dependencyFirst(target: DependencyClue['target'], source: string): string {
  return dependencyText(target, source).replace(/^(?:its|something) /, (word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
}
