import { promisify } from 'node:util';
import { gunzip, gzip, constants as zlib } from 'node:zlib';
import type { PackedText } from './tables.ts';

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** Shorter text is kept as it is: it would gain little, and stays readable in the file. */
const SMALL_BYTES = 4_096;

/** Prepares text for storage: large text is compressed (gzip, off the main thread). */
export async function packText(text: string): Promise<PackedText> {
  return text.length < SMALL_BYTES ? text : gzipAsync(text, { level: zlib.Z_BEST_SPEED });
}

/** The text that was packed. */
export async function unpackText(packed: PackedText): Promise<string> {
  return typeof packed === 'string' ? packed : (await gunzipAsync(packed)).toString('utf8');
}

/** Tells compressed text from text, for a database that keeps both as bytes (RFC 1952, section 2.3.1: JSON never begins so). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Packed text as bytes. */
export function packedBytes(packed: PackedText): Uint8Array {
  return typeof packed === 'string' ? Buffer.from(packed, 'utf8') : packed;
}
