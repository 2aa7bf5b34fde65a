import type { LogEntry, LogLevel } from './entry.ts';

const MAX_MASKED_CHARS = 400;
const MAX_PATTERNS = 500;

/** Entries that say the same but for numbers, names and times. */
export interface LogPattern {
  /** The message with what varies masked: `dial tcp <ip>: connect: connection refused`. */
  readonly pattern: string;
  readonly count: number;
  /** RFC 3339; undefined when no entry had a time. */
  readonly firstAt: string | undefined;
  readonly lastAt: string | undefined;
  /** Up to eight entries that name different addresses, the first one among them: a fold must not hide who else was meant. */
  readonly variants: readonly LogEntry[];
  /** The first entry, to quote. */
  readonly first: LogEntry;
  readonly last: LogEntry;
}

/** What varies from line to line, most telling first; every expression is linear. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}\b/g, '<email>'],
  // Quoted names that carry a number are one of many; others tell what it is about.
  [/"(?=[^"\s]{0,120}\d)[^"\s]{1,120}"|'(?=[^'\s]{0,120}\d)[^'\s]{1,120}'/g, '<quoted>'],
  [/\b0x[0-9a-f]{1,16}\b/gi, '<hex>'],
  // Names that Kubernetes makes: <deployment>-<template hash>-<five letters>.
  [/-[bcdf-hj-np-tv-z2456789]{6,10}-[bcdf-hj-np-tv-z2456789]{5}\b/g, '-<pod>'],
  [/\b(?=[0-9a-f]{0,40}\d)[0-9a-f]{8,64}\b/gi, '<hex>'],
  [/\d{1,40}(?:\.\d{1,20})?/g, '<n>'],
];
const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b|\[[0-9a-f:]{3,45}\](?::\d{1,5})?/gi;
const MAX_VARIANTS = 8;

/** The message with what varies masked; the same for lines that say the same. */
export function maskVarying(message: string): string {
  let masked = message.slice(0, MAX_MASKED_CHARS).replaceAll(ADDRESS, '<ip>');
  for (const [expression, mask] of MASKS) masked = masked.replaceAll(expression, mask);
  return masked.replaceAll(/\s+/g, ' ').trim();
}

/**
 * Folds repeated entries, in order of first appearance. The level and the exception's type belong to the pattern. Of more than 500
 * different patterns the later ones are not told apart from each other (`…`).
 */
export function foldPatterns(entries: readonly LogEntry[]): readonly LogPattern[] {
  const folded = new Map<string, Folding>();
  for (const entry of entries) {
    const pattern = maskVarying(entry.message);
    const key = `${entry.level ?? ''}|${entry.exception?.root.type ?? ''}|${pattern}`;
    const full = folded.size >= MAX_PATTERNS && !folded.has(key);
    const place = full ? '…' : key;
    const known = folded.get(place);
    if (known) grow(known, entry);
    else folded.set(place, begin(full ? '…' : pattern, entry));
  }
  return [...folded.values()].map(({ pattern, count, firstAt, lastAt, variants, first, last }) => ({
    pattern,
    count,
    firstAt: textOf(firstAt),
    lastAt: textOf(lastAt),
    variants: [...variants.values()],
    first,
    last,
  }));
}

interface Folding {
  readonly pattern: string;
  readonly first: LogEntry;
  readonly variants: Map<string, LogEntry>;
  count: number;
  last: LogEntry;
  /** Milliseconds; NaN while no entry had a time. */
  firstAt: number;
  lastAt: number;
}

function begin(pattern: string, entry: LogEntry): Folding {
  const at = timeOf(entry);
  return { pattern, first: entry, variants: new Map([[addressesIn(entry), entry]]), count: 1, last: entry, firstAt: at, lastAt: at };
}

function grow(folding: Folding, entry: LogEntry): void {
  const at = timeOf(entry);
  folding.count += 1;
  folding.last = entry;
  if (Number.isNaN(folding.firstAt) || at < folding.firstAt) folding.firstAt = at;
  if (Number.isNaN(folding.lastAt) || at > folding.lastAt) folding.lastAt = at;
  if (folding.variants.size >= MAX_VARIANTS) return;
  const addresses = addressesIn(entry);
  if (!folding.variants.has(addresses)) folding.variants.set(addresses, entry);
}

function addressesIn({ message }: LogEntry): string {
  return message.match(ADDRESS)?.slice(0, 4).join(' ') ?? '';
}

function timeOf({ at }: LogEntry): number {
  return at === undefined ? Number.NaN : Date.parse(at);
}

function textOf(milliseconds: number): string | undefined {
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
}

/** How bad a level is; a message without a level stands between info and warning. */
export function gravity(level: LogLevel | undefined): number {
  return level === undefined ? 2.5 : { trace: 0, debug: 1, info: 2, warning: 3, error: 4, fatal: 5 }[level];
}
