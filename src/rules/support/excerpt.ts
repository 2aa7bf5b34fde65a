/** Fields of an object as YAML-like lines, `path: value`; undefined values are left out. */
export function fields(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([path, value]) => `${path}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join('\n');
}
