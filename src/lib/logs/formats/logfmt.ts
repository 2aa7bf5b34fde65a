import { levelOfWord, type ParsedLine } from '../entry.ts';
import { timeOf } from '../timestamp.ts';
import { joinMessage } from './json.ts';

const MAX_PAIRS = 40;
const MAX_VALUE_CHARS = 2_000;
/** A line is logfmt only if one of these is among its keys: `a=1 b=2` may be anything. */
const TELLING = new Set(['level', 'lvl', 'msg', 'message', 'severity']);
const KEY = /[A-Za-z_@][\w.@/-]{0,63}=/y;

/** Reads `time=... level=error msg="..." err="..."`; undefined when the line is not made of such pairs. */
export function parseLogfmtLine(text: string): ParsedLine | undefined {
  const pairs = scanPairs(text);
  if (!pairs || ![...pairs.keys()].some((key) => TELLING.has(key))) return undefined;
  const time = pairs.get('time') ?? pairs.get('ts') ?? pairs.get('t') ?? pairs.get('timestamp');
  return {
    at: time === undefined ? undefined : timeOf(time),
    level: levelOfWord(pairs.get('level') ?? pairs.get('lvl') ?? pairs.get('severity') ?? ''),
    logger: pairs.get('logger') ?? pairs.get('component') ?? pairs.get('caller') ?? pairs.get('source'),
    message: joinMessage(pairs.get('msg') ?? pairs.get('message'), pairs.get('err') ?? pairs.get('error') ?? pairs.get('reason')),
    fields: Object.fromEntries([...pairs].map(([key, value]) => [key, value.slice(0, 500)])),
  };
}

/** The pairs of a line; undefined when anything but pairs is in the way. One pass, no backtracking. */
export function scanPairs(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>();
  let position = 0;
  while (position < text.length && pairs.size < MAX_PAIRS) {
    if (text[position] === ' ' || text[position] === '\t') {
      position += 1;
      continue;
    }
    KEY.lastIndex = position;
    const key = KEY.exec(text);
    if (!key) return undefined;
    const value = valueAt(text, KEY.lastIndex);
    pairs.set(key[0].slice(0, -1), value.text);
    position = value.end;
  }
  return pairs.size >= 2 ? pairs : undefined;
}

function valueAt(text: string, start: number): { readonly text: string; readonly end: number } {
  if (text[start] !== '"') {
    const space = text.indexOf(' ', start);
    const end = space < 0 ? text.length : space;
    return { text: text.slice(start, Math.min(end, start + MAX_VALUE_CHARS)), end };
  }
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  const quoted = text.slice(start + 1, Math.min(end, start + MAX_VALUE_CHARS));
  return { text: quoted.replaceAll('\\n', ' ').replaceAll('\\t', ' ').replaceAll(/\\(.)/g, '$1'), end: end + 1 };
}
