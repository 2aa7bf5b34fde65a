import { expect, test } from 'vitest';
import { createBreaker } from './breaker.ts';

function breaker() {
  let now = 0;
  return { ...createBreaker(() => now, 1000), wait: (ms: number) => (now += ms) };
}

test('silence opens it, and says why it refuses', () => {
  const { refusal, silent } = breaker();
  expect(refusal()).toBeUndefined();
  silent(0, 'No answer.');
  expect(refusal()).toBe('No answer. Not asked again within 1 seconds.');
});

test('after a while one request is let through, and decides', () => {
  const { refusal, silent, answered, wait } = breaker();
  silent(0, 'No answer.');
  wait(1000);
  expect(refusal()).toBeUndefined();
  expect(refusal()).toBeDefined();
  silent(1000, 'No answer.');
  wait(999);
  expect(refusal()).toBeDefined();
  wait(1);
  expect(refusal()).toBeUndefined();
  answered();
  expect(refusal()).toBeUndefined();
  expect(refusal()).toBeUndefined();
});

test('a request that is given up decides nothing, and the next one is let through', () => {
  const { refusal, silent, abandoned, wait } = breaker();
  silent(0, 'No answer.');
  wait(1000);
  expect(refusal()).toBeUndefined();
  abandoned();
  expect(refusal()).toBeUndefined();
  expect(refusal()).toBeDefined();
});

test('one slow request beside others that were answered does not open it', () => {
  const { refusal, silent, answered, wait } = breaker();
  wait(500);
  answered();
  silent(100, 'No answer.');
  expect(refusal()).toBeUndefined();
});
