import { expect, test } from 'vitest';
import { looksStamped, readLogLines } from './log-lines.ts';

const bounds = { maxLines: 3, maxBytes: 1000 };
const texts = (log: string, stamped = false, limits = bounds) => readLogLines(log, stamped, limits).lines.map(({ text }) => text);

test('the runtime’s timestamp becomes the time of the line', () => {
  const log = '2026-03-01T10:00:00.123456789Z GET /\n2026-03-01T12:00:01+02:00 done\n';
  expect(readLogLines(log, true, bounds)).toEqual({
    lines: [
      { at: '2026-03-01T10:00:00.123Z', text: 'GET /' },
      { at: '2026-03-01T10:00:01.000Z', text: 'done' },
    ],
    truncated: false,
  });
});

test('without it the line keeps its text, and its own time where it begins with one', () => {
  expect(readLogLines('2026-03-01T10:00:00Z x\nplain\n', false, bounds).lines).toEqual([
    { at: '2026-03-01T10:00:00.000Z', text: '2026-03-01T10:00:00Z x' },
    { at: null, text: 'plain' },
  ]);
});

test('the newest lines are kept, and that there were more is said', () => {
  expect(readLogLines('1\n2\n3\n4\n', false, bounds)).toMatchObject({ truncated: true });
  expect(texts('1\n2\n3\n4\n')).toEqual(['2', '3', '4']);
  expect(texts(`${'x'.repeat(600)}\n${'y'.repeat(600)}\nlast\n`)).toEqual(['y'.repeat(600), 'last']);
});

test('what is no text does no harm', () => {
  expect(texts('\u001b[31mred\u001b[0m\u0000\u0007 \u001b]0;title\u0007x\r\n')).toEqual(['red\ufffd\ufffd x']);
  expect(texts('z'.repeat(20_000), false, { maxLines: 3, maxBytes: 100_000 })[0]).toHaveLength(8193);
  expect(texts('')).toEqual([]);
});

test('recorded timestamps are told from those that a program writes', () => {
  expect(looksStamped('2026-03-01T10:00:00.123456789Z a\n2026-03-01T10:00:01.123456789Z b\n')).toBe(true);
  expect(looksStamped('2026-03-01T10:00:00.123Z a\n')).toBe(false);
  expect(looksStamped('2026-03-01T10:00:00.123456789Z a\nplain\n')).toBe(false);
  expect(looksStamped('')).toBe(false);
});
