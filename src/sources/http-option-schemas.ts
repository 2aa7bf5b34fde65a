import { z } from 'zod';

/** Header names and values that HTTP allows (RFC 9110, 5.5 and 5.6.2). */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers to send along, as `Name=value,Name=value` (as OpenTelemetry writes them). A value may contain `=` and, percent-encoded, a comma. */
export const headerListSchema = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const pairs = text.split(',').map((pair) => {
    const [name = '', ...rest] = pair.split('=');
    return [name.trim(), decodedCommas(rest.join('=').trim()), rest.length] as const;
  });
  const wrong = pairs.find(([name, value, parts]) => parts === 0 || !NAME.test(name) || !VALUE.test(value));
  if (wrong) context.addIssue({ code: 'custom', message: `must be headers as Name=value,Name=value; "${wrong[0]}" is none` });
  return Object.fromEntries(pairs.map(([name, value]) => [name, value]));
});

/** An address to ask at: http or https. */
export const httpUrlSchema = z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'must be an http or https address');

/** A whole number of milliseconds from 1 to two minutes. */
export const timeoutSchema = z.string().regex(/^\d+$/, 'must be a whole number of milliseconds').transform(Number).pipe(z.number().min(1).max(120_000));

function decodedCommas(value: string): string {
  return value.replaceAll(/%2c/gi, ',');
}
