import type { Remedy } from '#domain/finding.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { kubectl, objectArg } from './kubectl.ts';

/** Kinds whose pod template kubectl can patch in place, with rollout history. */
export function hasTemplate({ kind }: ObjectRef): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet';
}

/** The command that changes one container of a workload's template: a strategic merge patch, which finds the container by name; for what cannot be patched, the one that shows it. */
export function patchContainer(ref: ObjectRef, container: string, change: Readonly<Record<string, unknown>>): string {
  if (!hasTemplate(ref)) return kubectl(ref, 'get', objectArg(ref), '-o', 'yaml');
  return kubectl(
    ref,
    'patch',
    objectArg(ref),
    '--type=strategic',
    '-p',
    JSON.stringify({ spec: { template: { spec: { containers: [{ name: container, ...change }] } } } }),
  );
}

/** The command that opens a workload in an editor; pods and jobs cannot be edited where it matters, so theirs shows the object. */
export function editWorkload(ref: ObjectRef): string {
  return ref.kind === 'Pod' || ref.kind === 'Job' ? kubectl(ref, 'get', objectArg(ref), '-o', 'yaml') : kubectl(ref, 'edit', objectArg(ref));
}

/** Going back to the revision before, where there is such a thing. */
export function rollBack(ref: ObjectRef): readonly Remedy[] {
  if (!hasTemplate(ref)) return [];
  return [
    {
      kind: 'immediate',
      advice: 'Go back to the revision before, if that one worked.',
      command: kubectl(ref, 'rollout', 'undo', objectArg(ref)),
      risk: 'medium',
    },
  ];
}

/** Looking at the object before changing it. */
export function look(advice: string, command: string): Remedy {
  return { kind: 'immediate', advice, command, risk: 'none' };
}

/** A lasting change to the object. */
export function fix(advice: string, command: string, risk: Remedy['risk'] = 'medium'): Remedy {
  return { kind: 'fix', advice, command, risk };
}
