import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';

interface Vectors {
  readonly empty_label_set: string;
  readonly vectors: readonly { readonly labels: Record<string, string>; readonly fingerprint: string }[];
}
const recorded = JSON.parse(readFileSync(new URL('../../testing/payloads/fingerprints.json', import.meta.url), 'utf8')) as Vectors;

describe('fingerprintOf', () => {
  it.each(recorded.vectors)('gives $fingerprint as three Alertmanager versions do', ({ labels, fingerprint }) => {
    expect(fingerprintOf(labels)).toBe(fingerprint);
  });

  it('gives the offset basis for no labels', () => {
    expect(fingerprintOf({})).toBe(recorded.empty_label_set);
  });

  it('does not depend on the order of the labels', () => {
    expect(fingerprintOf({ severity: 'none', alertname: 'Watchdog' })).toBe('448881ef475b9b26');
  });

  it('sorts names by their UTF-8 bytes, not by UTF-16 units', () => {
    // U+FB01 sorts before U+1F600 in UTF-8 and after it in UTF-16; the same pairs hashed by hand in that order with BigInt.
    const hash = (pairs: readonly (readonly [string, string])[]): string => {
      let value = 0xcbf29ce484222325n;
      for (const byte of pairs.flatMap(([name, label]) => [...Buffer.from(name), 0xff, ...Buffer.from(label), 0xff])) {
        value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
      }
      return value.toString(16).padStart(16, '0');
    };
    const byBytes = hash([
      ['\uFB01', 'a'],
      ['\u{1F600}', 'b'],
    ]);
    expect(fingerprintOf({ '\u{1F600}': 'b', '\uFB01': 'a' })).toBe(byBytes);
    expect(['\u{1F600}', '\uFB01'].sort()[0], 'the guard is needed').toBe('\u{1F600}');
  });
});
