import { oddString } from './odd-values.ts';
import type { Random } from './random.ts';

const LONGEST_BYTES = 300_000;

/** A copy of some bytes with a few of them wrong, missing, repeated or taken from `others`. */
export function mutateBytes(bytes: Buffer, random: Random, others: readonly Buffer[] = []): Buffer {
  let result = bytes;
  for (let count = random.whole(1, 5); count > 0; count--) result = changed(result, random, others);
  return result.subarray(0, LONGEST_BYTES);
}

/** The same for text; bytes that are no UTF-8 become what a decoder makes of them. */
export function mutateText(text: string, random: Random, others: readonly string[] = []): string {
  return mutateBytes(
    Buffer.from(text),
    random,
    others.map((other) => Buffer.from(other)),
  ).toString('utf8');
}

function changed(bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  const from = random.whole(0, bytes.length);
  const to = random.chance(0.8) ? Math.min(bytes.length, from + random.whole(0, 40)) : random.whole(from, bytes.length);
  const [head, piece, tail] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
  switch (random.pick(['flip', 'remove', 'cut', 'odd', 'odd', 'repeat', 'splice', 'line', 'noise'] as const)) {
    case 'flip':
      return Buffer.concat([head, piece.map((byte) => byte ^ (1 << random.whole(0, 7))), tail]);
    case 'remove':
      return Buffer.concat([head, tail]);
    case 'cut':
      return random.chance(0.3) ? head : Buffer.concat([head, tail]);
    case 'odd':
      return Buffer.concat([head, Buffer.from(oddString(random)), tail]);
    case 'repeat':
      return Buffer.concat([head, ...Array.from({ length: random.pick([2, 10, 400]) }, () => piece), tail]);
    case 'splice': {
      const other = others.length > 0 ? random.pick(others) : bytes;
      const at = random.whole(0, other.length);
      return Buffer.concat([head, other.subarray(at, at + random.whole(0, 2_000)), tail]);
    }
    case 'line':
      return moveLine(bytes, random);
    case 'noise':
      return Buffer.concat([head, Buffer.from(Array.from({ length: random.whole(1, 20) }, () => random.whole(0, 255))), tail]);
  }
}

/** Puts a line where another one is, or twice. */
function moveLine(bytes: Buffer, random: Random): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  if (lines.length < 2) return bytes;
  const line = random.pick(lines);
  lines.splice(random.whole(0, lines.length), random.whole(0, 1), line);
  return Buffer.from(lines.join('\n'), 'latin1');
}
