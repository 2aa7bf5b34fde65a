import { age, humanDuration } from './age.ts';
import { type ApiObject, at, isRecord, listAt, numberAt, textAt } from './api-object.ts';

/** Ready, Status, Restarts, Age, IP and Node of a pod, by the rules of kubectl's own printer. */
export function podCells(pod: ApiObject, now: number): readonly string[] {
  const { ready, restarts, lastRestart, status } = summarize(pod);
  const total = listAt(pod, 'spec.containers').length;
  return [
    `${ready}/${total}`,
    status,
    restarts && lastRestart ? `${restarts} (${humanDuration(now - lastRestart)} ago)` : String(restarts),
    age(pod.metadata.creationTimestamp, now),
    textAt(pod, 'status.podIP') || '<none>',
    textAt(pod, 'spec.nodeName') || '<none>',
  ];
}

function summarize(pod: ApiObject) {
  const statuses = listAt(pod, 'status.containerStatuses');
  const init = initReason(pod);
  const running = statuses.filter((container) => container['ready'] === true && isRecord(at(container, 'state.running')));
  return {
    ready: running.length,
    restarts: statuses.reduce((sum, container) => sum + numberAt(container, 'restartCount'), 0),
    lastRestart: Math.max(0, ...statuses.map((container) => Date.parse(textAt(container, 'lastState.terminated.finishedAt')) || 0)),
    status: pod.metadata.deletionTimestamp
      ? 'Terminating'
      : (init ?? statuses.map(containerReason).find(Boolean) ?? (textAt(pod, 'status.reason') || textAt(pod, 'status.phase'))),
  };
}

/** Undefined once all init containers have ended well. */
function initReason(pod: ApiObject): string | undefined {
  const statuses = listAt(pod, 'status.initContainerStatuses');
  const pending = statuses.findIndex((container) => at(container, 'state.terminated.exitCode') !== 0);
  if (pending < 0) return undefined;
  const reason = containerReason(statuses[pending]);
  return reason && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${pending}/${listAt(pod, 'spec.initContainers').length}`;
}

function containerReason(container: unknown): string {
  const terminated = at(container, 'state.terminated');
  const ended = terminated === undefined ? '' : textAt(terminated, 'reason') || `ExitCode:${numberAt(terminated, 'exitCode')}`;
  return textAt(container, 'state.waiting.reason') || ended;
}
