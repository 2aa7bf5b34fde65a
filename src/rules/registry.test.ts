import { expect, it } from 'vitest';
import { RULES } from './registry.ts';

it('has each rule once, and none that is still as it was made', () => {
  const ids = RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(RULES.filter(({ summary }) => summary.startsWith('describe here')).map(({ id }) => id)).toEqual([]);
});
