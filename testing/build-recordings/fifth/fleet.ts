import { digest } from '../../../scripts/scenarios/world.ts';
import { addWorkload, createDraft, DAY, logTo, repeat, type WorkloadOptions } from '../draft.ts';
import { addClaim, addService, claimTemplate, resources } from '../parts.ts';
import type { Container, Draft, EnvVar, Line, Place, PodDraft, PodSpec, ServiceDraft, Workload } from '../shape.ts';

/** The habits of one team. */
export interface House {
  readonly namespace: string;
  readonly labels: (name: string) => Record<string, string>;
  readonly selects: readonly string[];
}

export interface Part extends WorkloadOptions {
  readonly image: string;
  readonly port?: number;
  /** The port is written as a number in the Service, and has no name in the pod. */
  readonly bare?: boolean;
  readonly env?: EnvVar[];
  readonly container?: Partial<Container>;
  readonly spec?: Partial<PodSpec>;
  readonly service?: Partial<ServiceDraft>;
  readonly storage?: string;
  /** Where its storage is mounted. */
  readonly dataPath?: string;
}

export function newDraft(house: House, id: string): Draft {
  return createDraft(`f-${id}`, house.namespace);
}

/** Adds a workload, its Service and, where it keeps data, its claims. */
export function addPart(draft: Draft, house: House, name: string, part: Part): Workload {
  const { image, port, bare, env = [], container, spec, service, storage, dataPath = '/var/lib/data', ...options } = part;
  const labels = house.labels(name);
  const main: Container = {
    name: container?.name ?? labels['app.kubernetes.io/component'] ?? name,
    image,
    ...(port === undefined ? {} : { ports: [{ ...(bare ? {} : { name: 'main' }), containerPort: port, protocol: 'TCP' }] }),
    ...(env.length > 0 ? { env } : {}),
    resources: resources('100m', '160Mi', '640Mi'),
    ...(storage === undefined ? {} : { volumeMounts: [{ name: 'data', mountPath: dataPath }] }),
    ...container,
  };
  const claims = storage === undefined ? [] : [claimTemplate('data', storage)];
  const workload = addWorkload(draft, name, { labels, spec: { containers: [main], ...spec } }, { ...options, claims });
  workload.selects = house.selects;
  if (port !== undefined) {
    const selector = Object.fromEntries(house.selects.map((one) => [one, labels[one] ?? '']));
    const target = bare ? port : 'main';
    const ports = [{ ...(bare ? {} : { name: 'main' }), port, targetPort: target, protocol: 'TCP' }];
    addService(draft, name, port, target, { selector, ports, ...service });
    if (workload.kind === 'StatefulSet') addService(draft, `${name}-headless`, port, target, { selector, ports, headless: true });
  }
  if (storage !== undefined)
    for (const [at, pod] of workload.pods.entries()) addClaim(draft, `data-${name}-${at}`, { size: storage, node: pod.node ?? 'worker-1' });
  return workload;
}

export function addSecret(draft: Draft, name: string, keys: string[], type = 'Opaque'): void {
  draft.secrets.push({ name, keys, type, ago: 64 * DAY });
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A line with its time put in: `%I` RFC 3339 with milliseconds, `%S` date and time, `%,` the same with milliseconds after a comma, `%N` nginx's error log, `%A` the access log's,
 * `%R` redis', `%M` milliseconds and `%E` seconds since the epoch; `%P` is the pod's name.
 */
export function t(text: string): (place: Place) => string {
  return ({ at, pod }) => {
    const iso = at.toISOString();
    const [day, month] = [iso.slice(8, 10), MONTHS[at.getUTCMonth()] ?? ''];
    return text
      .replaceAll('%I', iso)
      .replaceAll('%S', iso.slice(0, 19).replace('T', ' '))
      .replaceAll('%,', iso.slice(0, 23).replace('T', ' ').replace('.', ','))
      .replaceAll('%N', iso.slice(0, 19).replaceAll('-', '/').replace('T', ' '))
      .replaceAll('%A', `${day}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`)
      .replaceAll('%R', `${day} ${month} ${iso.slice(0, 4)} ${iso.slice(11, 23)}`)
      .replaceAll('%M', String(at.getTime()))
      .replaceAll('%E', String(Math.floor(at.getTime() / 1000)))
      .replaceAll('%P', pod);
  };
}

/** Lines of one run of a crashing container; the last comes just before its end. */
export function run(...texts: string[]): Line[] {
  return texts.map((text, at) => [0.004 * (texts.length - at), t(text)]);
}

/** The same lines again and again, in each pod or in those given, from `from` minutes ago until now. */
export function complain(workload: Workload, from: number, every: number, texts: readonly string[], pods: readonly PodDraft[] = workload.pods): void {
  logTo(
    workload,
    repeat(from, 0.1, every, () => texts.map((text) => t(text))),
    pods,
  );
}

/** Makes a pod as old as that, and what it comes from older still. */
export function older(workload: Workload, pod: PodDraft, ago: number): void {
  pod.ago = ago;
  for (const revision of workload.revisions) revision.ago += ago;
}

/** One alert that says what is felt, not what is broken. */
export function symptom(
  draft: Draft,
  alertname: string,
  labels: Readonly<Record<string, string>>,
  summary: string,
  firedAgo = 1.5,
  severity = 'critical',
): void {
  if (Object.keys(draft.groupLabels).length === 0) draft.groupLabels = { namespace: draft.namespace };
  draft.alerts.push(() => ({
    labels: { alertname, namespace: draft.namespace, severity, ...labels },
    annotations: { summary },
    firedAgo,
    expression: `${alertname}:ratio > 0.05`,
  }));
}

const VAGUE = [
  ['SLOErrorBudgetBurn', 'Error budget of the namespace burns too fast.'],
  ['SyntheticCheckFailing', 'The synthetic user journey fails.'],
  ['PartialServiceUnreachability', 'Partial Service Unreachability.'],
  ['ServiceAvailabilityDisruption', 'Service Availability Disruption.'],
] as const;

/** Makes a recording: the fleet, the fault in it, and what is right to say. Without an alert of its own it gets a vague one. */
export function incident(id: string, make: (id: string) => Draft, [code, object, family]: readonly [string, string, string], fault: (draft: Draft) => void) {
  return (): Draft => {
    const draft = make(id);
    fault(draft);
    draft.expected = { root_cause: code, object: object === '' || object.includes('/') ? object : `app/${object}`, family };
    if (draft.alerts.length === 0) {
      const [name, summary] = VAGUE[Number.parseInt(digest(`alert ${id}`).slice(0, 4), 16) % VAGUE.length] ?? VAGUE[0];
      symptom(draft, name, {}, summary);
    }
    return draft;
  };
}
