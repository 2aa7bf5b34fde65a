import { describe, expect, it } from 'vitest';
import { REDACTED, redact } from './redact.ts';

describe('redact', () => {
  it.each([
    ['Authorization: Bearer abcdef0123456789', 'abcdef0123456789'],
    ['postgres://shop:hunter2@db.shop:5432/orders', 'hunter2'],
    ['DB_PASSWORD=hunter2 starting', 'hunter2'],
    ['SMTP_PASS=hunter2 starting', 'hunter2'],
    ['RABBITMQ_ERLANG_COOKIE=hunter2', 'hunter2'],
    ['{"apiKey":"0123456789abcdef","x":1}', '0123456789abcdef'],
    ['key AKIAIOSFODNN7EXAMPLE used', 'AKIAIOSFODNN7EXAMPLE'],
    ['token ghp_0123456789abcdefghijABCDEFGHIJ', 'ghp_0123456789abcdefghijABCDEFGHIJ'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end', 'c2lnbmF0dXJl'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', 'MIIE'],
    ['Cookie: session=abcdef', 'abcdef'],
  ])('drops the secret of %j', (text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain(REDACTED);
  });

  it.each([
    'FATAL: password authentication failed for user "shop"',
    "Access denied for user 'shop'@'10.0.0.7' (using password: YES)",
    'secret "db-credentials" not found',
    "couldn't find key password in Secret shop/db",
    'dial tcp 10.0.0.1:5432: connect: connection refused',
  ])('keeps evidence such as %j', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('keeps the host of a connection string', () => {
    expect(redact('redis://:hunter2@cache:6379/0')).toBe(`redis://:${REDACTED}@cache:6379/0`);
  });

  it('takes a megabyte in a moment', () => {
    const text = 'password '.repeat(120_000);
    expect(redact(text)).toHaveLength(text.length);
  });
});
