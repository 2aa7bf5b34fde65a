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
