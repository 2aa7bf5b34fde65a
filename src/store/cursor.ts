import { OncallmError } from '#domain/error.ts';

/** Where a page ended, for the outside: opaque, and useless for another list. */
export function encodeCursor(list: string, position: readonly number[]): string {
  return Buffer.from(JSON.stringify([list, ...position])).toString('base64url');
}

/** The position of a cursor that encodeCursor made for this list; throws OncallmError `bad-cursor` for anything else. */
export function decodeCursor(list: string, length: number, cursor: string): readonly number[] {
  const [kind, ...position] = parse(cursor);
  if (kind === list && position.length === length && position.every((part): part is number => Number.isSafeInteger(part))) return position;
  throw new OncallmError(
    'bad-cursor',
    'The cursor of this page is not one that this list gave out.',
    'Start again without a cursor, and pass `next` of each page unchanged.',
  );
}

function parse(cursor: string): readonly unknown[] {
  if (cursor.length > 200) return [];
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
