/** Families of variables that the providers' and tracers' own libraries define; accepted in the YAML file too. */
const FAMILIES = /^(?:AZURE|AWS|LANGFUSE|OTEL)_[A-Z0-9_]+$/;

/** Does a key belong to a library that reads it by itself, now or in a later version? */
export function isOfLibrary(key: string): boolean {
  return FAMILIES.test(key);
}
