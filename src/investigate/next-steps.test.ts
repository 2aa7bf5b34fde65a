import { describe, expect, it } from 'vitest';
import { nextSteps } from './next-steps.ts';

const pod = (name: string) => ({ kind: 'Pod', namespace: 'shop', name });

describe('what a person looks at next', () => {
  it('is what the alert names, and the log of its run before', () => {
    expect(nextSteps([], [pod('cart-1')], new Set())).toMatchObject([
      { text: 'See what Pod cart-1 says about itself.', command: 'kubectl -n shop describe pod/cart-1', risk: 'none' },
      { text: 'Read the log of the run of cart-1 before.', command: 'kubectl -n shop logs cart-1 --previous --all-containers --tail=100' },
    ]);
  });

  it('says that it is one of several, since the report may have been opened for another one', () => {
    const [first] = nextSteps([], [pod('cart-1'), pod('cart-2'), pod('cart-3')], new Set());
    expect(first?.text).toBe('See what Pod cart-1 says about itself. It is one of 3 objects that the alerts of this incident are about.');
  });
});
