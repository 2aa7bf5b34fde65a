import { describe, expect, it } from 'vitest';
import { readAudit } from './audit.ts';

describe('readAudit', () => {
  it('stops at what is high or critical, and counts the rest', () => {
    const answer = JSON.stringify({
      vulnerabilities: {
        bad: { severity: 'critical', range: '<2.0.0', via: [{ title: 'Runs what it is sent', url: 'https://example.com/1' }] },
        above: { severity: 'high', range: '*', via: ['bad'] },
        lesser: { severity: 'moderate', range: '<1', via: [] },
      },
    });
    expect(readAudit(answer)).toEqual({
      outcome: 'checked',
      problems: ['bad <2.0.0: critical, Runs what it is sent (https://example.com/1)', 'above *: high, by bad'],
      tolerated: 1,
    });
  });

  it('finds nothing in a clean answer', () => {
    expect(readAudit('{"vulnerabilities":{}}')).toEqual({ outcome: 'checked', problems: [], tolerated: 0 });
  });

  it.each([
    ['a registry without the list', '{"error":{"code":"ENOAUDIT","summary":"audit endpoint returned an error"}}', 'audit endpoint returned an error'],
    ['no answer', '', 'the answer cannot be read'],
    ['something else', '<html>', 'the answer cannot be read'],
  ])('does not take %s for a clean one', (_what, answer, why) => {
    expect(readAudit(answer)).toEqual({ outcome: 'unknown', why });
  });
});
