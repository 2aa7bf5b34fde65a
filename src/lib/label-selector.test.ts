import { expect, test } from 'vitest';
import { matchesLabels, matchesSelector } from './label-selector.ts';

const labels = { app: 'checkout', tier: 'backend' };
const expression = (key: string, operator: string, ...values: string[]) => ({ matchLabels: {}, matchExpressions: [{ key, operator, values }] });

test('every wanted label must be there with its value', () => {
  expect(matchesLabels({ app: 'checkout' }, labels)).toBe(true);
  expect(matchesLabels({ app: 'checkout', tier: 'frontend' }, labels)).toBe(false);
  expect(matchesLabels({ zone: 'a' }, labels)).toBe(false);
  expect(matchesLabels({}, labels)).toBe(true);
});

test('an inherited property is no label', () => {
  expect(matchesSelector(expression('constructor', 'Exists'), labels)).toBe(false);
});

test.each([
  ['app', 'In', ['checkout', 'cart'], true],
  ['app', 'In', ['cart'], false],
  ['zone', 'In', ['a'], false],
  ['app', 'NotIn', ['cart'], true],
  ['app', 'NotIn', ['checkout'], false],
  ['zone', 'NotIn', ['a'], true],
  ['app', 'Exists', [], true],
  ['zone', 'Exists', [], false],
  ['app', 'DoesNotExist', [], false],
  ['zone', 'DoesNotExist', [], true],
  ['app', 'Like', ['checkout'], false],
])('%s %s %j: %s', (key, operator, values, selected) => {
  expect(matchesSelector(expression(key, operator, ...values), labels)).toBe(selected);
});

test('labels and expressions must both hold', () => {
  const selector = { ...expression('tier', 'In', 'backend'), matchLabels: { app: 'checkout' } };
  expect(matchesSelector(selector, labels)).toBe(true);
  expect(matchesSelector(selector, { app: 'checkout' })).toBe(false);
  expect(matchesSelector({ matchLabels: {}, matchExpressions: [] }, {})).toBe(true);
});
