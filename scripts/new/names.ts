/** `registry-slow` -> `registrySlow`. */
export function exportName(id: string): string {
  return id.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `registry-slow` -> `RegistrySlow`. */
export function codeName(id: string): string {
  const name = exportName(id);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `registry-slow` -> `REGISTRY_SLOW`. */
export function variableName(id: string): string {
  return id.replaceAll('-', '_').toUpperCase();
}
