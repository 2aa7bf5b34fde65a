import type { ObjectRef } from '#domain/object-ref.ts';
import { commandLine } from '#lib/shell-word.ts';

/** `deployment/checkout`, as kubectl names an object. */
export function objectArg(ref: ObjectRef): string {
  return `${ref.kind.toLowerCase()}/${ref.name}`;
}

/** A kubectl command in the object's namespace, its words quoted where a shell would read them otherwise. */
export function kubectl(ref: ObjectRef, ...words: readonly string[]): string {
  return ref.namespace ? commandLine('kubectl', '-n', ref.namespace, ...words) : commandLine('kubectl', ...words);
}
