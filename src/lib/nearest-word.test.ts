import { expect, test } from 'vitest';
import { nearestWord } from './nearest-word.ts';

const WORDS = ['APP_PORT', 'APP_HOST', 'RETENTION_DAYS', 'LOG_LEVEL'];

test('finds the word that was meant, whatever its case and separators', () => {
  expect(nearestWord('RETENTON_DAYS', WORDS)).toBe('RETENTION_DAYS');
  expect(nearestWord('log-level', WORDS)).toBe('LOG_LEVEL');
  expect(nearestWord('app_port', WORDS)).toBe('APP_PORT');
});

test('suggests nothing for a word that is like none', () => {
  expect(nearestWord('COMPLETELY_DIFFERENT', WORDS)).toBeUndefined();
  expect(nearestWord('', WORDS)).toBeUndefined();
});
