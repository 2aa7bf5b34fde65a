import type { Evidence, Fact } from '#domain/evidence.ts';
import type { Citation, Confidence } from '#domain/finding.ts';
import type { Probe } from '#domain/kubernetes/pod.ts';
import { type LogLines, list, log } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { type AskFor, type Circumstances, cite, found, notApplicable, undecided, type Verdict } from '../rule.ts';
import { earlierContainer } from './earlier-template.ts';
import { eventLine, eventsOf } from './events.ts';
import { fields } from './excerpt.ts';
import { earliest, secondsBetween } from './instants.ts';
import { kubectl, objectArg } from './kubectl.ts';
import { type ContainerView, podRef, podsOf } from './pods.ts';
import { type PortSources, probeSucceeds } from './port-evidence.ts';
import type { ProbeTopics } from './probe-port.ts';
import { type ProbeTrouble, probeTroubles } from './probe-trouble.ts';
import { failedProbe, type ProbeFailure, type ProbeKind, probeOf, probeTarget, probeText, timing } from './probes.ts';
import { fix, look, patchContainer } from './workload-edits.ts';

/** What says that the program speaks something else than the probe. */
interface Hint {
  readonly fact: Fact;
  readonly text: string;
  readonly excerpt?: string;
  /** What the probe should be, where the hint tells. */
  readonly handler?: Handler;
  /** It was seen to work, now. */
  readonly seen?: true;
}
type Handler = Pick<Probe, 'httpGet' | 'grpc' | 'tcpSocket'>;

const NAMES = { grpc: 'gRPC', http: 'plain HTTP', https: 'HTTPS', unknown: 'another protocol' } as const;

/** Judges whether a failing probe of this kind speaks a protocol that the program at its port does not. */
export async function judgeProbeProtocol(
  kind: ProbeKind,
  workload: Workload,
  ask: AskFor<ProbeTopics>,
  { now }: Circumstances,
): Promise<Verdict | readonly Verdict[]> {
  const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
  if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
  if (!pods.data.some(({ spec }) => spec.containers.some((container) => probeOf(container, kind)))) return notApplicable;
  const events = await ask(list('events', workload.ref.namespace));
  if (events.outcome !== 'present') return events.outcome === 'unavailable' ? undecided(events) : notApplicable;
  const troubles = probeTroubles(kind, pods.data, events, now).filter(({ target }) => target.protocol !== 'tcp' && target.protocol !== 'exec');
  if (troubles.length === 0) return notApplicable;

  const services = await ask(list('services', workload.ref.namespace));
  const replicaSets = await ask(list('replicasets', workload.ref.namespace));
  const verdicts: Verdict[] = [];
  for (const trouble of troubles) {
    const container = trouble.view.spec.name;
    const [logged, previous] = [await ask(log(podRef(trouble.view.pod), container)), await ask(log(podRef(trouble.view.pod), container, 'previous'))];
    const verdict = judge(trouble, { pods, services, replicaSets, log: logged, workload, events, now }, [logged, previous], events);
    if (verdict) verdicts.push(verdict);
  }
  return verdicts;
}

function judge(trouble: ProbeTrouble, sources: PortSources, logs: readonly Evidence<LogLines>[], events: Fact): Verdict | undefined {
  const { kind, target, view, failures } = trouble;
  const last = failures.at(-1);
  const hints = [...(target.protocol === 'http' ? logs.flatMap((one) => tlsHint(one, trouble)).slice(0, 1) : []), ...hintsOf(trouble, sources)];
  // Servers of TLS answer plain HTTP with 400; so they do for other reasons, and it takes something else to say so.
  const tls = hints.some(({ handler }) => handler?.httpGet?.scheme === 'HTTPS')
    ? failures.findLast(({ failure }) => target.protocol === 'http' && failure.kind === 'status' && failure.status === 400)
    : undefined;
  const told = failures.findLast(({ failure }) => failure.kind === 'other-protocol' || failure.kind === 'no-health-service') ?? tls;
  // A refused or dropped connection alone may be a program that is not up; only one that is seen to answer at that port in another language is told by it.
  const met = failures.findLast(({ failure }) => failure.kind === 'no-connection' || failure.kind === 'hung-up' || failure.kind === 'too-slow');
  if (!told && !(met && hints.some(({ handler }) => handler) && (target.protocol === 'grpc' || met.failure.kind === 'hung-up'))) return undefined;

  const speaks = tls ? 'https' : told ? spokenAfter(told.failure) : 'unknown';
  const name = view.spec.name;
  const { ref } = sources.workload;
  const better = hints.find(({ handler }) => handler)?.handler ?? handlerFor(speaks, trouble);
  const instead = better ? probeText(probeTarget(view.spec, better)) : 'the protocol that it speaks';
  const quoted = told ?? met ?? last;
  const citations: readonly Citation[] = [
    cite(sources.pods, `The ${kind} probe of container ${name} is ${probeText(target)}.`, {
      about: podRef(view.pod),
      excerpt: fields({
        [`${kind}Probe`]: probeOf(view.spec, kind),
        ports: view.spec.ports,
        ready: view.status?.ready,
        restartCount: view.status?.restartCount,
      }),
    }),
    ...(quoted
      ? [cite(events, `The program answers, but not in ${nameOf(target.protocol)}.`, { about: podRef(view.pod), excerpt: eventLine(quoted.event) })]
      : []),
    ...hints.slice(0, 3).map(({ fact, text, excerpt }) => cite(fact, text, { about: podRef(view.pod), ...(excerpt ? { excerpt } : {}) })),
  ];
  return found(confidenceOf(told !== undefined, hints), citations, {
    title: `The ${kind} probe of container ${name} in ${ref.name} speaks ${nameOf(target.protocol)} to port ${target.port}, which ${speaks === 'unknown' ? 'speaks another protocol' : `speaks ${NAMES[speaks]}`}`,
    explanation: `The ${kind} probe is ${probeText(target)}. The program is up and answers at that port in another protocol, so the probe takes every answer for a failure${kind === 'readiness' ? ' and its pods never get traffic' : ' and the kubelet restarts a healthy container again and again'}. It should be ${instead}.`,
    remedies: [
      look('See the probe and the answer it gets.', kubectl(ref, 'describe', objectArg(podRef(view.pod)))),
      better
        ? fix(`Make the ${kind} probe ${instead}.`, patchContainer(ref, name, { [`${kind}Probe`]: replacing(trouble.probe, better) }))
        : fix(`Give container ${name} a ${kind} probe in the protocol that it speaks.`, kubectl(ref, 'edit', objectArg(ref))),
    ],
    since: earliest(view.pod.metadata.creationTimestamp, failures[0]?.event.firstTimestamp),
    affects: [podRef(view.pod)],
  });
}

function confidenceOf(told: boolean, hints: readonly Hint[]): Confidence {
  if (told) return hints.length > 0 ? 'certain' : 'likely';
  return hints.some(({ seen }) => seen) ? 'likely' : 'possible';
}

function spokenAfter(failure: ProbeFailure): 'grpc' | 'http' | 'https' | 'unknown' {
  if (failure.kind === 'other-protocol') return failure.speaks;
  return 'unknown';
}

/** How servers of Go, nginx, Tomcat, Jetty and Netty log a client that speaks plain HTTP to their port of TLS. */
const PLAIN_TO_TLS =
  /client sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|combination of host and port requires TLS|not an SSL\/TLS record|Unsupported or unrecognized SSL message/i;

function tlsHint(logged: Evidence<LogLines>, { target }: ProbeTrouble): readonly Hint[] {
  const port = target.port ?? target.number;
  if (logged.outcome !== 'present' || port === undefined) return [];
  const line = logged.data.lines.slice(-2000).find(({ text }) => PLAIN_TO_TLS.test(text.slice(0, 1000)));
  const handler: Handler = { httpGet: { path: target.path ?? '/', port, scheme: 'HTTPS' } };
  return line ? [{ fact: logged, text: 'Its log says that a client spoke plain HTTP to its port of TLS.', excerpt: line.text.slice(0, 500), handler }] : [];
}

/** What else tells the protocol of that port: another probe of the container that succeeds there, the probe in the revision before, the port's name, the log. */
function hintsOf({ kind, view, target }: ProbeTrouble, sources: PortSources): readonly Hint[] {
  const hints: Hint[] = [];
  for (const other of ['readiness', 'liveness', 'startup'] as const) {
    const probe = probeOf(view.spec, other);
    const its = probe && probeTarget(view.spec, probe);
    if (other === kind || !probe || !its || its.number !== target.number || its.protocol === target.protocol || its.protocol === 'exec') continue;
    if (probeSucceeds(other, view, sources) || neverFailed(other, kind, view, sources))
      hints.push({
        fact: sources.pods,
        text: `The ${other} probe of the same container is ${probeText(its)} and does not fail.`,
        handler: handlerOf(probe),
        seen: true,
      });
  }
  const { replicaSets, services, log: logged } = sources;
  const before = replicaSets.outcome === 'present' ? earlierContainer(sources.workload, replicaSets.data, view.spec.name) : undefined;
  const earlier = before && probeOf(before, kind);
  if (replicaSets.outcome === 'present' && before && earlier) {
    const its = probeTarget(before, earlier);
    if (its.protocol !== target.protocol && its.protocol !== 'exec')
      hints.push({ fact: replicaSets, text: `In the revision before, the ${kind} probe was ${probeText(its)}.`, handler: handlerOf(earlier) });
  }
  const named = view.spec.ports.find(
    ({ containerPort, name }) => containerPort === target.number && /grpc|h2c|redis|mysql|postgres|mongo|amqp|kafka|tcp/i.test(name ?? ''),
  );
  if (named && target.protocol !== 'grpc')
    hints.push({ fact: sources.pods, text: `The container calls port ${named.containerPort} ${named.name}.`, excerpt: fields({ ports: [named] }) });
  const inFront =
    services.outcome === 'present'
      ? services.data.flatMap(({ metadata, spec }) =>
          spec.ports.filter(({ targetPort, port }) => (targetPort ?? port) === target.number).map((port) => ({ metadata, port })),
        )
      : [];
  const saysGrpc = inFront.find(({ port }) => /^(?:grpc|h2c|kubernetes\.io\/h2c)/i.test(port.appProtocol ?? port.name ?? ''));
  if (services.outcome === 'present' && saysGrpc && target.protocol !== 'grpc')
    hints.push({ fact: services, text: `Service ${saysGrpc.metadata.name} calls that port ${saysGrpc.port.appProtocol ?? saysGrpc.port.name}.` });
  if (logged.outcome === 'present' && target.protocol !== 'grpc') {
    const line = logged.data.lines
      .slice(0, 2000)
      .find(({ text }) => /\bgrpc\b.{0,60}\b(?:start|listen|serv)|\b(?:start|listen|serv)\w*\b.{0,60}\bgrpc\b/i.test(text.slice(0, 500)));
    if (line) hints.push({ fact: logged, text: 'Its log speaks of a gRPC server.', excerpt: line.text.slice(0, 500) });
  }
  return hints;
}

/**
 * Whether a probe of a container that is killed again and again was not reported to fail once, though each run was long enough for it: the kubelet reports
 * every failure of readiness, so it passed.
 */
function neverFailed(other: ProbeKind, kind: ProbeKind, { pod, spec, status }: ContainerView, { events }: Pick<PortSources, 'events'>): boolean {
  const probe = probeOf(spec, other);
  const ended = status?.lastState.terminated ?? status?.state.terminated;
  const ran = secondsBetween(ended?.startedAt, ended?.finishedAt);
  if (other !== 'readiness' || kind === 'readiness' || !probe || ran === undefined || ran <= timing(probe).initialDelaySeconds + timing(probe).periodSeconds)
    return false;
  const about = eventsOf(podRef(pod), events);
  return about.outcome === 'present' && about.data.some((event) => failedProbe(event) === kind) && !about.data.some((event) => failedProbe(event) === other);
}

function handlerOf({ httpGet, grpc, tcpSocket }: Probe): Handler {
  return { ...(httpGet ? { httpGet } : {}), ...(grpc ? { grpc } : {}), ...(tcpSocket ? { tcpSocket } : {}) };
}

function handlerFor(speaks: 'grpc' | 'http' | 'https' | 'unknown', { target }: ProbeTrouble): Handler | undefined {
  const port = target.port ?? target.number;
  if (port === undefined) return undefined;
  if (speaks === 'grpc') return target.number === undefined ? undefined : { grpc: { port: target.number } };
  if (speaks === 'unknown') return { tcpSocket: { port } };
  return { httpGet: { path: target.path ?? '/', port, scheme: speaks === 'https' ? 'HTTPS' : 'HTTP' } };
}

/** The handler that is there must go: a probe has exactly one. */
function replacing(probe: Probe, handler: Handler): Readonly<Record<string, unknown>> {
  const gone = (['httpGet', 'grpc', 'tcpSocket', 'exec'] as const).filter((key) => probe[key] !== undefined && !(key in handler));
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...handler };
}

function nameOf(protocol: string): string {
  return protocol === 'grpc' ? 'gRPC' : protocol.toUpperCase();
}
