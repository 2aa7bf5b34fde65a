import { describe, expect, it } from 'vitest';
import { OncallmError } from '#domain/error.ts';
import { connectionSurvives, isPassing, storeError } from './store-error.ts';

const SERVER = 'postgres://oncallm@db/oncallm';
const failure = (code: string | undefined, message = 'it failed'): Error => Object.assign(new Error(message), code === undefined ? {} : { code });

describe('storeError', () => {
  it.each([
    ['53100', 'could not extend file: No space left on device', 'store-full', 'RETENTION_DAYS'],
    ['53300', 'sorry, too many clients already', 'store-unavailable', 'max_connections'],
    ['28P01', 'password authentication failed for user "oncallm"', 'store-unavailable', 'user and password'],
    ['28000', 'no pg_hba.conf entry for host', 'store-unavailable', 'pg_hba.conf'],
    ['3D000', 'database "x" does not exist', 'store-unavailable', 'createdb'],
    ['25006', 'cannot execute INSERT in a read-only transaction', 'store-unavailable', 'primary'],
    ['57P03', 'the database system is starting up', 'store-unavailable', 'goes on by itself'],
    ['57014', 'canceling statement due to statement timeout', 'store-unavailable', 'took too long'],
    ['55P03', 'canceling statement due to lock timeout', 'store-unavailable', 'took too long'],
    ['42501', 'permission denied for schema public', 'store-unavailable', 'OWNER'],
    ['42P01', 'relation "episodes" does not exist', 'store-unavailable', 'oncallm migrate'],
    ['40P01', 'deadlock detected', 'store-unavailable', 'took too long'],
    ['58030', 'could not read block', 'store-unavailable', 'disk'],
    ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432', 'store-unavailable', 'host and port'],
    ['EPIPE', 'write EPIPE', 'store-unavailable', 'host and port'],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND db', 'store-unavailable', 'host name'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', 'store-unavailable', 'sslmode'],
    [undefined, 'The server does not support SSL connections', 'store-unavailable', 'sslmode'],
    [undefined, 'Connection terminated unexpectedly', 'store-unavailable', 'host and port'],
    [undefined, 'timeout exceeded when trying to connect', 'store-unavailable', 'host and port'],
    [undefined, 'Query read timeout', 'store-unavailable', 'took too long'],
    [undefined, 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'store-unavailable', 'user and password'],
  ])('explains %s: %s', (sqlState, message, code, fix) => {
    const thrown = storeError(failure(sqlState, message), SERVER);
    expect(thrown).toBeInstanceOf(OncallmError);
    expect(thrown).toMatchObject({ code, message: `The database ${SERVER} cannot be used: ${message}.`, fix: expect.stringContaining(fix) });
  });

  it('leaves alone what is a bug or bad data', () => {
    for (const thrown of [failure('23502', 'null value'), failure('22P05'), new TypeError('x is not a function')])
      expect(storeError(thrown, SERVER)).toBe(thrown);
  });

  it('names the first of several addresses that were tried', () => {
    const thrown = Object.assign(new AggregateError([failure('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432')]), { code: 'ECONNREFUSED' });
    expect((storeError(thrown, SERVER) as Error).message).toContain('connect ECONNREFUSED ::1:5432');
  });
});

it('tells what passes by itself', () => {
  for (const code of ['ECONNREFUSED', '57P03', '53300', '25006']) expect(isPassing(storeError(failure(code), SERVER)), code).toBe(true);
  for (const code of ['28P01', '3D000', '42501', '53100']) expect(isPassing(storeError(failure(code), SERVER)), code).toBe(false);
});

it('gives up connections that are broken, silent, or lead to a server that only reads', () => {
  for (const code of ['ECONNRESET', '57P01', '08006', '25006']) expect(connectionSurvives(failure(code)), code).toBe(false);
  expect(connectionSurvives(failure(undefined, 'Query read timeout'))).toBe(false);
  for (const code of ['23505', '40P01', '57014']) expect(connectionSurvives(failure(code)), code).toBe(true);
  expect(connectionSurvives(new TypeError('a bug of ours'))).toBe(true);
});
