import { describe, expect, it } from 'vitest';
import { storeOptions } from './options.ts';

const parse = (text: string) => storeOptions.database.schema.safeParse(text);

describe('DATABASE_URL', () => {
  it.each([
    [String(storeOptions.database.default), './data/oncallm.db'],
    ['/var/lib/oncallm/o.db', '/var/lib/oncallm/o.db'],
    ['sqlite:./o.db', './o.db'],
    ['sqlite:/data/o.db', '/data/o.db'],
    ['sqlite:///data/o.db', '/data/o.db'],
    [' SQLITE:o.db ', 'o.db'],
  ])('takes %s', (text, file) => {
    expect(parse(text)).toEqual({ success: true, data: { kind: 'sqlite', file } });
  });

  it.each(['postgres://user:p%40ss@db:5432/oncallm', 'postgresql://db/oncallm?sslmode=verify-full', 'postgres:///oncallm?host=/run/postgresql'])(
    'takes the server %s',
    (url) => {
      expect(parse(url)).toEqual({ success: true, data: { kind: 'postgres', url } });
    },
  );

  it.each([
    'postgres://user:se#cret@db/oncallm',
    'postgres://user:se/cret@db/oncallm',
    'postgres://user:secret@db',
    'postgres://user:secret@db/a/b',
    'postgres://user:12/secret@db',
    'postgres:secret',
  ])('refuses %s in one line, without its secret', (text) => {
    const { error } = parse(text);
    expect(error?.issues).toHaveLength(1);
    expect(error?.issues[0]?.message).toMatch(/^allowed is postgres:\/\/user:password@host/);
  });

  it.each(['mysql://db/o', 'sqlite:', 'sqlite://host/o.db', ':memory:', 'sqlite::memory:', './data/', 'file:./o.db'])('refuses %s', (text) => {
    expect(parse(text).success).toBe(false);
  });
});

it.each(['0', '-3', 'month', '1.5'])('refuses RETENTION_DAYS=%s', (text) => {
  expect(storeOptions.retentionDays.schema.safeParse(text).success).toBe(false);
});

it('keeps reports for 30 days unless told otherwise', () => {
  expect(storeOptions.retentionDays.schema.parse(storeOptions.retentionDays.default)).toBe(30);
  expect(storeOptions.correlationWindowSeconds.schema.parse(storeOptions.correlationWindowSeconds.default)).toBe(600);
});
