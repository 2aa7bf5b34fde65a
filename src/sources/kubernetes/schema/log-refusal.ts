import type { UnavailableReason } from '#domain/evidence.ts';

/** What an answer that is no log means: `absent`, there is none, a fact; otherwise why it could not be read. */
export type LogRefusal = 'absent' | UnavailableReason;

const MEANINGS: readonly (readonly [RegExp, LogRefusal])[] = [
  [/previous terminated container .* not found/, 'absent'],
  [/is waiting to start/, 'absent'],
  [/container .* is not valid for pod/, 'absent'],
  [/pods? ".*" not found/, 'absent'],
  [/unable to retrieve container logs|failed to create fsnotify|no such file or directory/, 'not-recorded'],
  [/Forbidden|is forbidden|cannot get resource/, 'forbidden'],
  [/i\/o timeout|deadline exceeded|timed out|within the deadline/i, 'timeout'],
  [/dial tcp|connection refused|no route to host|proxy error|remote error/i, 'unreachable'],
];

/** Reads the words of the API server or the kubelet. */
export function readLogRefusal(words: string): LogRefusal {
  return MEANINGS.find(([pattern]) => pattern.test(words))?.[1] ?? 'invalid';
}

/** The kubelet says with status 200 that the log file is gone (rotated away, or the container removed). */
export function isKubeletComplaint(body: string): boolean {
  return body.length < 500 && /^(?:\S+ )?unable to retrieve container logs for \S+\s*$/.test(body);
}
