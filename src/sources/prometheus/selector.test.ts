import { describe, expect, it } from 'vitest';
import { quote, selectorOf } from './selector.ts';

describe('selectorOf', () => {
  it.each([
    ['up', [], 'up'],
    [
      'up',
      [
        { label: 'job', op: '=', value: 'api' },
        { label: 'pod', op: '!~', value: 'web-.*' },
      ],
      'up{job="api",pod!~"web-.*"}',
    ],
    ['service:request_rate', [], 'service:request_rate'],
    ['up', [{ label: 'pod', op: '=', value: '"} or vector(1) or up{a="' }], String.raw`up{pod="\"} or vector(1) or up{a=\""}`],
    ['up', [{ label: 'pod', op: '=~', value: String.raw`a\.b` }], String.raw`up{pod=~"a\\.b"}`],
    ['up', [{ label: 'a"b', op: '=', value: 'c\nd' }], String.raw`up{"a\"b"="c\nd"}`],
    ['http.requests or up', [], '{__name__="http.requests or up"}'],
  ] as const)('%s with %j', (metric, matchers, expected) => {
    expect(selectorOf({ metric, matchers })).toBe(expected);
  });

  it('quotes what is no text as text', () => {
    expect(quote('a\ud800b')).toBe('"a\ufffdb"');
  });
});
