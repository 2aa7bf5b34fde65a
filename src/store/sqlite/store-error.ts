import { messageOf, OncallmError } from '#domain/error.ts';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that are the operator's business, and what to do about each. */
const TROUBLE: Readonly<Record<number, { readonly code: 'store-full' | 'store-unavailable'; readonly fix: string }>> = {
  3: { code: 'store-unavailable', fix: 'Give the user that runs OnCallM read and write permission on the file and its directory.' },
  5: { code: 'store-unavailable', fix: 'Another process holds the database. Only one OnCallM may use a file; stop the other one.' },
  6: { code: 'store-unavailable', fix: 'Another process holds the database. Only one OnCallM may use a file; stop the other one.' },
  8: { code: 'store-unavailable', fix: 'Give the user that runs OnCallM write permission on the file and its directory, and mount the volume writable.' },
  10: { code: 'store-unavailable', fix: 'Check the disk or volume: reading or writing it fails.' },
  11: { code: 'store-unavailable', fix: 'The database file is damaged. Stop OnCallM and put back the last copy that `oncallm backup` wrote.' },
  13: { code: 'store-full', fix: 'Free space on the volume of the database, or make it larger. RETENTION_DAYS decides how long reports are kept.' },
  14: { code: 'store-unavailable', fix: 'Give the user that runs OnCallM read and write permission on the file and its directory.' },
  26: { code: 'store-unavailable', fix: 'DATABASE_URL names a file that is not a SQLite database. Name another one, or move it away.' },
};

/** What the operator must hear about a failure of the database; anything else (a bug, bad data) comes back as it was thrown. */
export function storeError(thrown: unknown, file: string): unknown {
  const trouble = TROUBLE[resultCode(thrown) & 0xff];
  if (trouble === undefined) return thrown;
  return new OncallmError(trouble.code, `The database ${file} cannot be used: ${messageOf(thrown)}.`, trouble.fix, { cause: thrown });
}

function resultCode(thrown: unknown): number {
  return thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number' ? thrown.errcode : 0;
}

/** For calls after close(). */
export function closedError(file: string): OncallmError {
  return new OncallmError('store-unavailable', `The database ${file} is closed.`, 'OnCallM is shutting down; try again when it is up.');
}
