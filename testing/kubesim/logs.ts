import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError, badRequest } from './api-error.ts';
import { type ApiObject, isRecord, listAt, textAt } from './api-object.ts';
import type { Snapshot } from './snapshot.ts';

const STAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2}) /;

/**
 * Answers `pods/log` from the recorded files as the kubelet would: null for a pod that is on no node yet (204), the text otherwise. Throws
 * the server's own errors, and answers a log file that is gone the way the kubelet does: with 200 and its complaint.
 */
export function podLog(snapshot: Snapshot, pod: ApiObject, query: URLSearchParams): string | null {
  const container = pickContainer(pod, query.get('container') ?? '');
  if (!textAt(pod, 'spec.nodeName')) return null;
  const file = chooseFile(snapshot, pod, container, query.get('previous') === 'true');
  if (file === undefined) return missing(snapshot, pod, container);
  let lines = readFileSync(file, 'utf8').split(/(?<=\n)/);
  const tailLines = query.get('tailLines');
  if (tailLines !== null) lines = lines.slice(Math.max(0, lines.length - Number(tailLines)));
  if (query.get('timestamps') === 'true') lines = stamped(snapshot, lines);
  else if (snapshot.logTimestamps) lines = lines.map((line) => line.replace(STAMP, ''));
  const limitBytes = Number(query.get('limitBytes') ?? Number.POSITIVE_INFINITY);
  const body = Buffer.from(lines.join(''));
  return body.length > limitBytes ? body.subarray(0, limitBytes).toString('utf8') : body.toString('utf8');
}

/** Lines recorded without the runtime's timestamp bear the time of the snapshot. */
function stamped(snapshot: Snapshot, lines: readonly string[]): string[] {
  const fallback = new Date(snapshot.takenAt).toISOString().replace('Z', '000000Z');
  return lines.map((line) => (snapshot.logTimestamps && STAMP.test(line) ? line : `${fallback} ${line}`));
}

function pickContainer(pod: ApiObject, name: string): string {
  const { name: podName } = pod.metadata;
  const names = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((kind) => listAt(pod, `spec.${kind}`).map((item) => textAt(item, 'name')));
  if (name && !names.includes(name)) throw badRequest(`container ${name} is not valid for pod ${podName}`);
  const [only, ...others] = listAt(pod, 'spec.containers').map((item) => textAt(item, 'name'));
  if (!name && (only === undefined || others.length > 0)) {
    throw badRequest(`a container name must be specified for pod ${podName}, choose one of: [${names.join(' ')}]`);
  }
  return name || (only ?? '');
}

/** Which recorded file answers, by the state of the container. Undefined: it ran, but there is no file. */
function chooseFile(snapshot: Snapshot, pod: ApiObject, container: string, previous: boolean): string | undefined {
  const { name, namespace = '' } = pod.metadata;
  const path = (suffix: string) => join(snapshot.dir, 'logs', namespace, name, `${container}${suffix}.log`);
  const [current, before] = ['', '.previous'].map((suffix) => (existsSync(path(suffix)) ? path(suffix) : undefined));
  const status = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses']
    .flatMap((kind) => listAt(pod, `status.${kind}`))
    .find((item) => item['name'] === container);
  const ranBefore = isRecord(status?.['lastState']) && isRecord(status['lastState']['terminated']);
  if (previous) {
    if (before ?? ranBefore) return before;
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  }
  const waiting = textAt(status, 'state.waiting.reason');
  if (current === undefined && (status === undefined || (waiting && !ranBefore))) {
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${waiting || 'ContainerCreating'}`);
  }
  return current;
}

function missing(snapshot: Snapshot, pod: ApiObject, container: string): string {
  const { name, namespace } = pod.metadata;
  const node = snapshot.objects.get('nodes.')?.find(({ metadata }) => metadata.name === textAt(pod, 'spec.nodeName'));
  const ready = listAt(node, 'status.conditions').find(({ type }) => type === 'Ready')?.['status'];
  if (ready === undefined || ready === 'True') return `unable to retrieve container logs for containerd://${container}`;
  const kubelet = `${textAt(pod, 'status.hostIP') || textAt(pod, 'spec.nodeName')}:10250`;
  const url = `https://${kubelet}/containerLogs/${namespace}/${name}/${container}`;
  throw new ApiError(500, 'InternalError', `Get "${url}": dial tcp ${kubelet}: connect: connection refused`);
}
