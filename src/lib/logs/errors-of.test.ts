import { describe, expect, it } from 'vitest';
import { errorsOf, looksLikeError } from './errors-of.ts';
import { foldPatterns, maskVarying } from './fold-patterns.ts';
import { parseLines } from './parse-lines.ts';

function entriesOf(...lines: readonly string[]) {
  return parseLines(lines.map((text) => ({ at: null, text })));
}

describe('foldPatterns', () => {
  it.each([
    ['order 42 took 3.5s', 'order <n> took <n>s'],
    ['user 7f3b1c9e-1a2b-4c3d-8e9f-0a1b2c3d4e5f gone', 'user <uuid> gone'],
    ['dial tcp 10.1.2.3:5432: refused', 'dial tcp <ip>: refused'],
    ['at 0xc000123 and deadbeef01', 'at <hex> and <hex>'],
    ['mail to a.b@example.com', 'mail to <email>'],
    ['pod web-7d4b9c6f5-x2vbn gone', 'pod web-<pod> gone'],
    ['since 2025-01-02T15:04:05Z', 'since <time>'],
    ['key "order-77" is gone, table "orders" stays', 'key <quoted> is gone, table "orders" stays'],
  ])('masks %s', (message, pattern) => {
    expect(maskVarying(message)).toBe(pattern);
  });

  it('counts, keeps first and last time, and keeps levels apart', () => {
    const [slow, broken, ...others] = foldPatterns(
      entriesOf(
        '2025-01-02T15:04:07Z WARN took 3 ms',
        '2025-01-02T15:04:05Z WARN took 4 ms',
        '2025-01-02T15:04:06Z ERROR took 5 ms',
        '2025-01-02T15:04:09Z WARN took 9 ms',
      ),
    );
    expect(slow).toMatchObject({ pattern: 'took <n> ms', count: 3, firstAt: '2025-01-02T15:04:05.000Z', lastAt: '2025-01-02T15:04:09.000Z' });
    expect(broken).toMatchObject({ count: 1, first: { level: 'error' } });
    expect(others).toEqual([]);
  });

  it('bounds the number of patterns', () => {
    const words = Array.from(
      { length: 2_000 },
      (_, index) => `word${String.fromCharCode(97 + (index % 26), 97 + (Math.floor(index / 26) % 26), 97 + Math.floor(index / 676))}`,
    );
    const folded = foldPatterns(entriesOf(...words));
    expect(folded).toHaveLength(501);
    expect(folded.reduce((sum, { count }) => sum + count, 0)).toBe(2_000);
  });
});

describe('errorsOf', () => {
  it('prefers the specific error to the loud one, and says which came first', () => {
    const loud = Array.from({ length: 50 }, (_, index) => `2025-01-02T15:05:${String(index).padStart(2, '0')}Z ERROR request ${index} failed`);
    const [best, next] = errorsOf(entriesOf('2025-01-02T15:04:05Z ERROR cannot load orders: dial tcp 10.99.1.2:5432: connect: connection refused', ...loud));
    expect(best).toMatchObject({ order: 0, count: 1, clues: [{ kind: 'connection-refused', host: '10.99.1.2', port: 5432 }] });
    expect(next).toMatchObject({ order: 1, count: 50, clues: [] });
  });

  it('prefers the reason to what follows from it', () => {
    const [best] = errorsOf(
      entriesOf('ERROR upstream request timeout', 'ERROR FATAL: password authentication failed for user "app"', 'ERROR connection reset by peer'),
    );
    expect(best?.clues[0]).toMatchObject({ kind: 'auth', user: 'app' });
  });

  it('does not hide behind a fold that several addresses were meant', () => {
    const [only] = errorsOf(
      entriesOf('ERROR dial tcp 10.99.1.2:5432: connect: connection refused', 'ERROR dial tcp 10.99.1.3:6379: connect: connection refused'),
    );
    expect(only?.count).toBe(2);
    expect(only?.clues.map(({ port }) => port)).toEqual([5432, 6379]);
  });

  it('finds an error at info level by its clue or its exception', () => {
    const [only] = errorsOf(
      entriesOf('Jan 02, 2025 3:04:05 PM io.grpc.X notify', 'INFO: Transport failed', 'io.netty.Http2Exception: Unexpected HTTP/1.x request: GET /'),
    );
    expect(only?.clues[0]?.kind).toBe('protocol');
  });

  it('sees errors without a level by what they say', () => {
    expect(errorsOf(entriesOf('starting', 'cannot parse the rules file', 'listening'))).toHaveLength(1);
  });

  it.each([
    'finished: 0 errors, 0 failures',
    'no errors found',
    'errors=0 failed=0 error_rate=0.00',
    '{"level":"info","msg":"done","errors":0}',
    'level=info msg="sync done" err=null',
    'INFO retry succeeded after connection refused',
    'INFO reconnected to 10.99.1.2:6379 after a timeout',
    'INFO registered GlobalExceptionHandler for errors',
    '10.1.1.7 - - [02/Jan/2025:15:04:05 +0000] "GET /error.html HTTP/1.1" 200 150 "-" "curl"',
    '10.1.1.7 - - [02/Jan/2025:15:04:05 +0000] "GET /missing HTTP/1.1" 404 150 "-" "curl"',
    'DEBUG connection refused, trying the next address',
    'writing to /var/log/error.log',
    '<bf> { bf-error-rate : 0.01 }',
    '(Use `node --trace-deprecation ...` to show where the warning was created)',
    'connect timeout: 5000 ms',
  ])('scary, but no error: %s', (line) => {
    expect(entriesOf(line).filter((entry) => looksLikeError(entry))).toEqual([]);
  });

  it.each([
    'ERROR shutting down',
    'Killed',
    'java.lang.IllegalStateException: nope',
    'WARN could not reach the cache',
    '10.1.1.7 - - [02/Jan/2025:15:04:05 +0000] "GET /api HTTP/1.1" 503 150 "-" "curl"',
    '{"severity":"error","message":"request error","error":"context canceled"}',
  ])('an error: %s', (line) => {
    expect(entriesOf(line).filter((entry) => looksLikeError(entry))).toHaveLength(1);
  });

  it('counts what a large log says again and again', () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, index) =>
        `{"severity":"error","timestamp":"2025-01-02T15:04:05Z","message":"request error","error":"dial tcp 10.1.${index % 7}.2:5432: connect: connection refused","id":"${index}"}`,
    );
    expect(errorsOf(entriesOf(...lines))[0]?.count).toBe(20_000);
  });
});
