import { digest, type KubeObject, uidOf, type World } from '../../scripts/scenarios/world.ts';

export interface EventFacts {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Minutes before the snapshot. */
  readonly first: number;
  readonly last?: number;
  readonly count?: number;
  readonly by: string;
  readonly host?: string;
  readonly fieldPath?: string;
  readonly action?: string;
}

/** Components that write events through events.k8s.io: no first and last time, no count, but an event time and a series. */
const NEW_STYLE = ['default-scheduler', 'taint-eviction-controller', 'job-controller-v2', 'kube-proxy'];

/** Adds an event about an object, as the API server shows it in the core group. Events older than an hour are forgotten. */
export function emit(world: World, about: KubeObject, facts: EventFacts): void {
  const { type, reason, message, first, last = first, count = 1, by, host, fieldPath } = facts;
  if (last >= 60) return;
  const { name, namespace } = about.metadata;
  const key = `event ${world.takenAt} ${about.kind}/${namespace ?? ''}/${name} ${reason} ${message} ${first}`;
  const micros = (minutes: number): string => world.ago(minutes).replace('Z', `.${digest(key).replaceAll(/\D/g, '').slice(0, 6).padEnd(6, '4')}Z`);
  const modern = NEW_STYLE.includes(by);
  const instance = by === 'default-scheduler' ? 'default-scheduler-control-1' : by === 'kubelet' ? (host ?? '') : '';
  world.add({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name}.${digest(key).slice(0, 16)}`,
      namespace: namespace ?? 'default',
      uid: uidOf(key),
      resourceVersion: String(6_000_000 + (Number.parseInt(digest(key).slice(0, 5), 16) % 800_000)),
      creationTimestamp: world.ago(first),
    },
    involvedObject: {
      kind: about.kind,
      ...(namespace === undefined ? {} : { namespace }),
      name,
      // Node events of the kubelet and of the node controller bear the name where others bear the uid.
      uid: about.kind === 'Node' && by === 'kubelet' ? name : about.metadata.uid,
      apiVersion: about.apiVersion,
      ...(fieldPath === undefined ? {} : { fieldPath }),
    },
    reason,
    message,
    type,
    source: modern ? {} : host === undefined ? { component: by } : { component: by, host },
    firstTimestamp: modern ? null : world.ago(first),
    lastTimestamp: modern ? null : world.ago(last),
    ...(modern ? {} : { count }),
    eventTime: modern ? micros(first) : null,
    ...(modern && count > 1 ? { series: { count, lastObservedTime: micros(last) } } : {}),
    ...(modern ? { action: by === 'default-scheduler' ? (reason === 'Scheduled' ? 'Binding' : 'Scheduling') : 'Evict' } : {}),
    reportingComponent: by,
    reportingInstance: instance,
  });
}
