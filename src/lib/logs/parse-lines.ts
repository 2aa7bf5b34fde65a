import { cleanLines } from './clean-line.ts';
import type { LogEntry, LogLine, ParsedLine } from './entry.ts';
import { parseAccessLine } from './formats/access.ts';
import { parseJsonLine } from './formats/json.ts';
import { parseKlogLine } from './formats/klog.ts';
import { parseLogfmtLine } from './formats/logfmt.ts';
import { hasHeader, parsePlainLine } from './formats/plain.ts';
import { continueTrace, exceptionIn, exceptionOn, namesException, type TraceKind, traceOpenedBy } from './stack-trace.ts';
import { timeOf } from './timestamp.ts';

/** Of more lines than this only the last ones are read. */
const MAX_LINES = 50_000;
/** An entry of more lines than this ends; the rest begins a new one. */
const MAX_LINES_PER_ENTRY = 500;
const KEPT_LINES = 20;
const MAX_TEXT_CHARS = 8_000;
const MAX_MESSAGE_CHARS = 2_000;
/** java.util.logging writes two lines: time, class and method; then level and message. */
const JUL_SECOND = /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): /;

/** An entry that may get more lines. */
interface Open {
  readonly at: string | null;
  readonly line: number;
  readonly parsed: ParsedLine;
  /** Grows in place: copying it for each line would be quadratic. */
  readonly lines: string[];
  readonly kind: TraceKind;
}

/**
 * Reads the lines of one container's log into entries, whatever mixture of formats it is: JSON, logfmt, klog, access logs, plain. Stack traces and
 * indented lines are folded into the entry before them. Never fails: what nothing else understands is a plain message.
 */
export function parseLines(lines: readonly LogLine[]): readonly LogEntry[] {
  const skipped = Math.max(0, lines.length - MAX_LINES);
  const entries: LogEntry[] = [];
  let open: Open | undefined;
  for (const [index, { at, text }] of cleanLines(lines.slice(skipped)).entries()) {
    if (text === '') continue;
    const grown: Open | undefined = open && extend(open, text);
    if (open && !grown) entries.push(finish(open));
    open = grown ?? begin(at, text, index + skipped);
  }
  if (open) entries.push(finish(open));
  return entries;
}

function begin(at: string | null, text: string, line: number): Open {
  const parsed = parseLine(text);
  return { at, line, parsed, lines: [text], kind: traceOpenedBy(text) ?? traceOpenedBy(parsed.message) };
}

/** One line by itself, in the first format that understands it. */
export function parseLine(text: string): ParsedLine {
  const json = parseJsonLine(text);
  // Docker's wrapper: the line proper is inside.
  if (json?.fields?.['stream'] !== undefined && json.fields['log'] !== undefined) {
    const inner = parseLine(json.fields['log'].trimEnd());
    return { ...inner, at: json.at ?? inner.at };
  }
  return json ?? parseKlogLine(text) ?? parseLogfmtLine(text) ?? parseAccessLine(text) ?? parsePlainLine(text);
}

/** The entry with one more line, if the line belongs to it. */
function extend(open: Open, text: string): Open | undefined {
  if (open.lines.length >= MAX_LINES_PER_ENTRY) return undefined;
  const grown = JUL_SECOND.test(text) && awaitsSecondLine(open) ? withSecondLine(open, text) : { ...open, kind: kindAfter(open, text) };
  if (grown.kind === 'apart') return undefined;
  open.lines.push(text);
  return { ...open, ...grown, kind: grown.kind };
}

/** What the trace is once the line has joined; `apart` when the line begins something new. */
function kindAfter(open: Open, text: string): TraceKind | 'apart' {
  const traced = continueTrace(open.kind, text);
  if (traced) return traced.kind;
  const trimmed = text.trimStart();
  if (trimmed !== text && !trimmed.startsWith('{"') && !hasHeader(trimmed)) return traceOpenedBy(trimmed) ?? open.kind;
  const headed = open.parsed.level !== undefined || open.parsed.at !== undefined;
  if (headed && open.kind === undefined && !hasHeader(text)) {
    const kind = traceOpenedBy(text);
    if (kind && kind !== 'node-source') return kind;
  }
  // `{` … `}` printed over several lines.
  return /^[\])}>]{1,3}[,;]?$/.test(text) && open.lines.length > 1 ? open.kind : 'apart';
}

function awaitsSecondLine({ parsed, lines }: Open): boolean {
  return lines.length === 1 && parsed.level === undefined && parsed.at !== undefined;
}

function withSecondLine(open: Open, text: string): Open {
  const first = [open.parsed.logger, open.parsed.message].filter(Boolean).join(' ');
  return { ...open, parsed: { ...parsePlainLine(text), at: open.parsed.at, logger: first.split(' ', 1)[0] } };
}

function finish({ at, line, parsed, lines, kind }: Open): LogEntry {
  const exception = kind !== undefined || lines.length > 1 ? exceptionIn([parsed.message, ...lines.slice(1)]) : undefined;
  const carried = exception ?? (parsed.stack ? exceptionIn(parsed.stack.split('\n', 200)) : undefined);
  return {
    at: (at === null ? undefined : timeOf(at)) ?? parsed.at,
    level: parsed.level,
    logger: parsed.logger?.slice(0, 200),
    message: messageOf(parsed.message, lines, carried).slice(0, MAX_MESSAGE_CHARS),
    fields: parsed.fields ?? {},
    exception: carried,
    request: parsed.request,
    text: textOf(parsed.stack ? [...lines, ...parsed.stack.split('\n', 200).filter(namesException)] : lines),
    line,
    lines: lines.length,
  };
}

function messageOf(message: string, lines: readonly string[], exception: LogEntry['exception']): string {
  const opener = message.trim();
  if (exception && (traceOpenedBy(opener) === 'python' || traceOpenedBy(opener) === 'node-source')) return `${exception.type}: ${exception.message}`;
  if (opener !== '') return opener;
  return lines[1]?.trim() ?? (exceptionOn(lines[0] ?? '')?.message || (lines[0] ?? '').trim());
}

function textOf(lines: readonly string[]): string {
  const kept = lines.length <= KEPT_LINES ? lines : [...lines.slice(0, KEPT_LINES), ...lines.slice(KEPT_LINES).filter(namesException).slice(-KEPT_LINES)];
  return kept.join('\n').slice(0, MAX_TEXT_CHARS);
}
