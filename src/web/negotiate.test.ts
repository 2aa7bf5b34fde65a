import { describe, expect, it } from 'vitest';
import { asksForHtml, negotiate } from './negotiate.ts';

const OFFERED = ['text/html', 'application/json', 'text/markdown'] as const;

describe('negotiate', () => {
  it.each([
    [undefined, 'text/html'],
    ['', undefined],
    ['*/*', 'text/html'],
    ['application/json', 'application/json'],
    ['text/*;q=0.5, application/json;q=0.4', 'text/html'],
    ['text/html;q=0.2, text/markdown;q=0.9', 'text/markdown'],
    ['*/*, text/html;q=0', 'application/json'],
    ['image/png', undefined],
    ['TEXT/MARKDOWN', 'text/markdown'],
    ['text/html;q=nonsense, application/json;q=0.1', 'application/json'],
  ])('answers %j with %s', (accept, expected) => {
    expect(negotiate(accept, OFFERED)).toBe(expected);
  });
});

describe('asksForHtml', () => {
  it.each([
    ['text/html,*/*;q=0.8', true],
    ['*/*', false],
    [undefined, false],
    ['application/json, text/html;q=0.5', false],
  ])('is for %j %s', (accept, expected) => {
    expect(asksForHtml(accept)).toBe(expected);
  });
});
