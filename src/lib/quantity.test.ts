import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBytes, parseQuantity } from './quantity.ts';

test.each([
  ['100m', 0.1],
  ['1.5Gi', 1610612736],
  ['128Mi', 134217728],
  ['1e3', 1000],
  ['1E3', 1000],
  ['12E', 12e18],
  ['0', 0],
  ['.5', 0.5],
  ['5.', 5],
  ['+2k', 2000],
  ['-1', -1],
  ['250u', 0.00025],
  ['1n', 1e-9],
  [' 4 ', 4],
])('%s is %d', (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});

test.each(['', 'm', 'Gi', '1.5 Gi', '1gi', '1K', '0x10', 'NaN', 'Infinity', '1e999', '1,5', '1e', '٣'])('%j is no quantity', (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

test('a number is taken as it is, unless it is none', () => {
  expect(parseQuantity(3)).toBe(3);
  expect(parseQuantity(Number.NaN)).toBeUndefined();
  expect(parseQuantity(undefined)).toBeUndefined();
});

test('text without end is refused without being read', () => {
  expect(parseQuantity('1'.repeat(1_000_000))).toBeUndefined();
});

test('whole numbers survive, in milli as well', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (n) => parseQuantity(`${n}`) === n && parseQuantity(`${n}m`) === n / 1000));
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [134217728, '128 MiB'],
  [1610612736, '1.5 GiB'],
  [1024 * 1024 - 1, '1 MiB'],
  [-2048, '-2 KiB'],
  [Number.NaN, 'unknown'],
])('%d bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
