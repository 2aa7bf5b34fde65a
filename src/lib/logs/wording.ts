/** What an error text says went wrong, in one word. */
export type ClueKind =
  | 'connection-refused'
  | 'timeout'
  | 'dns'
  | 'unreachable'
  | 'reset'
  | 'unavailable'
  | 'tls'
  | 'protocol'
  | 'auth'
  | 'permission'
  | 'read-only'
  | 'too-many-connections'
  | 'rate-limited'
  | 'not-found'
  | 'address-in-use'
  | 'no-space'
  | 'disk-error'
  | 'missing-file'
  | 'missing-env'
  | 'bad-config'
  | 'oom'
  | 'too-many-files'
  | 'exec-format'
  | 'crash'
  | 'lock'
  | 'starting'
  | 'incompatible'
  | 'no-leader';

/** What a wording may name, beside its kind; the named groups of its expression. */
export const NAMED_PARTS = ['host', 'port', 'user', 'database', 'path', 'variable', 'code', 'name'] as const;
export type NamedPart = (typeof NAMED_PARTS)[number];

/**
 * One way in which one system says one thing. `trigger` is a lower-case text without which the expression cannot match: it is looked for first, and
 * the expression sees only the surroundings of where it was found. So a hostile text costs one search per wording and a bounded match.
 */
export interface Wording {
  /** Never the same twice: `go-dial-refused`. */
  readonly id: string;
  readonly kind: ClueKind;
  /** Who words it so. */
  readonly source: string;
  readonly trigger: string;
  /** With named groups out of NAMED_PARTS; case-insensitive. */
  readonly expression: RegExp;
}

/** host or address before a colon and a port. */
const HOST = String.raw`(?:[A-Za-z0-9_](?:[\w.-]{0,252}[\w])?|\[[0-9A-Fa-f:.]{2,45}\])`;
const FRAGMENTS: Readonly<Record<string, string>> = {
  '{host}': `(?<host>${HOST})`,
  '{port}': String.raw`(?<port>\d{1,5})`,
  // Java writes `name/address:port` or `/address:port`.
  '{host:port}': String.raw`(?<host>${HOST})(?:\/(?:<unresolved>|[\d.]{7,15}))?:(?<port>\d{1,5})`,
  '{path}': String.raw`(?<path>[^\s'":;,()]{1,300})`,
  // What environment variables are called; capitals even where the rest ignores case.
  '{VARIABLE}': '(?<variable>(?-i:[A-Z][A-Z0-9_]{2,80}))',
  // Anything short on the same line.
  '{..}': String.raw`[^\n]{0,160}?`,
};

/**
 * Declares a wording; in the expression `{host}`, `{port}`, `{host:port}`, `{path}`, `{VARIABLE}` and `{..}` (up to 160 characters of the same line) stand for themselves.
 */
export function wording(id: string, kind: ClueKind, source: string, trigger: string, expression?: string): Wording {
  const pattern = (expression ?? literally(trigger)).replaceAll(
    /\{(?:host:port|host|port|path|VARIABLE|\.\.)\}/g,
    (fragment) => FRAGMENTS[fragment] ?? fragment,
  );
  return { id, kind, source, trigger: trigger.toLowerCase(), expression: new RegExp(pattern, 'i') };
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
