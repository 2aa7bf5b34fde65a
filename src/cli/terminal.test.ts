import { expect, test } from 'vitest';
import { createTerminal } from './terminal.ts';

function streams(isTTY: boolean) {
  const written: string[] = [];
  const stream = { write: (text: string | Uint8Array) => written.push(String(text)) > 0, isTTY, columns: 40 };
  return { written, stream };
}

test('progress is for people only', () => {
  const { written, stream } = streams(false);
  createTerminal(stream, stream, {}).progress('working');
  expect(written).toEqual([]);
});

test('progress is cut to the line, and taken away before anything else is written', () => {
  const { written, stream } = streams(true);
  const terminal = createTerminal(stream, stream, {});
  terminal.progress('x'.repeat(100));
  terminal.out('done');
  expect(written).toEqual(['x'.repeat(39), '\r\u001b[K', 'done\n']);
});

test('colours are off for pipes, NO_COLOR and dumb terminals', () => {
  const { stream } = streams(true);
  expect(createTerminal(stream, stream, {}).colour).toBe(true);
  expect(createTerminal(stream, stream, { NO_COLOR: '1' }).colour).toBe(false);
  expect(createTerminal(stream, stream, { TERM: 'dumb' }).colour).toBe(false);
  expect(createTerminal(streams(false).stream, stream, {}).colour).toBe(false);
});
