import { randomFillSync } from 'node:crypto';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const POOL_BYTES = 4_096;
/** The 12 bits after the version; they count within one millisecond. */
const COUNTER_LIMIT = 0x1000;

export interface UuidV7Options {
  readonly clock?: () => Date;
  /** Fills the array with random bytes. */
  readonly random?: (bytes: Uint8Array) => void;
}

/**
 * A generator of UUIDv7 (RFC 9562, section 6.2, method 1): each one sorts after the one before, as text too, also within a millisecond and when the
 * clock is set back; the time part then runs ahead of the clock instead.
 */
export function createUuidV7({ clock = () => new Date(), random = (bytes) => void randomFillSync(bytes) }: UuidV7Options = {}): () => string {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  let lastMs = -1;
  let counter = 0;

  const take = (): number => {
    if (used === POOL_BYTES) {
      random(pool);
      used = 0;
    }
    return pool[used++] ?? 0;
  };

  return () => {
    const nowMs = clock().getTime();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      // Starts in the lower half, so that a millisecond has room for at least 2,048 ids.
      counter = ((take() << 8) | take()) & 0x7ff;
    } else if (++counter === COUNTER_LIMIT) {
      lastMs += 1;
      counter = 0;
    }
    const time = lastMs.toString(16).padStart(12, '0');
    const count = counter.toString(16).padStart(3, '0');
    let tail = HEX[(take() & 0x3f) | 0x80] ?? '';
    for (let index = 0; index < 7; index++) tail += HEX[take()] ?? '';
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
}
