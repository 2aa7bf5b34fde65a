import type { Random } from './random.ts';

/** Must never come out of a page as it went in. */
export const MARKUP = '<img src=x onerror=alert(1)>';

/** Strings that break what was written for ordinary ones. */
const STRINGS: readonly string[] = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  'NaN',
  'null',
  'true',
  '__proto__',
  'constructor',
  'toString',
  MARKUP,
  `"><script>${MARKUP}</script>`,
  "'; DROP TABLE episodes; --",
  '$' + '{7*7}{{7*7}}',
  '../../../etc/passwd',
  '%00%2e%2e%2f',
  '%',
  '\u0000',
  '\u001b[31mred\u001b[0m',
  '\r\nSet-Cookie: a=b',
  '\u202eright to left',
  '\ud800',
  'e\u0301',
  '👩‍👩‍👧‍👦',
  'ﷺ',
  '日本語',
  '(a+)+$',
  '[',
  '*',
  '{',
  'https://user:secret@example.com:99999/x?y#z',
  'javascript:alert(1)',
  '10.0.0.0/33',
  '::ffff:10.0.0.1',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '+275760-09-13T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-01-05T03:10:00+14:00',
  '100m',
  '-5Ki',
  '1Ei',
  '1e30Gi',
  '0.0000001',
  '250%',
  'Never',
  'Unknown',
  'Pod',
  'default',
  'kube-system',
];

/** Everything else that JSON can hold where something else was expected. */
const OTHERS: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1,
  65_536,
  2_147_483_648,
  Number.MAX_SAFE_INTEGER + 2,
  1e308,
  5e-324,
  0.1,
  [],
  {},
  [null],
  [[]],
  [{}],
  { name: null },
  { items: [] },
  { key: { key: { key: {} } } },
];

/** A string of the list, two of them together, or a long one. */
export function oddString(random: Random): string {
  if (random.chance(0.75)) return random.pick(STRINGS);
  if (random.chance(0.6)) return random.pick(STRINGS) + random.pick(STRINGS);
  return random.pick([...STRINGS, 'x', ' ', '((', '\n', ':', '/', '9']).repeat(random.pick([10, 300, 5_000]));
}

/** A value of any type. */
export function oddValue(random: Random): unknown {
  if (random.chance(0.4)) return oddString(random);
  if (random.chance(0.05)) return nested(random.pick([10, 200, 2_000]));
  return structuredClone(random.pick(OTHERS));
}

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
