import { z } from 'zod';
import { defineOptions, type OptionValues, option } from '#lib/option.ts';
import { accessOptions } from './access/options.ts';

const MEBIBYTE = 1024 * 1024;

/** Settings of the web server. */
export const webOptions = defineOptions({
  host: option({ env: 'APP_HOST', schema: z.string().trim().min(1), default: '0.0.0.0', about: 'Address that the server listens on.' }),
  port: option({ env: 'APP_PORT', schema: wholeNumber(0, 65_535), default: '8001', about: 'Port that the server listens on; 0 takes any free one.' }),
  baseUrl: option({
    env: 'ONCALLM_BASE_URL',
    schema: baseUrl(),
    default: 'http://localhost:8001',
    about: 'Address under which people reach the server; report links begin with it.',
  }),
  webhookTokens: option({
    env: 'ONCALLM_WEBHOOK_TOKEN',
    schema: tokenList(),
    default: '',
    secret: true,
    about: 'Bearer token that the webhook asks for; several, separated by commas or line breaks, are all accepted. Without one, anybody may post alerts.',
  }),
  rateLimitPerIp: option({
    env: 'RATE_LIMIT_PER_IP',
    schema: wholeNumber(0, 1_000_000_000),
    default: '100',
    unit: 'per minute',
    about: 'Webhook requests that one address may make; 0 turns the limit off.',
  }),
  rateLimitGlobal: option({
    env: 'RATE_LIMIT_GLOBAL',
    schema: wholeNumber(0, 1_000_000_000),
    default: '1000',
    unit: 'per minute',
    about: 'Webhook requests that all addresses together may make, to all replicas; 0 turns the limit off.',
  }),
  trustProxy: option({
    env: 'TRUST_PROXY',
    schema: proxyTrust(),
    default: 'off',
    about:
      'Whose X-Forwarded-For to believe: off, on (anybody: only if clients cannot reach the server directly), how many proxies stand before it, or their addresses and networks separated by commas.',
  }),
  bodyLimitBytes: option({
    env: 'BODY_LIMIT',
    schema: wholeNumber(16 * MEBIBYTE, 1024 * MEBIBYTE),
    default: String(32 * MEBIBYTE),
    unit: 'bytes',
    about: 'Largest webhook body; at least 16 MiB, since a refused group of alerts is lost.',
  }),
  requestTimeoutSeconds: option({
    env: 'REQUEST_TIMEOUT',
    schema: wholeNumber(1, 3_600),
    default: '30',
    unit: 'seconds',
    about: 'How long a request may take before it is answered with 503.',
  }),
  ...accessOptions,
});

export type WebOptions = OptionValues<typeof webOptions>;
/** false: nobody; true: everybody; a number: that many hops; a list: these addresses and networks. */
export type ProxyTrust = boolean | number | readonly string[];

function wholeNumber(min: number, max: number): z.ZodType<number, string> {
  return z
    .string()
    .trim()
    .regex(/^\d{1,12}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}

function baseUrl(): z.ZodType<string, string> {
  return z
    .string()
    .trim()
    .refine((text) => {
      const url = URL.parse(text);
      return url !== null && ['http:', 'https:'].includes(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
    }, 'must be an http(s) address without query, fragment or credentials')
    .transform((text) => text.replace(/\/+$/, ''));
}

function tokenList(): z.ZodType<readonly string[], string> {
  return z
    .string()
    .transform((text) =>
      text
        .split(/[,\r\n]+/)
        .map((token) => token.trim())
        .filter((token) => token !== ''),
    )
    .refine((tokens) => tokens.every((token) => /^[\x21-\x7e]+$/.test(token)), 'must not contain spaces or characters outside ASCII');
}

function proxyTrust(): z.ZodType<ProxyTrust, string> {
  return z
    .string()
    .trim()
    .transform((text, context): ProxyTrust => {
      const word = text.toLowerCase();
      if (['off', 'false', 'no', '0'].includes(word)) return false;
      if (['on', 'true', 'yes'].includes(word)) return true;
      if (/^\d{1,2}$/.test(word)) return Number(word);
      const networks = word.split(',').map((part) => part.trim());
      if (networks.every((part) => /^(?:loopback|linklocal|uniquelocal|[\d.]+(?:\/\d{1,2})?|[\da-f:.]*:[\da-f:.]*(?:\/\d{1,3})?)$/.test(part))) return networks;
      context.addIssue({ code: 'custom', message: 'must be off, on, a number of proxies, or addresses and networks separated by commas' });
      return z.NEVER;
    });
}
