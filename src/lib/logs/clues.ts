import { blankHarmless } from './harmless.ts';
import { type ClueKind, NAMED_PARTS, type NamedPart, type Wording } from './wording.ts';
import { GO_AND_GRPC_WORDINGS } from './wordings/go-clients.ts';
import { JAVA_WORDINGS } from './wordings/java-clients.ts';
import { MACHINE_WORDINGS } from './wordings/machine.ts';
import { MORE_STORE_WORDINGS } from './wordings/more-stores.ts';
import { PROXY_WORDINGS } from './wordings/proxies.ts';
import { SCRIPT_WORDINGS } from './wordings/script-clients.ts';
import { SERVER_WORDINGS } from './wordings/servers.ts';

/** What an error text tells, in a form that can be compared with the cluster. Absent parts were not named. */
export interface Clue extends Partial<Readonly<Record<Exclude<NamedPart, 'port'>, string>>> {
  readonly kind: ClueKind;
  readonly port?: number;
  /** Which wording it was recognised by, and who words it so. */
  readonly wording: string;
  readonly source: string;
  /** The exact text: the line, or as much of it as surrounds the match. */
  readonly quote: string;
  /** The words alone by which it was recognised, on one line: short enough for a title. */
  readonly said: string;
}

/** Every wording known, the more specific ones first: what one of them claims, a later one does not claim again. */
export const WORDINGS: readonly Wording[] = [
  ...PROXY_WORDINGS,
  ...GO_AND_GRPC_WORDINGS,
  ...JAVA_WORDINGS,
  ...SCRIPT_WORDINGS,
  ...SERVER_WORDINGS,
  ...MORE_STORE_WORDINGS,
  ...MACHINE_WORDINGS,
];

const MAX_TEXT_CHARS = 16_000;
const BEFORE_CHARS = 200;
const AFTER_CHARS = 700;
const MAX_PLACES = 3;
const MAX_QUOTE_CHARS = 300;
const MAX_PART_CHARS = 300;
const MAX_SAID_CHARS = 160;
const MAX_CLUES = 12;

/** Kinds that say that a connection did not work, not why: told last. */
const VAGUE: ReadonlySet<ClueKind> = new Set(['unavailable', 'reset', 'timeout', 'crash']);
const ABOUT_A_TARGET: ReadonlySet<ClueKind> = new Set([
  'connection-refused',
  'timeout',
  'dns',
  'unreachable',
  'reset',
  'unavailable',
  'tls',
  'protocol',
  'auth',
  'rate-limited',
  'permission',
  'not-found',
]);

interface Match {
  readonly clue: Clue;
  readonly start: number;
  readonly end: number;
}

/**
 * The clues in an error text (one entry with its stack trace), the most telling first: those that say why and name the most. Only the first
 * 16,000 characters are read; the time is bounded whatever the text.
 */
export function clues(text: string): readonly Clue[] {
  const read = text.slice(0, MAX_TEXT_CHARS);
  const searched = blankHarmless(read);
  const lower = lowerCase(searched);
  const matches: Match[] = [];
  for (const wording of WORDINGS) {
    for (const match of matchesOf(wording, { read, searched, lower })) {
      if (matches.length < MAX_CLUES && addsTo(matches, match)) matches.push(match);
    }
  }
  return matches.sort((left, right) => worth(right.clue) - worth(left.clue) || left.start - right.start).map(({ clue }) => clue);
}

/** How much a clue tells: a kind that says why counts most, then the parts it names. */
export function worth(clue: Clue): number {
  const parts = NAMED_PARTS.filter((part) => clue[part] !== undefined).length;
  return (VAGUE.has(clue.kind) ? 1 : 4) + Math.min(parts, 3);
}

/** The same text three times: as it is, without what is harmless, and in lower case; places are the same in all. */
interface Text {
  readonly read: string;
  readonly searched: string;
  readonly lower: string;
}

function matchesOf(wording: Wording, { read, searched, lower }: Text): readonly Match[] {
  const matches: Match[] = [];
  let place = lower.indexOf(wording.trigger);
  for (let seen = 0; place >= 0 && seen < MAX_PLACES; seen += 1) {
    const from = Math.max(0, place - BEFORE_CHARS);
    const found = wording.expression.exec(searched.slice(from, place + wording.trigger.length + AFTER_CHARS));
    const next = found ? Math.max(from + found.index + found[0].length, place + 1) : place + BEFORE_CHARS;
    if (found) matches.push(toMatch(wording, found, read, from + found.index));
    place = lower.indexOf(wording.trigger, next);
  }
  return matches;
}

/** Not what a more specific wording has claimed, and not the same again. */
function addsTo(matches: readonly Match[], { clue, start, end }: Match): boolean {
  const overlaps = matches.some((other) => start < other.end && other.start < end);
  const named = NAMED_PARTS.filter((part) => clue[part] !== undefined);
  const said = matches.some((other) => other.clue.kind === clue.kind && named.every((part) => other.clue[part] === clue[part]));
  return !overlaps && !said;
}

function toMatch(wording: Wording, found: RegExpExecArray, text: string, start: number): Match {
  const end = start + found[0].length;
  const line = lineAround(text, start, end);
  const named = partsOf(found.groups ?? {});
  const target = named.host === undefined && named.port === undefined && ABOUT_A_TARGET.has(wording.kind) ? targetIn(line) : {};
  return {
    start,
    end,
    clue: {
      kind: wording.kind,
      wording: wording.id,
      source: wording.source,
      quote: line,
      said: found[0].replaceAll(/\s+/g, ' ').trim().slice(0, MAX_SAID_CHARS),
      ...target,
      ...named,
    },
  };
}

type Parts = Partial<Record<Exclude<NamedPart, 'port'>, string>> & { port?: number };

function partsOf(groups: Readonly<Record<string, string | undefined>>): Parts {
  const parts: Parts = {};
  for (const part of NAMED_PARTS) {
    const value = groups[part]?.slice(0, MAX_PART_CHARS);
    if (value === undefined || value === '') continue;
    if (part !== 'port') parts[part] = part === 'host' ? bareHost(value) : value;
    else if (Number(value) >= 1 && Number(value) <= 65_535) parts.port = Number(value);
  }
  return parts;
}

function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

const URL_TARGET = /[a-z][a-z0-9+]{1,15}:\/\/(?:[^\s/@"']{1,100}@)?([A-Za-z0-9_][\w.-]{0,252})(?::(\d{1,5}))?/i;
const PEER_TARGET = /->([A-Za-z0-9_][\w.-]{0,252}):(\d{1,5})/;
const PLAIN_TARGET = /(?<![\w.:/-])([A-Za-z_][\w.-]{0,252}|\d{1,3}(?:\.\d{1,3}){3}):(\d{2,5})(?![\w:.])/;
/** `Server.java:42` is a place in the source, not a port of a host. */
const SOURCE_FILE = /\.(?:java|kt|scala|go|py|js|mjs|cjs|ts|rb|rs|cs|php|c|cc|cpp|h|ex|erl|log|conf|yaml|yml)$/i;

/** The other end that a line names besides: a URL, the peer of a socket, or host:port. */
function targetIn(line: string): Parts {
  const match = PEER_TARGET.exec(line) ?? URL_TARGET.exec(line) ?? PLAIN_TARGET.exec(line);
  const host = match?.[1];
  if (!host || SOURCE_FILE.test(host)) return {};
  return partsOf({ host, port: match?.[2] });
}

/** Lower case, but only where that does not change the length (the Turkish dotted I does). */
function lowerCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function lineAround(text: string, start: number, end: number): string {
  const lineStart = text.lastIndexOf('\n', start) + 1;
  const lineEnd = text.indexOf('\n', end);
  const last = lineEnd < 0 ? text.length : lineEnd;
  if (last - lineStart <= MAX_QUOTE_CHARS) return text.slice(lineStart, last).trim();
  const from = Math.max(lineStart, Math.min(start - 60, last - MAX_QUOTE_CHARS));
  return text.slice(from, from + MAX_QUOTE_CHARS).trim();
}
