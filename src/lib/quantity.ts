const DECIMAL: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
const BINARY: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 };
const SYNTAX = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d{1,3})|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]))?$/;
const LONGEST_QUANTITY = 64;

/**
 * Reads a Kubernetes quantity as a plain number in its base unit (bytes, cores, pieces): `100m` is 0.1, `1.5Gi` is
 * 1610612736, `1e3` is 1000. Undefined for anything that is no quantity. Beyond 2^53 the number is rounded.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string | number | undefined): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) ? text : undefined;
  if (typeof text !== 'string' || text.length > LONGEST_QUANTITY) return undefined;
  const match = SYNTAX.exec(text.trim());
  if (!match) return undefined;
  const [, digits = '', exponent, suffix = ''] = match;
  if (exponent !== undefined) return finite(Number(digits + exponent));
  const scale = BINARY[suffix] ?? DECIMAL[suffix];
  if (scale === undefined) return undefined;
  // Dividing is exact where multiplying by 0.001 is not: 100m is 0.1, not 0.1000…01.
  return finite(scale < 1 ? Number(digits) / Math.round(1 / scale) : Number(digits) * scale);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

const STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** Writes a number of bytes for people, in powers of 1024 and at most three digits: `128 MiB`, `1.5 GiB`, `0 B`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return 'unknown';
  const sign = bytes < 0 ? '-' : '';
  let size = Math.abs(bytes);
  let step = 0;
  while (rounded(size) >= 1024 && step < STEPS.length - 1) {
    size /= 1024;
    step += 1;
  }
  return `${sign}${rounded(size)} ${STEPS[step] ?? 'B'}`;
}

/** One decimal below 100, none above: what a reader can use. */
function rounded(size: number): number {
  return size < 100 ? Math.round(size * 10) / 10 : Math.round(size);
}
