import type { IntOrString } from '#domain/kubernetes/meta.ts';
import type { Container, PodSpec } from '#domain/kubernetes/pod.ts';
import type { LogLines } from '#domain/question.ts';

export type PortProtocol = 'TCP' | 'UDP' | 'SCTP';

/** A port that something says a program listens on. */
export interface ServedPort {
  readonly port: number;
  readonly container: string;
  readonly by: 'declared' | 'environment' | 'arguments';
  readonly protocol: PortProtocol;
  readonly name?: string | undefined;
  /** Where it is written, for people: `env PORT=8080`. */
  readonly where: string;
}

/** Variables that programs read as their own listening port or address. A `DB_PORT` is somebody else's. */
const OWN_PORT =
  /^(?:(?:APP|APPLICATION|SERVER|SERVICE|HTTP|HTTPS|GRPC|WEB|API|LISTEN|LISTENING|BIND|METRICS|ADMIN|MANAGEMENT|MANAGEMENT_SERVER|ACTUATOR|HEALTH|NODE|FLASK(?:_RUN)?|UVICORN|SPRING_SERVER|NUXT|CONTAINER)_?)?(?:PORT|PORTS|LISTEN|LISTEN_ADDR(?:ESS)?|BIND|BIND_ADDR(?:ESS)?)$|^ASPNETCORE_(?:URLS|HTTP_PORTS|HTTPS_PORTS)$/;
const OWN_FLAG = /^--?(?:[\w.-]*[-.])?(?:port|listen|listen-address|bind|bind-address|http-address|grpc-address|addr|address)$/i;

/** The ports that a pod says it serves: those its containers declare, and those that their environment and arguments set. Sidecars share the address. */
export function servedPorts(spec: Pick<PodSpec, 'containers' | 'initContainers'>): readonly ServedPort[] {
  const running = [...spec.containers, ...spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
  return running.flatMap((container) => [...declaredPorts(container), ...configuredPorts(container)]);
}

export function declaredPorts(container: Container): readonly ServedPort[] {
  return container.ports.map(({ containerPort, protocol, name }) => ({
    port: containerPort,
    container: container.name,
    by: 'declared',
    protocol: asProtocol(protocol),
    name,
    where: `containerPort ${containerPort}`,
  }));
}

/** Ports that the environment and the arguments of a container set for itself. */
export function configuredPorts(container: Container): readonly ServedPort[] {
  const made = (by: 'environment' | 'arguments', where: string, value: string): readonly ServedPort[] =>
    portsIn(value).map((port) => ({ port, container: container.name, by, protocol: 'TCP', where }));
  const environment = container.env.flatMap(({ name, value }) =>
    value !== undefined && OWN_PORT.test(name) ? made('environment', `env ${name}=${value.slice(0, 80)}`, value) : [],
  );
  const words = [...container.command, ...container.args].flatMap((word) => word.slice(0, 500).split(/\s+/));
  const flags = words.flatMap((word, index) => {
    const [flag = '', value] = word.split(/=(.*)/s);
    if (!OWN_FLAG.test(flag)) return [];
    const given = value ?? words[index + 1] ?? '';
    return made('arguments', `argument ${flag} ${given.slice(0, 80)}`, given);
  });
  return [...environment, ...flags];
}

/** `8080`, `:8080`, `0.0.0.0:8080`, `http://+:8080;https://+:8443`. */
function portsIn(value: string): readonly number[] {
  return value
    .slice(0, 200)
    .split(/[;,\s]+/)
    .map((part) => /^(?:.*:)?(\d{1,5})\/?$/.exec(part)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .filter(isPort);
}

const LISTENING =
  /\b(?:listen(?:ing|s)?|serving|serves?|started|starting|running|bound|binding|awaiting socket connections|accepting connections|ready (?:for|to accept) connections|mode=\w+, port)\b/i;
const NOT_LISTENING = /\b(?:connect(?:ed|ing)? to|dial(?:ing)?|fail(?:ed|ure)?|error|refused|cannot|unable|in use|timed? ?out|lookup|unreachable)\b/i;
const PORT_SAID =
  /(?:\bports?(?:\(s\))?["']?\s*[:=]?\s*|(?:listen(?:ing|s)?)\s+(?:on|at)\s*:?\s*|\]:|\*:|\blocalhost:|\b\d{1,3}(?:\.\d{1,3}){3}:|\/\/[\w.+-]{1,253}:|[\s"'=(]:)(\d{2,5})\b(?![.\d:]*\d)/gi;
/** Lines of start-up are near the beginning; a log is not searched for ever. */
const LINES_READ = 3000;

/** Ports that a program itself said it listens on, in the order it said so. */
export function loggedPorts(log: LogLines): readonly { readonly port: number; readonly line: string }[] {
  const said = new Map<number, string>();
  for (const { text } of log.lines.slice(0, LINES_READ)) {
    const line = text.slice(0, 600);
    const from = LISTENING.exec(line)?.index;
    if (from === undefined || NOT_LISTENING.test(line)) continue;
    for (const match of line.slice(from).matchAll(PORT_SAID)) {
      const port = Number(match[1]);
      if (isPort(port) && !said.has(port)) said.set(port, line);
    }
  }
  return [...said].map(([port, line]) => ({ port, line }));
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}

export function asProtocol(protocol: string | undefined): PortProtocol {
  return protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP';
}

/** The port of a pod that a Service's targetPort means; undefined for a name that none of its containers defines. */
export function resolveTargetPort(target: IntOrString, protocol: PortProtocol, spec: Pick<PodSpec, 'containers' | 'initContainers'>): number | undefined {
  if (typeof target === 'number') return target;
  if (/^\d{1,5}$/.test(target)) return Number(target);
  return servedPorts(spec).find(({ by, name, protocol: spoken }) => by === 'declared' && name === target && spoken === protocol)?.port;
}
