/** PostgreSQL keeps every character but NUL (https://www.postgresql.org/docs/current/datatype-character.html); it is kept as the replacement character. */
export function storableText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}

/** A value of a statement, to be kept or to be looked for, so that what is looked for is found. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  return Array.isArray(value) ? value.map(storable) : value;
}
