import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { Container, Probe } from '#domain/kubernetes/pod.ts';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';
export type ProbeProtocol = 'http' | 'https' | 'grpc' | 'tcp' | 'exec';

export interface ProbeTiming {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** The defaults of the API server for what a probe does not say, in seconds. https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/ */
const DEFAULTS: ProbeTiming = { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };

/** What a probe asks, and how patiently. */
export interface ProbeTarget {
  readonly protocol: ProbeProtocol;
  /** As written: a number, or the name of a container port. Undefined for a command that names no port. */
  readonly port: number | string | undefined;
  /** A number, resolved through the container's ports where it was a name; undefined when there is no such name. */
  readonly number: number | undefined;
  readonly path: string | undefined;
}

export function probeOf(container: Container, kind: ProbeKind): Probe | undefined {
  return kind === 'liveness' ? container.livenessProbe : kind === 'readiness' ? container.readinessProbe : container.startupProbe;
}

export function probeTarget(container: Container, probe: Probe): ProbeTarget {
  const at = (protocol: ProbeProtocol, port: number | string | undefined, path?: string): ProbeTarget => ({
    protocol,
    port,
    number: portNumber(container, port),
    path,
  });
  if (probe.httpGet) return at(probe.httpGet.scheme?.toUpperCase() === 'HTTPS' ? 'https' : 'http', probe.httpGet.port, probe.httpGet.path ?? '/');
  if (probe.grpc) return at('grpc', probe.grpc.port);
  if (probe.tcpSocket) return at('tcp', probe.tcpSocket.port);
  return at('exec', portInCommand(probe.exec?.command ?? []));
}

function portNumber(container: Container, port: number | string | undefined): number | undefined {
  if (port === undefined || typeof port === 'number') return port;
  // A name that is all digits is a number that somebody quoted.
  if (/^\d{1,5}$/.test(port)) return Number(port);
  return container.ports.find(({ name }) => name === port)?.containerPort;
}

/** How the usual tools are told a port. `-p` of mysqladmin is a password, so each has its own. */
const TOOL_PORTS = [
  /\b(?:pg_isready|psql|redis-cli|valkey-cli|keydb-cli)\b[^;&|]{0,200}?\s-p[= ]?(\d{1,5})\b/,
  /\b(?:mysqladmin|mysql|mariadb|mariadb-admin)\b[^;&|]{0,200}?\s-P[= ]?(\d{1,5})\b/,
  /\s--port[= ](\d{1,5})\b/,
  /\b(?:nc|ncat|netcat|telnet)\s(?:-\S{1,20}\s(?:\d{1,3}\s)?){0,5}(?:localhost|127\.0\.0\.1|::1)\s+(\d{1,5})\b/,
  /\/dev\/tcp\/(?:localhost|127\.0\.0\.1)\/(\d{1,5})\b/,
  /(?:addr[= ]\S{0,60}?:|(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):| :)(\d{1,5})\b/,
];
/** A command that is told another host asks somebody else; a directory is where a local socket lies. */
const OTHER_HOST = /\s(?:-h|--host)[= ]?(?!localhost\b|127\.|::1|0\.0\.0\.0|\/|["']?\$)[A-Za-z0-9]/;

/** The port on this very pod that a probe's command asks: `-addr=:8080`, `http://localhost:8080/`, `pg_isready -p 5432`, `nc -z 127.0.0.1 6379`. */
function portInCommand(command: readonly string[]): number | undefined {
  const text = command.join(' ').slice(0, 2000);
  if (OTHER_HOST.test(text)) return undefined;
  const said = TOOL_PORTS.map((expression) => expression.exec(text)?.[1]).find((port) => port !== undefined);
  return said === undefined ? undefined : Number(said);
}

/** A probe's timing as it counts: what is written, else the default. */
export function timing(probe: Probe): ProbeTiming {
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } = probe;
  return {
    initialDelaySeconds: initialDelaySeconds ?? DEFAULTS.initialDelaySeconds,
    periodSeconds: periodSeconds ?? DEFAULTS.periodSeconds,
    timeoutSeconds: timeoutSeconds ?? DEFAULTS.timeoutSeconds,
    failureThreshold: failureThreshold ?? DEFAULTS.failureThreshold,
  };
}

/** Seconds from the start of a container until this probe ends it at the earliest, when every answer is a failure. */
export function patienceSeconds(probe: Probe): number {
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } = timing(probe);
  return initialDelaySeconds + periodSeconds * (failureThreshold - 1) + timeoutSeconds;
}

/** `gRPC on port 8080`, `HTTP GET / on port http`, for people. */
export function probeText({ protocol, port, path }: ProbeTarget): string {
  const on = port === undefined ? '' : ` on port ${port}`;
  if (protocol === 'http' || protocol === 'https') return `${protocol.toUpperCase()} GET ${path}${on}`;
  return protocol === 'grpc' ? `gRPC${on}` : protocol === 'tcp' ? `TCP${on}` : `a command${on}`;
}

/** What a failed probe tells about the other side. */
export type ProbeFailure =
  /** Nobody answers at that port: refused, or no connection in time. */
  | { readonly kind: 'no-connection' }
  /** Somebody is there and does not answer in time. */
  | { readonly kind: 'too-slow' }
  /** Somebody is there and speaks another protocol. `speaks`: which, as far as the answer tells. */
  | { readonly kind: 'other-protocol'; readonly speaks: 'grpc' | 'http' | 'https' | 'unknown' }
  | { readonly kind: 'status'; readonly status: number }
  /** A gRPC server without the health service, or without the service that the probe names. */
  | { readonly kind: 'no-health-service' }
  /** The port is a name that the container does not define. */
  | { readonly kind: 'no-such-port-name' }
  /** Somebody took the connection and closed it without an answer. */
  | { readonly kind: 'hung-up' }
  /** The program itself says that it is not well. */
  | { readonly kind: 'said-no' }
  | { readonly kind: 'other' };

/** Reads the text of an Unhealthy event as the kubelet writes it (pkg/probe in kubernetes/kubernetes, and Go's net, net/http, crypto/tls and grpc texts). */
export function readFailure(message: string): ProbeFailure {
  const status = /statuscode: (\d{3})/.exec(message)?.[1];
  if (status) return { kind: 'status', status: Number(status) };
  if (/couldn'?t find port|no such port|invalid port/i.test(message)) return { kind: 'no-such-port-name' };
  if (/server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/i.test(message))
    return { kind: 'other-protocol', speaks: 'http' };
  if (/HTTP request to an HTTPS server/i.test(message)) return { kind: 'other-protocol', speaks: 'https' };
  if (/malformed HTTP/i.test(message)) return { kind: 'other-protocol', speaks: /\\x00\\x00|settings|http2/i.test(message) ? 'grpc' : 'unknown' };
  if (
    /http2: frame too large|looked like an HTTP\/1\.1 header|error reading server preface|unexpected HTTP status code|unexpected content-type/i.test(message)
  ) {
    return { kind: 'other-protocol', speaks: 'http' };
  }
  if (/does not implement the grpc health protocol|unknown service|code = (?:Unimplemented|NotFound)/i.test(message)) return { kind: 'no-health-service' };
  if (/NOT_SERVING|service unhealthy/i.test(message)) return { kind: 'said-no' };
  if (/health rpc did not complete|awaiting headers|command .{0,200}timed out|probe .{0,40}timed out/i.test(message)) return { kind: 'too-slow' };
  if (/\bEOF\b|connection reset by peer/i.test(message)) return { kind: 'hung-up' };
  if (
    /connection refused|failed to connect|can'?t connect|could not connect|\b(?:- )?no response\b|i\/o timeout|no route to host|waiting for connection|dial tcp/i.test(
      message,
    )
  )
    return { kind: 'no-connection' };
  return { kind: 'other' };
}

/** Which probe an event is about; undefined for events that are about none. */
export function failedProbe({ reason, message }: KubernetesEvent): ProbeKind | undefined {
  if (reason !== 'Unhealthy' && reason !== 'ProbeWarning') return undefined;
  const kind = /^(Liveness|Readiness|Startup) probe (?:failed|errored|warning)/i.exec(message)?.[1]?.toLowerCase();
  return kind as ProbeKind | undefined;
}

/** The container that an event of the kubelet is about: `spec.containers{app}`. */
export function containerOf(event: KubernetesEvent): string | undefined {
  return /\{([^{}]{1,253})\}$/.exec(event.involvedObject.fieldPath ?? '')?.[1];
}
