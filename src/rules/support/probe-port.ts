import type { Fact } from '#domain/evidence.ts';
import type { Citation, Confidence } from '#domain/finding.ts';
import { list, log } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { type AskFor, type Circumstances, cite, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { eventLine } from './events.ts';
import { fields } from './excerpt.ts';
import { earliest } from './instants.ts';
import { kubectl, objectArg } from './kubectl.ts';
import { podRef, podsOf } from './pods.ts';
import { type PortReason, portReasons } from './port-evidence.ts';
import { type ProbeTrouble, probeTroubles } from './probe-trouble.ts';
import { type ProbeKind, probeOf, probeText } from './probes.ts';
import { fix, look, patchContainer } from './workload-edits.ts';

export type ProbeTopics = 'pods' | 'events' | 'services' | 'replicasets' | 'logs';

/** Judges whether a failing probe of this kind asks a port that nobody serves. */
export async function judgeProbePort(
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
  const troubles = probeTroubles(kind, pods.data, events, now).filter(({ failures }) =>
    failures.some(({ failure }) => failure.kind === 'no-connection' || failure.kind === 'no-such-port-name'),
  );
  if (troubles.length === 0) return notApplicable;

  const services = await ask(list('services', workload.ref.namespace));
  const replicaSets = await ask(list('replicasets', workload.ref.namespace));
  const verdicts: Verdict[] = [];
  for (const trouble of troubles) {
    const logged = await ask(log(podRef(trouble.view.pod), trouble.view.spec.name));
    const reasons = portReasons(kind, trouble.view, { pods, services, replicaSets, log: logged, workload, events, now });
    verdicts.push(judge(workload, trouble, reasons, pods, events));
  }
  return verdicts;
}

function judge(workload: Workload, trouble: ProbeTrouble, reasons: readonly PortReason[], pods: Fact, events: Fact): Verdict {
  const { kind, target, view, failures } = trouble;
  const asked = target.number;
  if (asked === undefined && target.protocol === 'exec') return undecided(`The ${kind} probe runs a command that names no port.`);
  const backing = reasons.filter(({ port, by }) => port === asked && by !== 'earlier');
  if (backing.some(({ by }) => by !== 'service')) {
    return ruledOut(pods, `The ${kind} probe of ${view.spec.name} asks port ${asked}, which is the right one: ${backing[0]?.text ?? ''}`);
  }
  if (asked !== undefined && reasons.some(({ port, by }) => port === asked && by === 'earlier') && backing.length > 0) {
    return undecided(`The ${kind} probe asked port ${asked} in the revision before too.`);
  }
  const right = rightPort(reasons.filter(({ port }) => port !== asked));
  if (!right) return undecided(`Nothing tells on which port container ${view.spec.name} answers.`);

  const last = failures.at(-1);
  const citations: readonly Citation[] = [
    cite(pods, `The ${kind} probe of container ${view.spec.name} asks ${probeText(target)}.`, {
      about: podRef(view.pod),
      excerpt: fields({
        [`${kind}Probe`]: probeOf(view.spec, kind),
        ports: view.spec.ports,
        restartCount: view.status?.restartCount,
        ready: view.status?.ready,
      }),
    }),
    ...(last ? [cite(events, `Nobody answers there: ${trouble.count} failures.`, { about: podRef(view.pod), excerpt: eventLine(last.event) })] : []),
    ...right.reasons.slice(0, 3).map(({ fact, text, excerpt }) => cite(fact, text, { about: podRef(view.pod), ...(excerpt ? { excerpt } : {}) })),
  ];
  return found(confidence(target.number, right.reasons, reasons), citations, claimOf(workload, trouble, right.port));
}

/** The port with the most kinds of reasons; what a probe reached or a log said counts before what is merely written. */
function rightPort(reasons: readonly PortReason[]): { readonly port: number; readonly reasons: readonly PortReason[] } | undefined {
  const score = (port: number, own: readonly PortReason[]) =>
    new Set(own.map(({ by }) => by)).size + (own.some(({ port: at, by }) => at === port && (by === 'probe' || by === 'logged')) ? 3 : 0);
  const ports = [...Map.groupBy(reasons, ({ port }) => port)].map(([port, own]) => ({ port, reasons: own, score: score(port, own) }));
  return ports.toSorted((left, right) => right.score - left.score)[0];
}

/** Whether the program is seen to be up elsewhere decides: a port that nobody vouches for may still be the right one of a program that is not up. */
function confidence(asked: number | undefined, right: readonly PortReason[], all: readonly PortReason[]): Confidence {
  if (asked === undefined) return 'certain';
  const kinds = new Set(right.map(({ by }) => by)).size;
  const up = right.some(({ by }) => by === 'probe' || by === 'logged');
  if (all.some(({ port }) => port === asked)) return up ? 'likely' : 'possible';
  if (up) return kinds >= 2 ? 'certain' : 'likely';
  return kinds >= 2 ? 'likely' : 'possible';
}

function claimOf(workload: Workload, { kind, probe, target, view, failures }: ProbeTrouble, right: number) {
  const { ref } = workload;
  const name = view.spec.name;
  const effect = kind === 'readiness' ? 'so its pods never become ready and get no traffic' : 'so the kubelet restarts it again and again';
  return {
    title: `The ${kind} probe of container ${name} in ${ref.name} asks port ${target.port}, but the container answers on ${right}`,
    explanation: `The ${kind} probe of ${ref.name} is ${probeText(target)}. Nobody listens on ${target.port}: the program listens on ${right}. Every check fails, ${effect}. The program itself need not be at fault.`,
    remedies: [
      look(`See the probe and what it gets.`, kubectl(ref, 'describe', objectArg(podRef(view.pod)))),
      fix(`Point the ${kind} probe at port ${right}.`, patchContainer(ref, name, { [`${kind}Probe`]: withPort(probe, target.number, right) })),
    ],
    since: earliest(view.pod.metadata.creationTimestamp, failures[0]?.event.firstTimestamp),
    affects: [podRef(view.pod)],
  };
}

function withPort(probe: ProbeTrouble['probe'], asked: number | undefined, port: number): Readonly<Record<string, unknown>> {
  if (probe.httpGet) return { httpGet: { port } };
  if (probe.grpc) return { grpc: { port } };
  if (probe.tcpSocket) return { tcpSocket: { port } };
  const command = (probe.exec?.command ?? []).map((word) => word.replace(new RegExp(`(?<!\\d)${asked}(?!\\d)`, 'g'), String(port)));
  return { exec: { command } };
}
