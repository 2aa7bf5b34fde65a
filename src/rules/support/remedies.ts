import type { Remedy } from '#domain/finding.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { kubectl } from './kubectl.ts';
import { editWorkload } from './workload-edits.ts';

/** A look that changes nothing, in the namespace of the object; the first thing to run. */
export function look(ref: ObjectRef, advice: string, ...words: readonly string[]): Remedy {
  return { kind: 'immediate', advice, command: kubectl(ref, ...words), risk: 'none' };
}

/** Opening the object in an editor, with what to change in it: for what only a person can decide. */
export function editIt(ref: ObjectRef, advice: string): Remedy {
  return { kind: 'fix', advice, command: editWorkload(ref), risk: 'medium' };
}
