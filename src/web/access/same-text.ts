import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two texts are the same, in a time that depends on neither: digests are of one length, which timingSafeEqual needs. */
export function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

/** Place of a text in a list, -1 when it is not in there. All are compared, also after a match. */
export function placeOf(text: string, list: readonly string[]): number {
  return list.reduce((found, candidate, place) => (isSameText(candidate, text) ? place : found), -1);
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
