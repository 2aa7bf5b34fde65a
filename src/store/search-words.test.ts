import { describe, expect, it } from 'vitest';
import { searchDocument, searchQuery } from './search-words.ts';

describe('searchDocument', () => {
  it('enters a name from each of its inner beginnings', () => {
    expect(searchDocument({ alertname: 'KubePodCrashLooping' }, '')).toBe('kubepodcrashlooping podcrashlooping crashlooping looping');
    expect(searchDocument({ alertname: 'CPUThrottlingHigh' }, '')).toBe('cputhrottlinghigh throttlinghigh high');
  });

  it('takes labels and cause apart into words, each once', () => {
    expect(searchDocument({ pod: 'checkout-7f9c', namespace: 'checkout' }, 'OOMKilled: checkout')).toBe('oomkilled killed checkout 7f9c');
  });

  it('is bounded, whatever the labels', () => {
    const labels = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`l${index}`, `v${index} ${'x'.repeat(50_000)}`]));
    expect(searchDocument(labels, '').length).toBeLessThan(15_000);
  });
});

describe('searchQuery', () => {
  it('gives the words that must occur, folded, without single letters', () => {
    expect(searchQuery('  Checkout-7F9c "OR" a * ')).toEqual(['checkout', '7f9c', 'or']);
    expect(searchQuery('%_"')).toEqual([]);
  });

  it('is bounded', () => {
    expect(searchQuery('word '.repeat(1_000))).toEqual(['word']);
    expect(searchQuery(Array.from({ length: 100 }, (_, index) => `w${index}`).join(' '))).toHaveLength(8);
  });
});
