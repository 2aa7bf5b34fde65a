import type { LabelSet } from '#domain/alert.ts';

/**
 * The fingerprint that Prometheus and Alertmanager give a label set: FNV-1a 64 over `name 0xFF value 0xFF` of every label, names sorted by
 * their UTF-8 bytes; 16 lower-case hex digits. Source: github.com/prometheus/common, model/signature.go and model/fnv.go.
 */
export function fingerprintOf(labels: LabelSet): string {
  const pairs = Object.entries(labels).map(([name, value]) => ({ name: Buffer.from(name, 'utf8'), value: Buffer.from(value, 'utf8') }));
  // Not the default string order: JavaScript sorts by UTF-16 units, which puts astral characters before U+E000..U+FFFF.
  pairs.sort((left, right) => Buffer.compare(left.name, right.name));
  let hash = OFFSET_BASIS;
  for (const { name, value } of pairs) {
    hash = addByte(addBytes(hash, name), SEPARATOR);
    hash = addByte(addBytes(hash, value), SEPARATOR);
  }
  return hex(hash.high) + hex(hash.low);
}

/** 64 bits as two unsigned halves: BigInt takes twenty times as long for the same. */
interface Hash {
  readonly high: number;
  readonly low: number;
}

const OFFSET_BASIS: Hash = { high: 0xcbf29ce4, low: 0x84222325 };
/** The prime is 2^40 + 0x1b3: multiplying is multiplying by this and adding the number shifted by 40 bits. */
const PRIME_LOW = 0x1b3;
const SEPARATOR = 0xff;
const TWO_TO_32 = 0x1_0000_0000;

function addBytes(hash: Hash, bytes: Uint8Array): Hash {
  let { high, low } = hash;
  for (const byte of bytes) {
    const mixed = (low ^ byte) >>> 0;
    const product = mixed * PRIME_LOW;
    high = (high * PRIME_LOW + Math.floor(product / TWO_TO_32) + ((mixed << 8) >>> 0)) % TWO_TO_32;
    low = product % TWO_TO_32;
  }
  return { high, low };
}

function addByte(hash: Hash, byte: number): Hash {
  return addBytes(hash, Uint8Array.of(byte));
}

function hex(half: number): string {
  return half.toString(16).padStart(8, '0');
}
