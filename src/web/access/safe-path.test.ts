import fc from 'fast-check';
import { expect, it } from 'vitest';
import { safePath } from './safe-path.ts';

it.each([
  ['/report/b2c4f0a9?cluster=eu&episode=1', '/report/b2c4f0a9?cluster=eu&episode=1'],
  ['/', '/'],
  ['/?search=//evil.example', '/?search=//evil.example'],
  ['/report/a%2Fb', '/report/a%2Fb'],
])('keeps %j', (wanted, path) => {
  expect(safePath(wanted)).toBe(path);
});

it.each([
  undefined,
  '',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/%2e//evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  'evil.example',
  '@evil.example',
  '/sign-out',
  '/sign-in?next=/',
  `/${'x'.repeat(3_000)}`,
])('takes %j for the inbox', (wanted) => {
  expect(safePath(wanted)).toBe('/');
});

it('never leaves the server, whatever is wanted', () => {
  const pieces = fc.array(fc.constantFrom('/', '\\', '.', '..', '%2e', '%2f', '\t', '\n', '@', ':', '?', '#', 'evil.example', 'http:', ' '), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, (parts) => {
      const path = safePath(parts.join(''));
      expect(new URL(path, 'https://oncallm.example').origin).toBe('https://oncallm.example');
      // As a browser tidies it up once more after the redirect.
      expect(safePath(path)).toBe(path);
    }),
    { numRuns: 2_000 },
  );
});
