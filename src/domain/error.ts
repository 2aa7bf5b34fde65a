/**
 * The one error class of the product: something the operator must hear about.
 * `message` says what was tried, on what, and what came back; `fix` says what to do about it.
 * Expected outcomes are values, not errors (see evidence.ts and the stores' results).
 */
export class OncallmError extends Error {
  readonly code: string;
  readonly fix: string;

  constructor(code: string, message: string, fix: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'OncallmError';
    this.code = code;
    this.fix = fix;
  }
}

/** The text of whatever was thrown, in one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replaceAll(/\s+/g, ' ').trim();
}
