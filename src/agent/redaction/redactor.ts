import { REDACTED } from '#lib/redact.ts';
import { isKeyMaterial, isSecretName, type RedactedKind, SECRET_SHAPES, type SecretShape } from './secret-shapes.ts';

/**
 * Takes out what must not leave the process, and remembers what it took, so that one secret is one placeholder throughout an investigation.
 * What it remembers lives as long as it does, and is never written anywhere.
 */
export interface Redactor {
  /** The text with `⟦SECRET-1⟧` where a secret was. */
  redact(text: string): string;
  /** The same for data: also whole values that stand under a secret's name. */
  redactData(data: unknown): unknown;
  /** For our own report: what was merely private (addresses of mail) is back, secrets stay `[redacted]`, placeholders that were never given are words. */
  restore(text: string): string;
  /** How many different things of each kind were taken out. */
  counts(): Readonly<Partial<Record<RedactedKind, number>>>;
}

/** Longer texts are cut by their readers; what is behind the limit of one is dropped rather than let through unseen. */
const TEXT_LIMIT = 2_000_000;
const DEPTH_LIMIT = 40;
const PLACEHOLDER = /⟦(SECRET|CARD|EMAIL|CUSTOM)-(\d{1,6})⟧/g;

/** `patterns` are the operator's own; each needs the flag `g`. */
export function createRedactor(patterns: readonly RegExp[] = []): Redactor {
  const placeholders = new Map<string, string>();
  const originals = new Map<string, string>();
  const counts: Partial<Record<RedactedKind, number>> = {};
  const shapes: readonly SecretShape[] = [...patterns.map((pattern) => ({ kind: 'CUSTOM' as const, pattern })), ...SECRET_SHAPES];

  const placeholderFor = (secret: string, kind: RedactedKind): string => {
    const known = placeholders.get(secret);
    if (known) return known;
    counts[kind] = (counts[kind] ?? 0) + 1;
    const placeholder = `⟦${kind}-${counts[kind]}⟧`;
    placeholders.set(secret, placeholder);
    originals.set(placeholder, secret);
    return placeholder;
  };

  const take = (text: string): string =>
    shapes.reduce((kept, { kind, pattern, genuine }) => {
      pattern.lastIndex = 0;
      return kept.replace(pattern, (...found: readonly unknown[]) => {
        const match = String(found[0]);
        const groups = found.at(-1) as Readonly<Record<string, string | undefined>> | string | undefined;
        const secret = (typeof groups === 'object' ? (groups['secret'] ?? groups['secret2'] ?? groups['secret3']) : undefined) ?? match;
        if (secret === '' || secret.startsWith('⟦') || (genuine && !genuine(secret))) return match;
        const at = match.lastIndexOf(secret);
        return match.slice(0, at) + placeholderFor(secret, kind) + match.slice(at + secret.length);
      });
    }, text);

  /** What was once seen to be a secret is one wherever it stands, also where nothing around it says so. */
  const takeKnown = (text: string): string => {
    let kept = text;
    for (const [secret, placeholder] of placeholders) if (secret.length >= 6 && kept.includes(secret)) kept = kept.replaceAll(secret, placeholder);
    return kept;
  };

  const redact = (text: string): string => takeKnown(take(text.slice(0, TEXT_LIMIT).replaceAll('⟦', '[').replaceAll('⟧', ']')));

  const redactData = (data: unknown, depth = 0): unknown => {
    if (typeof data === 'string') return redact(data);
    if (typeof data !== 'object' || data === null) return data;
    if (depth > DEPTH_LIMIT) return REDACTED;
    if (Array.isArray(data)) return data.map((item) => redactData(item, depth + 1));
    const named = data as Readonly<Record<string, unknown>>;
    // `was`: what the value of a changed field was before (tools/rollout.ts).
    const hidden = typeof named['name'] === 'string' && isSecretName(named['name']) ? ['value', 'was'] : [];
    return Object.fromEntries(
      Object.entries(named).map(([key, value]) => {
        const called = typeof named['name'] === 'string' && ['value', 'was'].includes(key) ? named['name'] : key;
        const secret = typeof value === 'string' && value !== '' && (hidden.includes(key) || isSecretName(key) || isKeyMaterial(called, value));
        return [redact(key), secret ? placeholderFor(value, 'SECRET') : redactData(value, depth + 1)];
      }),
    );
  };

  return {
    redact,
    redactData: (data) => redactData(data),
    restore: (text) =>
      text.replaceAll(PLACEHOLDER, (placeholder, kind) => (kind === 'EMAIL' ? (originals.get(placeholder) ?? REDACTED) : REDACTED)).replaceAll(/[⟦⟧]/g, ''),
    counts: () => ({ ...counts }),
  };
}
