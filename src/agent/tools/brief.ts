import type { Condition } from '#domain/kubernetes/meta.ts';
import type { ContainerStatus } from '#domain/kubernetes/pod.ts';
import type { ListedObject } from './tool.ts';

/** Statuses as the lists of all kinds may carry them; what is not there is left out. */
interface Seen {
  readonly spec?: Readonly<Record<string, unknown>> & {
    readonly nodeName?: string;
    readonly replicas?: number;
    readonly unschedulable?: boolean | undefined;
    readonly taints?: readonly { readonly key: string; readonly value?: string | undefined; readonly effect: string }[];
  };
  readonly status?: Readonly<Record<string, unknown>> & {
    readonly phase?: string;
    readonly reason?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** One object in a line: name, and what its status says. */
export function brief(object: ListedObject): string {
  const { spec, status } = object as unknown as Seen;
  const { name, namespace } = object.metadata;
  const words = [
    status?.phase && `phase=${status.phase}`,
    status?.reason && `reason=${status.reason}`,
    ...[...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(containerWords),
    ...numbers({ ...pick(spec, ['replicas', 'suspend', 'paused', 'unschedulable', 'minReplicas', 'maxReplicas', 'type', 'clusterIP', 'storageClassName']) }),
    ...numbers(status ?? {}),
    ...(status?.conditions ?? []).filter(isTelling).map(({ type, status: is, reason }) => `${type}=${is}${reason ? `(${reason})` : ''}`),
    ...quotaWords(status),
    ...(spec?.taints ?? []).map(({ key, value, effect }) => `taint=${key}${value ? `=${value}` : ''}:${effect}`),
    spec?.nodeName && `node=${spec.nodeName}`,
  ].filter(Boolean);
  return `${object.kind} ${namespace ? `${namespace}/` : ''}${name} ${words.join(' ')}`.trimEnd();
}

/** True when the status says that something is not as it should be. */
export function isTroubled(object: ListedObject): boolean {
  const { spec, status } = object as unknown as Seen;
  const statuses = status?.containerStatuses ?? [];
  const ready = status?.['readyReplicas'];
  return (
    ['Pending', 'Failed', 'Unknown', 'Lost', 'Terminating'].includes(status?.phase ?? '') ||
    (statuses.some((one) => !one.ready || one.restartCount > 0) && status?.phase !== 'Succeeded') ||
    (status?.conditions ?? []).some((condition) => isTelling(condition) && condition.type !== 'Initialized') ||
    spec?.unschedulable === true ||
    (spec?.taints ?? []).length > 0 ||
    (typeof ready === 'number' && typeof spec?.replicas === 'number' && ready < spec.replicas)
  );
}

/** Of a ResourceQuota: how much of each resource is used. */
function quotaWords(status: Seen['status']): readonly string[] {
  const { used, hard } = (status ?? {}) as { readonly used?: Readonly<Record<string, string>>; readonly hard?: Readonly<Record<string, string>> };
  return used && hard ? Object.entries(hard).map(([resource, most]) => `${resource}=${used[resource] ?? '0'}/${most}`) : [];
}

function containerWords({ name, ready, restartCount, state, lastState }: ContainerStatus): string {
  const waiting = state.waiting?.reason;
  const ended = state.terminated ?? lastState.terminated;
  return [
    `${name}:${ready ? 'ready' : 'not-ready'}`,
    `restarts=${restartCount}`,
    waiting && `waiting=${waiting}`,
    ended && `${state.terminated ? 'ended' : 'last-ended'}=${ended.reason ?? ''}(exit ${ended.exitCode})`,
  ]
    .filter(Boolean)
    .join(',');
}

/** Conditions that are good news when true are told when they are not, and the other way round. */
function isTelling({ type, status }: Condition): boolean {
  const good =
    /^(?:Ready|Available|Progressing|Initialized|ContainersReady|PodScheduled|Complete|AbleToScale|ScalingActive|PodReadyToStartContainers|SuccessCriteriaMet|Bound)$/;
  if (/^(?:SuccessCriteriaMet|Complete)$/.test(type)) return false;
  return good.test(type) ? status !== 'True' : status !== 'False';
}

function pick(from: Readonly<Record<string, unknown>> | undefined, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.flatMap((key) => (from?.[key] === undefined ? [] : [[key, from[key]]])));
}

function numbers(from: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(from)
    .filter(
      ([key, value]) =>
        key !== 'phase' && key !== 'reason' && (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length < 60)),
    )
    .map(([key, value]) => `${key}=${value}`);
}
