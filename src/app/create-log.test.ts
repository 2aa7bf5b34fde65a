import { expect, test } from 'vitest';
import { createLog, textLine } from './create-log.ts';

function record(logFormat: 'json' | 'text', write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog({ logLevel: 'info', logFormat }, { write: (line) => lines.push(line) }));
  return lines.join('');
}

test('a JSON record has message, level by name and time in UTC', () => {
  const entry = JSON.parse(record('json', (log) => log.info({ port: 8001 }, 'Listening')));
  expect(entry).toMatchObject({ level: 'info', message: 'Listening', port: 8001 });
  expect(entry.time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

test('secrets in fields are taken out', () => {
  expect(record('json', (log) => log.info({ headers: { authorization: 'Bearer abc' }, token: 'abc' }, 'Request'))).not.toContain('abc');
});

test('the text form keeps message, fields and the message of an error, on one line', () => {
  const line = record('text', (log) => log.warn({ host: '0.0.0.0', why: 'no\ntoken', error: new Error('refused') }, 'Careful'));
  expect(line).toMatch(/^\d\d:\d\d:\d\d WARN Careful host=0\.0\.0\.0 why="no\\ntoken" error=refused\n$/);
});

test('below the level nothing is written', () => {
  expect(record('json', (log) => log.debug('quiet'))).toBe('');
  expect(textLine('{"level":"info","time":"2026-01-01T00:00:00.000Z","message":"x"}')).toBe('00:00:00 INFO x');
});
