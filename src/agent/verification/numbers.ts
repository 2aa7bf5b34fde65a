import { parseQuantity } from '#lib/quantity.ts';

/** A number with its unit, as text carries it. */
export interface Measure {
  readonly value: number;
  /** In one spelling; `''` for none. */
  readonly unit: string;
  readonly written: string;
}

const UNITS: Readonly<Record<string, string>> = {
  ki: 'Ki',
  kib: 'Ki',
  mi: 'Mi',
  mib: 'Mi',
  gi: 'Gi',
  gib: 'Gi',
  ti: 'Ti',
  tib: 'Ti',
  kb: 'k',
  mb: 'M',
  gb: 'G',
  tb: 'T',
  k: 'k',
  g: 'G',
  t: 'T',
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  ms: 'ms',
  milliseconds: 'ms',
  millisecond: 'ms',
  m: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  '%': '%',
  percent: '%',
  core: 'core',
  cores: 'core',
  bytes: '',
  byte: '',
};

const WORDS = [
  '',
  '',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
  'twenty',
];

/** `7`, `x19`, `128Mi`, `95%`, `40 seconds`, `1,024`; not the digits in names, times and versions. */
const MEASURE =
  /(?<![\w.:/-]|\d,)[x×~<>=]?(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?:(%|[a-zA-Z]{1,12})(?![\w-])| ?(%|(?:[KMGTkmgt]i?B|[KMGT]i|s|ms|m|min|h|d|secs?|seconds?|milliseconds?|mins?|minutes?|hours?|days?|percent|cores?|bytes?)(?![\w-]))|(?![\w]))(?!\.\d|:\d)/g;

/** Every number in a claim. */
export function measuresIn(claim: string): readonly Measure[] {
  const found = [...claim.matchAll(MEASURE)].flatMap(([written, digits = '', attached, apart]) => {
    const suffix = attached ?? apart ?? '';
    const unit = UNITS[suffix.toLowerCase()] ?? suffix;
    return [{ value: Number(digits.replaceAll(',', '')), unit, written: written.trim() }];
  });
  const spelled = [...claim.toLowerCase().matchAll(/\b[a-z]{3,9}\b/g)].flatMap(([word]) => {
    const value = WORDS.indexOf(word);
    return value > 1 ? [{ value, unit: '', written: word }] : [];
  });
  return [...found, ...spelled];
}

/** True when the evidence carries the number: the same with the same unit or without one, or the same amount written otherwise (128Mi, 134217728). */
export function carriesMeasure({ value, unit, written }: Measure, evidence: readonly Measure[]): boolean {
  const bytes = amountOf(value, unit);
  return evidence.some(
    (other) =>
      (other.value === value && (other.unit === unit || (other.unit === '' && SECONDS.test(unit)) || other.written === written)) ||
      (bytes !== undefined && near(bytes, amountOf(other.value, other.unit), unit === '' && other.unit === '')),
  );
}

/** True for a word that only says what a number counts: `GiB`, `seconds`. */
export function isUnit(word: string): boolean {
  return Object.hasOwn(UNITS, word.toLowerCase());
}

/** The same amount as people round it: 14.9 GiB of 15,998,976,000 bytes. */
function near(one: number, other: number | undefined, exact: boolean): boolean {
  return other !== undefined && Math.abs(one - other) <= (exact ? 0 : 0.005 * Math.abs(other));
}

/** Numbers in evidence also stand behind `=`, `:`, `(`, `/` and in lists, which names in a claim do not. */
export function measuresInEvidence(text: string): readonly Measure[] {
  return measuresIn(text.replaceAll(/[=:/()[\]{},"']/g, ' ')).concat(measuresIn(text));
}

/** Kubernetes writes times as bare numbers (`timeoutSeconds: 1`), amounts never. */
const SECONDS = /^(?:ms|s|m|h|d)$/;

function amountOf(value: number, unit: string): number | undefined {
  if (unit === '') return value >= 1024 ? value : undefined;
  return /^[KMGT]i$|^[kMGT]$/.test(unit) ? parseQuantity(`${value}${unit}`) : undefined;
}
