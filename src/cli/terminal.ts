import type { WriteStream } from 'node:tty';

/** Where a command writes. Results go to `out`, everything said on the way to `err`; both end the line. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Shows what is being done on one line that the next call replaces; nothing unless a person is watching. '' takes it away. */
  progress(text: string): void;
  /** True: `out` is a terminal that shows colours. */
  readonly colour: boolean;
  /** Columns of `out`. */
  readonly width: number;
}

type Stream = Pick<WriteStream, 'write' | 'isTTY' | 'columns'>;

const CLEAR_LINE = '\r\u001b[K';

/** `env`: NO_COLOR turns colours off (https://no-color.org), TERM=dumb everything clever. */
export function createTerminal(out: Stream, err: Stream, env: Readonly<Record<string, string | undefined>>): Terminal {
  const clever = env['TERM'] !== 'dumb';
  const interactive = err.isTTY === true && clever && !env['CI'];
  let shown = false;
  const clear = (): void => {
    if (shown) err.write(CLEAR_LINE);
    shown = false;
  };
  return {
    out(text) {
      clear();
      out.write(`${text}\n`);
    },
    err(text) {
      clear();
      err.write(`${text}\n`);
    },
    progress(text) {
      if (!interactive) return;
      clear();
      if (text === '') return;
      err.write(text.slice(0, Math.max(20, (err.columns ?? 80) - 1)));
      shown = true;
    },
    colour: out.isTTY === true && clever && !env['NO_COLOR'],
    width: Math.min(110, Math.max(40, out.isTTY ? (out.columns ?? 80) : 100)),
  };
}
