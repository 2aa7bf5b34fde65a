import type { LoggedException } from './entry.ts';

const MAX_TYPE_CHARS = 200;
const MAX_MESSAGE_CHARS = 1_000;

/** `java.net.ConnectException: Connection refused`, `Error: connect ECONNREFUSED`, `TypeError [ERR_X]: ...`, with what languages put in front. */
const NAMED =
  /^(?:(?:Unhandled exception\. |Uncaught |Unhandled rejection |Exception in thread "[^"]{0,200}" |PHP Fatal error: {1,2}Uncaught )?)((?:[\w$]{1,80}[.:\\]{1,2}){0,12}[\w$]{0,80}(?:Exception|Error|Throwable|Failure|Fault|Interrupt|Panic))(?:`\d)?(?: \[[\w-]{1,60}\])?(?: \([\w ]{1,60}\))?(?:: (.*)|$)/s;
const CAUSE = /^\s*(?:Caused by: |-{3,}> |\[cause\]: |Suppressed: )/;
const GO = /^(panic|fatal error): (.*)/s;
const RUST = /^thread '[^']{0,100}' (?:\(\d+\) )?panicked at (.*)/s;
const PYTHON_START = /^\s*(?:[|+] {0,3})?Traceback \(most recent call last\):/;
const PYTHON_CHAIN = /^(?:During handling of the above exception|The above exception was the direct cause)/;
/** Any name may be an exception at the end of a Python traceback. */
const PYTHON_END = /^([A-Za-z_][\w.]{0,150})(?:: (.*))?$/s;
const PYTHON_FILE = /^\s*File "[^"]{1,500}", line \d+/;
const PYTHON_MARK = /^\s*[\^~]{2,}\s*$/;
const FRAME =
  /^\s*(?:at .{1,300}?(?:\(|:\d)|\.\.\. \d{1,5} (?:more|common frames)|-{3} End of |goroutine \d{1,9} \[|created by |\[signal |runtime stack:|stack backtrace:|#\d{1,3} {1,3}\S)/;
const GO_FRAME = /^(?:[\w./*()[\]{}·$-]{1,300}\(.{0,500}\)$|\s{1,8}\/?\S{1,300}\.(?:go|s):\d{1,7}|exit status \d|\t)/;
/** pydantic lists the fields below its message, each on a line of its own. Source: https://docs.pydantic.dev/latest/errors/errors/ */
const FIELDS = /\b\d{1,4} validation errors? for \S{1,100}$/;
const FIELD = /^[\w.[\]-]{1,160}$/;
const CLOSER = /^[\])}>]{1,3}[,;]?$/;
const NODE_SOURCE = /^(?:file:\/\/)?[^\s:]{1,300}\.[cm]?[jt]sx?:\d{1,7}$/;

/** Which stack trace is being read: tells which unindented lines still belong to it. */
export type TraceKind = 'python' | 'python-source' | 'python-end' | 'python-open' | 'python-fields' | 'go' | 'node-source' | 'frames' | undefined;

export interface NamedException {
  readonly type: string;
  readonly message: string;
}

/** The exception that a line announces, with or without `Caused by:`; undefined for any other line. */
export function exceptionOn(line: string): NamedException | undefined {
  const bare = line.slice(0, 3_000).replace(CAUSE, '').trimStart();
  const panic = GO.exec(bare);
  if (panic) return named(panic[1], panic[2]);
  const rust = RUST.exec(bare);
  if (rust) return named('panic', rust[1]);
  // Node prints an instance of a class of its own with the class in front: `UnknownCard [Error]: ...`.
  const own = /^([A-Z]\w{1,80}) \[\w{0,40}Error\]: (.*)/s.exec(bare);
  if (own) return named(own[1], own[2]);
  const match = NAMED.exec(bare);
  return match ? named(match[1], match[2]) : undefined;
}

/** What kind of trace a line opens, if it opens one. */
export function traceOpenedBy(line: string): TraceKind {
  if (PYTHON_START.test(line)) return 'python';
  if (GO.test(line) || RUST.test(line)) return 'go';
  if (FIELDS.test(line)) return 'python-fields';
  if (NODE_SOURCE.test(line)) return 'node-source';
  return exceptionOn(line) ? 'frames' : undefined;
}

/**
 * Whether a line belongs to the trace being read, and what the trace is after it; undefined when it does not. Indented lines are the caller's to fold.
 *
 *     python ──File──▶ python-source ──any──▶ python ──Name: message──▶ python-end ──"During handling"──▶ python
 *                                                        └─ message ends with ':' ──▶ python-open ──'>'──▶ python-end
 */
export function continueTrace(kind: TraceKind, line: string): { readonly kind: TraceKind } | undefined {
  // Some frames have no source line: then the exception follows at once.
  if (kind === 'python-source' && !PYTHON_FILE.test(line))
    return { kind: /^\S/.test(line) && exceptionOn(line) ? (FIELDS.test(line) ? 'python-fields' : 'python-end') : 'python' };
  if (PYTHON_FILE.test(line)) return { kind: 'python-source' };
  if (PYTHON_MARK.test(line)) return { kind };
  if (kind === 'python-fields' && FIELD.test(line)) return { kind };
  if (kind === 'python-open') return { kind: CLOSER.test(line.trim()) ? 'python-end' : kind };
  if (kind === 'python') {
    const end = PYTHON_START.test(line) ? undefined : PYTHON_END.exec(line.slice(0, 3_000));
    if (end && FIELDS.test(line)) return { kind: 'python-fields' };
    if (end) return { kind: line.endsWith(':') && line.includes('<') ? 'python-open' : 'python-end' };
    // Two threads that print at once: the lines of the other one.
    return PYTHON_START.test(line) ? { kind } : undefined;
  }
  if (PYTHON_CHAIN.test(line)) return { kind: 'python' };
  if (FRAME.test(line) || CAUSE.test(line)) return { kind: kind ?? 'frames' };
  if (kind !== undefined && CLOSER.test(line)) return { kind };
  if (kind === 'go' && (GO_FRAME.test(line) || GO.test(line))) return { kind };
  if (kind === 'node-source') return { kind: exceptionOn(line) ? 'frames' : kind };
  return undefined;
}

/** The exception that the lines of one entry print, and what it goes back to; undefined when they print none. */
export function exceptionIn(lines: readonly string[]): LoggedException | undefined {
  return lines.some((line) => PYTHON_START.test(line)) ? pythonException(lines) : chainedException(lines);
}

/** True for the lines of a trace worth keeping when it is cut: those that name an exception. */
export function namesException(line: string): boolean {
  return CAUSE.test(line) || exceptionOn(line) !== undefined;
}

function chainedException(lines: readonly string[]): LoggedException | undefined {
  const causes = lines
    .filter((line) => CAUSE.test(line) && !/^\s*Suppressed/.test(line))
    .map(exceptionOn)
    .filter((cause) => cause !== undefined);
  const outer =
    lines
      .filter((line) => !CAUSE.test(line))
      .map(exceptionOn)
      .find((exception) => exception !== undefined) ?? causes[0];
  return outer && { ...outer, root: causes.at(-1) ?? outer };
}

/** Python prints the first exception first: the last one is what came out, the first one is what it goes back to. */
function pythonException(lines: readonly string[]): LoggedException | undefined {
  const ends: NamedException[] = [];
  let kind: TraceKind;
  for (const line of lines) {
    const opened = PYTHON_START.test(line);
    const next = opened ? { kind: 'python' as const } : continueTrace(kind, line);
    if (kind?.startsWith('python') && kind !== 'python-end' && (next?.kind === 'python-end' || next?.kind === 'python-open') && kind !== 'python-open') {
      const end = PYTHON_END.exec(line.slice(0, 3_000));
      if (end) ends.push(named(end[1], end[2]));
    }
    kind = next?.kind ?? kind;
  }
  const last = ends.at(-1);
  return last && { ...last, root: ends[0] ?? last };
}

function named(type: string | undefined, message: string | undefined): NamedException {
  return { type: (type ?? '').slice(0, MAX_TYPE_CHARS), message: (message ?? '').slice(0, MAX_MESSAGE_CHARS).trim() };
}
