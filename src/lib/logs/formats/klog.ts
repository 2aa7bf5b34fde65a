import type { LogLevel, ParsedLine } from '../entry.ts';
import { joinMessage } from './json.ts';
import { scanPairs } from './logfmt.ts';

const HEADER = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{1,9}\s{1,20}\d{1,10} ([^\s:\]]{1,100}:\d{1,6})\] /;
const LEVELS: Readonly<Record<string, LogLevel>> = { I: 'info', W: 'warning', E: 'error', F: 'fatal' };

/**
 * Reads `E0102 15:04:05.123456       1 reflector.go:138] "Failed to watch" err="..."` (klog, glog; Kubernetes' own components).
 * The header has no year: such a line has only the time that the runtime stamped.
 */
export function parseKlogLine(text: string): ParsedLine | undefined {
  const header = HEADER.exec(text.slice(0, 220));
  if (!header) return undefined;
  const rest = text.slice(header[0].length);
  const structured = /^"((?:[^"\\]|\\.){0,1000})"(?: (.*))?$/s.exec(rest.slice(0, 4_000));
  const pairs = structured?.[2] ? scanPairs(structured[2]) : undefined;
  // A single pair is no logfmt line, but it is one here.
  const only = structured?.[2] && !pairs ? /^err="((?:[^"\\]|\\.){0,2000})"?/.exec(structured[2])?.[1] : undefined;
  return {
    level: LEVELS[header[1] ?? ''],
    logger: header[2],
    message: structured ? joinMessage(structured[1], pairs?.get('err') ?? only?.replaceAll(/\\(.)/g, '$1')) : rest,
    fields: Object.fromEntries([...(pairs ?? [])].map(([key, value]) => [key, value.slice(0, 500)])),
  };
}
