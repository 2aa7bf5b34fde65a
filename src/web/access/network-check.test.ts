import { expect, it } from 'vitest';
import { createNetworkCheck } from './network-check.ts';

it.each([
  ['10.1.2.3', true],
  ['::ffff:10.1.2.3', true],
  ['11.1.2.3', false],
  ['192.0.2.7', true],
  ['192.0.2.8', false],
  ['127.0.0.1', true],
  ['::1', true],
  ['fd00::17', true],
  ['fe80::1', false],
  ['', false],
  ['10.1.2.3, 11.1.2.3', false],
  ['oncallm', false],
  [undefined, false],
])('%s in the networks: %s', (address, expected) => {
  expect(createNetworkCheck(['10.0.0.0/8', '192.0.2.7', 'loopback', 'fd00::/8'])(address)).toBe(expected);
});

it('without networks nobody is in one', () => {
  expect(createNetworkCheck([])('127.0.0.1')).toBe(false);
});
