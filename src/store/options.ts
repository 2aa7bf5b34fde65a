import { z } from 'zod';
import { defineOptions, type OptionValues, option } from '#lib/option.ts';

/** Where reports are kept. The URL may hold a password: it is never shown. */
export type DatabaseLocation = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

/** Settings of the store. */
export const storeOptions = defineOptions({
  database: option({
    env: 'DATABASE_URL',
    schema: databaseLocation(),
    default: './data/oncallm.db',
    about:
      'Where everything is kept: the path of a SQLite file, which is created with its directory when missing, or `postgres://user:password@host:5432/database`, which several replicas may share.',
    secret: true,
  }),
  poolSize: option({
    env: 'DATABASE_POOL_SIZE',
    schema: wholeNumber(2, 100),
    default: '10',
    unit: 'count',
    about: 'PostgreSQL only: connections of each replica, at most; one more listens for what the others do.',
  }),
  retentionDays: option({
    env: 'RETENTION_DAYS',
    schema: wholeNumber(1, 36_500),
    default: '30',
    unit: 'days',
    about: 'How long reports and received requests are kept after their alerts ended; what is open is never removed.',
  }),
  staleAfterHours: option({
    env: 'STALE_AFTER_HOURS',
    schema: wholeNumber(1, 8_760),
    default: '48',
    unit: 'hours',
    about: 'After how long without news a firing alert is taken to be over; give it at least twice the repeat_interval of Alertmanager.',
  }),
  correlationWindowSeconds: option({
    env: 'CORRELATION_WINDOW_SECONDS',
    schema: wholeNumber(0, 86_400),
    default: '600',
    unit: 'seconds',
    about: 'How long after the last alert joined an open incident further alerts of its group, node, workload or namespace still join it.',
  }),
});

export type StoreOptions = OptionValues<typeof storeOptions>;

function databaseLocation(): z.ZodType<DatabaseLocation, string> {
  return z
    .string()
    .trim()
    .transform((text, context): DatabaseLocation => {
      const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
      if (scheme === 'postgres' || scheme === 'postgresql') {
        if (!isServerUrl(text)) context.addIssue({ code: 'custom', message: SERVER_URL });
        return { kind: 'postgres', url: text };
      }
      const file = scheme === 'sqlite' ? text.replace(/^sqlite:(\/\/(?=\/))?/i, '') : text;
      const problem = problemOf(scheme, file);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
      return { kind: 'sqlite', file };
    });
}

function problemOf(scheme: string | undefined, file: string): string | undefined {
  if (scheme !== undefined && scheme !== 'sqlite') return `${scheme}: is not known; allowed is the path of a SQLite file or a postgres:// URL`;
  if (file === '' || file.endsWith('/') || file.includes('\0')) return 'allowed is the path of a SQLite file';
  if (file.startsWith('//') || file === ':memory:') return 'allowed is the path of a SQLite file: sqlite:./data/oncallm.db, sqlite:///data/oncallm.db';
  return undefined;
}

const SERVER_URL = 'allowed is postgres://user:password@host:5432/database, with special characters in user and password as %40 and the like';

/** One server and one database; what is wrong with a URL is not told in its own words, which quote the password. */
function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, hash, hostname, searchParams } = new URL(text);
  return /^\/[^/@]+$/.test(pathname) && hash === '' && (hostname !== '' || searchParams.has('host'));
}

function wholeNumber(min: number, max: number): z.ZodType<number, string> {
  return z
    .string()
    .trim()
    .regex(/^\d{1,6}$/, 'allowed is a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `allowed is a whole number from ${min} to ${max}`);
}
