import { messageOf, OncallmError } from '#domain/error.ts';

interface Trouble {
  readonly code: 'store-full' | 'store-unavailable';
  readonly fix: string;
  /** True: the server, or the way to it, may be back in a moment. */
  readonly passing: boolean;
}

const PASSES = 'OnCallM goes on by itself once the server answers again.';
const unreachable: Trouble = {
  code: 'store-unavailable',
  fix: `Check that PostgreSQL runs and can be reached from here, and host and port in DATABASE_URL. ${PASSES}`,
  passing: true,
};
const unknownHost: Trouble = { code: 'store-unavailable', fix: `Check the host name in DATABASE_URL. ${PASSES}`, passing: true };
const slow: Trouble = {
  code: 'store-unavailable',
  fix: `PostgreSQL took too long: look at its load, its disk and at long transactions (pg_stat_activity). ${PASSES}`,
  passing: true,
};
const refused: Trouble = {
  code: 'store-unavailable',
  fix: 'Correct user and password in DATABASE_URL (special characters as %40 and the like), or pg_hba.conf.',
  passing: false,
};
const starting: Trouble = { code: 'store-unavailable', fix: `PostgreSQL starts, stops or fails over. ${PASSES}`, passing: true };
const encrypted: Trouble = {
  code: 'store-unavailable',
  fix: 'Add sslmode=disable, sslmode=no-verify, or sslmode=verify-full&sslrootcert=FILE to DATABASE_URL, as the server needs it.',
  passing: false,
};
const crowded: Trouble = {
  code: 'store-unavailable',
  fix: `All connections of the server are taken: raise max_connections, or let fewer replicas and programs use it. ${PASSES}`,
  passing: true,
};
const full: Trouble = {
  code: 'store-full',
  fix: 'Free space on the volume of PostgreSQL, or make it larger. RETENTION_DAYS decides how long reports are kept.',
  passing: false,
};
const readOnly: Trouble = {
  code: 'store-unavailable',
  fix: `DATABASE_URL must lead to the primary: this server, or its user, may only read. ${PASSES}`,
  passing: true,
};

/** SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html), whole or by class, that are the operator's business. */
const BY_SQLSTATE: Readonly<Record<string, Trouble>> = {
  '08': unreachable,
  '28': refused,
  '3D000': { code: 'store-unavailable', fix: 'Create the database (createdb), or correct its name in DATABASE_URL.', passing: false },
  '53300': crowded,
  '53100': full,
  '53': { code: 'store-unavailable', fix: `PostgreSQL is short of memory or another resource; its log says which. ${PASSES}`, passing: true },
  '57014': slow,
  '57': starting,
  '55P03': slow,
  '25006': readOnly,
  '25P03': slow,
  '42501': { code: 'store-unavailable', fix: 'Make the user of DATABASE_URL the owner of the database: ALTER DATABASE … OWNER TO ….', passing: false },
  '42P01': { code: 'store-unavailable', fix: 'The tables are missing: run `oncallm migrate`.', passing: false },
  '58': { code: 'store-unavailable', fix: 'Check the disk of PostgreSQL: reading or writing it fails.', passing: false },
  XX001: { code: 'store-unavailable', fix: 'The database is damaged: put back a copy that pg_dump wrote.', passing: false },
  XX002: { code: 'store-unavailable', fix: 'An index of the database is damaged: run REINDEX DATABASE.', passing: false },
  '40': slow,
};

const BY_NODE_CODE: Readonly<Record<string, Trouble>> = {
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  EPIPE: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOENT: unreachable,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
};

/** What pg and its pool say without a code. */
const BY_WORDS: readonly (readonly [RegExp, Trouble])[] = [
  [/timeout exceeded when trying to connect|connection timeout|timeout expired/i, unreachable],
  [/query read timeout/i, slow],
  [/connection terminated|connection ended|not queryable|client was closed|closed the connection/i, unreachable],
  [/password must be a string|SASL|SCRAM/, refused],
  [/SSL|TLS|certificate/i, encrypted],
];

/** What the operator must hear about a failure of the server; anything else (a bug, bad data) comes back as it was thrown. `server`: see serverName. */
export function storeError(thrown: unknown, server: string): unknown {
  if (thrown instanceof OncallmError) return thrown;
  const trouble = troubleOf(thrown);
  if (trouble === undefined) return thrown;
  return new OncallmError(trouble.code, `The database ${server} cannot be used: ${reasonOf(thrown)}.`, trouble.fix, { cause: thrown });
}

/** True when asking again in a moment may help: the server is away, starting, crowded or read-only. */
export function isPassing(thrown: unknown): boolean {
  return troubleOf(thrown instanceof OncallmError ? thrown.cause : thrown)?.passing ?? false;
}

/** True when the whole transaction is to be run again: another one was in its way (serialization failure, deadlock). */
export function isConflict(thrown: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(thrown));
}

/** True when the server has no more connections to give. */
export function isCrowded(thrown: unknown): boolean {
  return codeOf(thrown) === '53300';
}

/** True when a row with this key is there already. */
export function isDuplicate(thrown: unknown): boolean {
  return codeOf(thrown) === '23505';
}

/** True when the connection can be used further after this failure: the server has refused a statement, or the failure is not its business at all. */
export function connectionSurvives(thrown: unknown): boolean {
  const code = codeOf(thrown);
  // A server that has become read-only (failover) is left, so that the next connection finds the new primary.
  return isSqlState(code) ? !/^(08|57P|25006|25P03)/.test(code) : troubleOf(thrown) === undefined;
}

/** For calls after close(). */
export function closedError(server: string): OncallmError {
  return new OncallmError('store-unavailable', `The database ${server} is closed.`, 'OnCallM is shutting down; try again when it is up.');
}

function troubleOf(thrown: unknown): Trouble | undefined {
  const code = codeOf(thrown);
  if (isSqlState(code)) return BY_SQLSTATE[code] ?? BY_SQLSTATE[code.slice(0, 2)];
  const known = BY_NODE_CODE[code];
  if (known !== undefined) return known;
  if (!(thrown instanceof Error)) return undefined;
  if (/^(ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_)/.test(code)) return encrypted;
  return BY_WORDS.find(([words]) => words.test(thrown.message))?.[1];
}

function reasonOf(thrown: unknown): string {
  // Several addresses were tried and each failed: the text of such an error is empty.
  if (thrown instanceof AggregateError && thrown.message === '') return messageOf(thrown.errors[0]);
  return messageOf(thrown).replace(/\.$/, '');
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);
}
