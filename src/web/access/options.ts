import { isIP } from 'node:net';
import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';
import { oidcOptions } from './oidc/options.ts';

/** A link or a cookie that leaks lets its finder try tokens at home: a token must be too long to be guessed. */
const MIN_TOKEN_LENGTH = 16;
const MIN_KEY_LENGTH = 32;

/** Who may read pages and API. Without a token and without a trusted header: everybody, as before. */
export const accessOptions = defineOptions({
  viewerTokens: option({
    env: 'ONCALLM_VIEWER_TOKEN',
    schema: secrets(MIN_TOKEN_LENGTH),
    default: '',
    secret: true,
    about:
      'Token that pages and API ask for, at least 16 characters; several, separated by commas or line breaks, are all accepted. Without one, and without TRUSTED_USER_HEADER, anybody may read reports.',
  }),
  sessionKeys: option({
    env: 'ONCALLM_SESSION_KEY',
    schema: secrets(MIN_KEY_LENGTH),
    default: '',
    secret: true,
    about:
      'Key that session cookies and report links are signed with, at least 32 characters, the same on all replicas; of several the first signs and all are accepted. Without one, keys are derived from the viewer tokens.',
  }),
  sessionHours: option({
    env: 'SESSION_HOURS',
    schema: wholeNumber(1, 24 * 365),
    default: '168',
    unit: 'hours',
    about: 'How long somebody who signed in stays signed in.',
  }),
  signedLinks: option({
    env: 'SIGNED_LINKS',
    schema: onOff(),
    default: 'on',
    about: 'Whether report links carry a signature that opens this one report without signing in; only where pages ask for a sign-in.',
  }),
  signedLinkDays: option({
    env: 'SIGNED_LINK_DAYS',
    schema: wholeNumber(1, 365),
    default: '7',
    unit: 'days',
    about: 'How long the signature of a report link is good for; afterwards the link asks for a sign-in.',
  }),
  trustedUserHeader: option({
    env: 'TRUSTED_USER_HEADER',
    schema: headerName(),
    default: '',
    about: 'Header in which a proxy that signs people in passes their name, for example X-Forwarded-User; believed only from TRUSTED_USER_PROXIES.',
  }),
  trustedUserProxies: option({
    env: 'TRUSTED_USER_PROXIES',
    schema: networkList(),
    default: '',
    about: 'Addresses and networks of the proxies whose TRUSTED_USER_HEADER is believed, separated by commas; also loopback, linklocal, uniquelocal.',
  }),
  metricsTokens: option({
    env: 'METRICS_TOKEN',
    schema: secrets(MIN_TOKEN_LENGTH),
    default: '',
    secret: true,
    about:
      'Token that /metrics asks for, at least 16 characters; several, separated by commas or line breaks, are all accepted. Without one, anybody may scrape.',
  }),
  ...oidcOptions,
});

/** Names for networks that are written often. Sources: RFC 1122, RFC 4291 (loopback, link-local), RFC 1918, RFC 4193 (unique local). */
export const NAMED_NETWORKS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

function wholeNumber(min: number, max: number): z.ZodType<number, string> {
  return z
    .string()
    .trim()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}

function secrets(minLength: number): z.ZodType<readonly string[], string> {
  return z
    .string()
    .transform(parts(/[,\r\n]+/))
    .refine((all) => all.every((secret) => /^[\x21-\x7e]+$/.test(secret)), 'must not contain spaces or characters outside ASCII')
    .refine((all) => all.every(({ length }) => length >= minLength), `must have at least ${minLength} characters each; make one with: openssl rand -hex 32`);
}

function onOff(): z.ZodType<boolean, string> {
  return z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum(['on', 'true', 'yes', 'off', 'false', 'no'], 'must be on or off'))
    .transform((word) => ['on', 'true', 'yes'].includes(word));
}

/** In lower case, as Node has headers; '' for none. Headers that every client sends would let everybody in. */
function headerName(): z.ZodType<string, string> {
  return z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^(?:[a-z0-9-]{1,100})?$/, 'must be the name of a header, for example X-Forwarded-User')
    .refine((name) => !COMMON_HEADERS.includes(name), 'must be a header that only the proxy sets, for example X-Forwarded-User');
}

const COMMON_HEADERS = ['accept', 'accept-encoding', 'accept-language', 'authorization', 'connection', 'cookie', 'host', 'origin', 'referer', 'user-agent'];

function networkList(): z.ZodType<readonly string[], string> {
  return z
    .string()
    .trim()
    .toLowerCase()
    .transform(parts(/[,\s]+/))
    .refine((networks) => networks.every(isNetwork), 'must be addresses and networks separated by commas, for example 10.0.0.7, 10.1.0.0/16, loopback');
}

function isNetwork(text: string): boolean {
  if (Object.hasOwn(NAMED_NETWORKS, text)) return true;
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return bits > 0 && rest.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits));
}

function parts(separator: RegExp): (text: string) => readonly string[] {
  return (text) =>
    text
      .split(separator)
      .map((part) => part.trim())
      .filter((part) => part !== '');
}
