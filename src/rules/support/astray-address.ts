import type { Evidence, Present } from '#domain/evidence.ts';
import type { Citation, Confidence } from '#domain/finding.ts';
import type { ConfigMap } from '#domain/kubernetes/cluster.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ReplicaSet } from '#domain/kubernetes/workload.ts';
import { list } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { type AskFor, cite, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { addressesIn, type CalledAddress, calledAddresses, clusterHost, serviceAt } from './addresses.ts';
import { isAboutHost, type SaidClue, saidClues } from './called-logs.ts';
import { forwardsPorts, missingPorts, withoutCredentials } from './caller-ports.ts';
import { storeAt, storeKind } from './dependency.ts';
import { earlierContainer, revisionsOf } from './earlier-template.ts';
import { kubectl, objectArg } from './kubectl.ts';
import { errorText } from './log-errors.ts';
import { podRef, podsOf } from './pods.ts';
import { gist } from './routes.ts';
import { type Maker, makersOf, podsBehind } from './service-backends.ts';
import { nearest } from './similar.ts';
import { editWorkload, fix, hasTemplate, look } from './workload-edits.ts';

/** Complaints that a wrong address makes. */
const COMPLAINTS = ['dns', 'connection-refused', 'timeout', 'unreachable', 'unavailable', 'reset'];

interface Target {
  readonly host: string;
  readonly port: number | undefined;
}

/** An address that leads nowhere, and the one that was meant, as far as that can be told. */
export interface Astray {
  readonly address: CalledAddress;
  /** `other`: the Service is there, but the variable is named after another one. */
  readonly wrong: 'host' | 'port' | 'other';
  readonly meant: Target | undefined;
  readonly rightCallers: boolean;
  /** The Service that is there leads to a database, a cache or a broker. */
  readonly store: boolean;
  /** The host may also be one outside the cluster: it takes a complaint that it does not resolve. */
  readonly doubtful?: boolean;
}

/** What there is in the workload's namespace. */
interface Around {
  readonly services: Present<readonly Service[]>;
  readonly makers: readonly Maker[];
  readonly pods: readonly Pod[];
  readonly configMaps: readonly ConfigMap[];
  /** Of the cluster; undefined: could not be listed. */
  readonly namespaces: readonly string[] | undefined;
}

export type AstrayTopics = 'namespaces' | 'pods' | 'services' | 'configmaps' | 'replicasets' | 'deployments' | 'statefulsets' | 'daemonsets' | 'logs';

/**
 * Judges the addresses that a workload is told to call by its environment, its arguments and readable ConfigMaps: whether there is such a Service, and whether it has
 * that port. `mine` says which of the addresses that lead nowhere the asking rule speaks for.
 */
export async function judgeAddresses(workload: Workload, ask: AskFor<AstrayTopics>, mine: (astray: Astray) => boolean): Promise<Verdict | readonly Verdict[]> {
  const namespace = workload.ref.namespace;
  if (namespace === undefined || workload.desired === 0) return notApplicable;
  const maps = await ask(list('configmaps', namespace));
  const configMaps = maps.outcome === 'present' ? maps.data : [];
  const called = calledAddresses(workload.template.spec, configMaps);
  if (called.length === 0) return notApplicable;
  const services = await ask(list('services', namespace));
  if (services.outcome !== 'present') return services.outcome === 'unavailable' ? undecided(services) : notApplicable;
  // A list without a single Service is one that was not taken, or a namespace that nobody calls into: it proves nothing.
  if (services.data.length === 0) return notApplicable;
  const pods = await ask(list('pods', namespace));
  const spaces = await ask(list('namespaces'));
  const around: Around = {
    services,
    makers: await makersOf(namespace, ask),
    pods: pods.outcome === 'present' ? pods.data : [],
    configMaps,
    namespaces: spaces.outcome === 'present' && spaces.data.length > 1 ? spaces.data.map(({ metadata }) => metadata.name) : undefined,
  };
  const astray = dedupe(called.flatMap((address) => astrayOf(address, workload, around)));
  if (astray.length === 0) return ruledOut(services, `Every Service that ${workload.ref.name} is told to call exists and has that port.`);
  const wanted = astray.filter(mine);
  if (wanted.length === 0) return notApplicable;

  const own = podsOf(workload, pods);
  const said = own.outcome === 'present' ? await saidClues(own.data, ask) : [];
  const replicaSets = await ask(list('replicasets', namespace));
  return wanted.map((one) => judgeAddress(workload, one, around, said, replicaSets));
}

/** Whether it is the port of a database, a cache or a broker that is wrong, by what the Service leads to or by how the address is written; else it is a plain address. */
export function isStorePort({ address, wrong, store }: Astray): boolean {
  return wrong === 'port' && (store || DATABASE_URL.test(address.variable?.value ?? ''));
}

const DATABASE_URL =
  /^(?:jdbc:|r2dbc:)?(?:mysql|mariadb|postgres(?:ql)?|mongodb|redis|rediss|amqps?|sqlserver|oracle|clickhouse|cassandra)(?:\+\w+)?:\/\/|^jdbc:|@tcp\(/i;

function astrayOf(address: CalledAddress, workload: Workload, { services, makers, pods, configMaps, namespaces }: Around): readonly Astray[] {
  const { spec } = workload.template;
  const namespace = workload.ref.namespace ?? '';
  const service = serviceAt(address.host, namespace, services.data);
  if (service) {
    if (address.port === undefined || !forwardsPorts(service) || service.spec.ports.some(({ port }) => port === address.port)) {
      const other = namedAfter(address, workload, service, services.data);
      return other
        ? [{ address, wrong: 'other', meant: { host: other.metadata.name, port: other.spec.ports[0]?.port }, rightCallers: false, store: false }]
        : [];
    }
    const missing = missingPorts(service, makers, pods, configMaps, services.data).find(({ port }) => port === address.port);
    if (missing?.blame === 'service') return [];
    const [first] = service.spec.ports;
    const rightCallers = (missing?.rightCallers.length ?? 0) > 0;
    return [{ address, wrong: 'port', meant: first && { host: address.host, port: first.port }, rightCallers, store: isStore(service, pods) }];
  }
  const known = clusterHost(address.host, namespace, [namespace]);
  if (known?.sure && known.namespace !== namespace && namespaces !== undefined && !namespaces.includes(known.namespace))
    return [astrayNamespace(address, known.name, namespace, services.data)];
  const [first, space, ...more] = address.host.replace(/\.$/, '').split('.');
  // `cart.staging`, where there is a Service cart and no namespace staging: a name of another cluster or environment, unless it is a host outside.
  if (!known && first && space && more.length === 0 && namespaces?.includes(space) === false && services.data.some(({ metadata }) => metadata.name === first))
    return [{ address, wrong: 'host', meant: { host: `${first}.${namespace}`, port: address.port }, rightCallers: false, store: false, doubtful: true }];
  // A workload of that name without a Service: it is the Service that is missing.
  if (known?.namespace === namespace && makers.some(({ ref }) => ref.name === known.name)) return [];
  // Other namespaces are not read here; what the pod resolves by itself or with the node's help cannot be judged by the Services.
  if (!known || known.namespace !== namespace || spec.hostAliases.some(({ hostnames }) => hostnames.includes(address.host))) return [];
  if (!known.sure && (spec.dnsPolicy === 'Default' || spec.dnsPolicy === 'None' || (spec.dnsConfig?.searches.length ?? 0) > 0)) return [];
  const withPort = services.data.filter(
    ({ spec: one }) => address.port === undefined || one.ports.length === 0 || one.ports.some(({ port }) => port === address.port),
  );
  const alike = nearest(known.name, withPort.map(nameOf)) ?? nearest(known.name, services.data.map(nameOf));
  return [
    {
      address,
      wrong: 'host',
      meant: alike === undefined ? undefined : { host: address.host.replace(known.name, alike), port: address.port },
      rightCallers: false,
      store: false,
    },
  ];
}

/** A full name in a namespace that is not there; the Service of that name here is probably meant. */
function astrayNamespace(address: CalledAddress, name: string, namespace: string, services: readonly Service[]): Astray {
  const here = services.some(({ metadata }) => metadata.name === name) ? { host: `${name}.${namespace}.svc.cluster.local`, port: address.port } : undefined;
  return { address, wrong: 'host', meant: here, rightCallers: false, store: false };
}

function isStore(service: Service, pods: readonly Pod[]): boolean {
  const behind = podsBehind(service, pods);
  return behind.length > 0 ? behind.some(({ spec }) => storeKind(spec) !== undefined) : service.spec.ports.some(({ port }) => storeAt(port) !== undefined);
}

/** The other Service that a variable is named after, when nearly all of the workload's variables are named after the Service that they lead to. */
function namedAfter({ variable }: CalledAddress, { template, ref }: Workload, service: Service, services: readonly Service[]): Service | undefined {
  const wanted = gist(variable?.name ?? '');
  if (wanted === '' || wanted === gist(service.metadata.name)) return undefined;
  const other = services.find(({ metadata }) => gist(metadata.name) === wanted);
  if (!other) return undefined;
  const alike = calledAddresses(template.spec).filter(
    (one) => one.variable && one.variable.name !== variable?.name && serviceAt(one.host, ref.namespace ?? '', services),
  );
  const kept = alike.filter((one) => gist(one.variable?.name ?? '') === gist(serviceAt(one.host, ref.namespace ?? '', services)?.metadata.name ?? ''));
  return kept.length >= 3 && kept.length >= 0.6 * alike.length ? other : undefined;
}

function nameOf({ metadata }: Service): string {
  return metadata.name;
}

function dedupe(astray: readonly Astray[]): readonly Astray[] {
  return [...new Map(astray.map((one) => [`${one.address.host}:${one.address.port} ${one.address.where}`, one])).values()].slice(0, 20);
}

function judgeAddress(workload: Workload, astray: Astray, around: Around, said: readonly SaidClue[], replicaSets: Evidence<readonly ReplicaSet[]>): Verdict {
  const { address, wrong, meant } = astray;
  const { ref } = workload;
  const complaint = said.find(
    ({ clue }) =>
      COMPLAINTS.includes(clue.kind) &&
      isAboutHost(clue, address.host) &&
      (clue.port === undefined || address.port === undefined || clue.port === address.port),
  );
  const before = replicaSets.outcome === 'present' ? earlierAddress(workload, replicaSets.data, address, around) : undefined;
  const confidence = confidenceOf(astray, complaint !== undefined, before !== undefined);
  if (!confidence) return undecided(`${address.where} names ${address.host}, which is no Service here; nothing tells whether it is used.`);

  const better = before ?? meant;
  const value = address.variable && withoutCredentials(address.variable.value);
  const why =
    wrong === 'host'
      ? `there is no Service ${address.host}`
      : wrong === 'port'
        ? `Service ${address.host} has no port ${address.port}`
        : `there is a Service ${meant?.host} of the name that the variable has`;
  const ports = around.services.data.map(({ metadata, spec }) => `${metadata.name}: ${spec.ports.map(({ port }) => port).join(', ')}`);
  const citations: readonly Citation[] = [
    cite(workload.seenIn, `${ref.kind} ${ref.name} is told to call ${text(address)}.`, {
      about: ref,
      excerpt: [
        `${address.where.replace(/ with \S+$/, '')}${value === undefined ? '' : `=${value}`}`,
        ...(address.portVariable ? [`env ${address.portVariable.name}=${address.portVariable.value}`] : []),
      ].join('\n'),
    }),
    cite(around.services, `${why.charAt(0).toUpperCase()}${why.slice(1)}.`, { excerpt: ports.slice(0, 30).join('\n') }),
    ...(complaint ? [cite(complaint.fact, 'Its log complains of that address.', { about: podRef(complaint.pod), excerpt: errorText(complaint.error) })] : []),
    ...(before && replicaSets.outcome === 'present' ? [cite(replicaSets, `In the revision before it was ${text(before)}.`, { about: ref })] : []),
  ];
  const configMap = address.configMap && { kind: 'ConfigMap', namespace: ref.namespace, name: address.configMap.name };
  return found(confidence, citations, {
    title: `${ref.name} is told to call ${text(address)} (${address.where}), but ${why}${better ? `; ${text(better)} is probably meant` : ''}`,
    explanation: `${wrong === 'host' ? 'The name does not resolve in the cluster' : wrong === 'port' ? 'Nobody answers at that port of the Service' : 'Another Service answers, which does not know these requests'}, so every call that ${ref.name} makes there fails, and what it serves with it. The Services and their pods need not be at fault.`,
    subject: configMap ?? ref,
    remedies: [
      look('See what it is set to.', configMap ? kubectl(ref, 'get', objectArg(configMap), '-o', 'yaml') : setEnvList(ref)),
      fix(better ? `Set it to ${text(better)}.` : 'Correct the address.', correction(workload, address, better)),
    ],
    since: (replicaSets.outcome === 'present' ? revisionsOf(workload, replicaSets.data)[0]?.createdAt : undefined) ?? workload.createdAt,
    affects: [ref],
  });
}

function text({ host, port }: Target): string {
  return port === undefined ? host : `${host}:${port}`;
}

/** The same variable in the revision before, when it named a Service and port that exist. */
function earlierAddress(workload: Workload, replicaSets: readonly ReplicaSet[], address: CalledAddress, { services, configMaps }: Around): Target | undefined {
  const before = earlierContainer(workload, replicaSets, address.container);
  if (!before || !address.variable) return undefined;
  const same = calledAddresses({ containers: [before], initContainers: [] }, configMaps).find(({ variable }) => variable?.name === address.variable?.name);
  const service = same && serviceAt(same.host, workload.ref.namespace ?? '', services.data);
  const exists = service && (same.port === undefined || !forwardsPorts(service) || service.spec.ports.some(({ port }) => port === same.port));
  return exists && (same.host !== address.host || same.port !== address.port) ? { host: same.host, port: same.port } : undefined;
}

/** A name that is no Service may be something outside, or a part that is switched off: it takes a complaint, a change or a near name to say more. */
function confidenceOf({ wrong, meant, rightCallers, doubtful }: Astray, complained: boolean, changed: boolean): Confidence | undefined {
  if (doubtful && !complained) return undefined;
  if (wrong === 'other') return changed ? 'certain' : 'likely';
  if (wrong === 'port') return complained || changed || rightCallers ? 'certain' : 'likely';
  if (complained) return meant || changed ? 'certain' : 'likely';
  return changed || meant ? 'likely' : undefined;
}

function setEnvList(ref: Workload['ref']): string {
  return hasTemplate(ref) ? kubectl(ref, 'set', 'env', objectArg(ref), '--list') : kubectl(ref, 'get', objectArg(ref), '-o', 'yaml');
}

function correction({ ref }: Workload, { configMap, variable, portVariable, container, host, port }: CalledAddress, better: Target | undefined): string {
  // Host and port in variables of their own: only what is wrong is set.
  if (portVariable && better?.port !== undefined && better.host === host) {
    if (portVariable.configMap) return kubectl(ref, 'edit', `configmap/${portVariable.configMap.name}`);
    return hasTemplate(ref) ? kubectl(ref, 'set', 'env', objectArg(ref), '-c', container, `${portVariable.name}=${better.port}`) : editWorkload(ref);
  }
  if (configMap) return kubectl(ref, 'edit', `configmap/${configMap.name}`);
  const simple = variable && addressesIn(variable.value).length <= 1 && withoutCredentials(variable.value) === variable.value;
  if (!better || !simple || !hasTemplate(ref)) return editWorkload(ref);
  const at = port === undefined ? variable.value : variable.value.replace(`:${port}`, `:${better.port ?? port}`);
  return kubectl(ref, 'set', 'env', objectArg(ref), '-c', container, `${variable.name}=${at.replace(host, better.host)}`);
}
