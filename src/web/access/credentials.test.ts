import { expect, it } from 'vitest';
import { tokenOf } from './credentials.ts';

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

it.each([
  ['Bearer sesame', 'sesame'],
  ['bearer  sesame ', 'sesame'],
  [basic('anybody:sesame'), 'sesame'],
  [basic(':sesame:open'), 'sesame:open'],
  [basic('sesame'), undefined],
  ['Digest sesame', undefined],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  ['sesame', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j holds the token %j', (header, token) => {
  expect(tokenOf(header)).toBe(token);
});
