import { z } from 'zod';

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .trim()
    .regex(/^\d{1,9}$/, 'allowed is a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most));
}

/** A number that is not negative, at most so large. */
export function decimal(most: number) {
  return z
    .string()
    .trim()
    .regex(/^\d{1,7}(?:\.\d{1,6})?$/, 'allowed is a number such as 0.5')
    .transform(Number)
    .pipe(z.number().max(most));
}

/** `on` or `off`, or as others write it. */
export function onOff() {
  return z.enum(['on', 'off', 'true', 'false']).transform((text) => text === 'on' || text === 'true');
}

/** An http or https address without its last slash, or nothing; never with a password in it. */
export function webAddress() {
  return z
    .string()
    .trim()
    .refine((text) => text === '' || /^https?:\/\/[^\s@]+$/.test(text), 'must begin with http:// or https:// and hold no password')
    .transform((text) => text.replace(/\/+$/, ''));
}

/** Words separated by commas, in small letters. */
export function wordList() {
  return z.string().transform((text) => split(text, ',').map((word) => word.toLowerCase()));
}

/** `name=value`, separated by commas. */
export function labelList() {
  return z.string().transform((text, context) =>
    split(text, ',').flatMap((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [{ name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() }];
      context.addIssue('allowed is name=value, separated by commas');
      return [];
    }),
  );
}

/** Headers, one after the other: by default `Name: value` separated by line breaks or semicolons. Between name and value stands `sign`; values after `=` may be percent-encoded. */
export function headerList(between: RegExp = /[\n;]/, sign: ':' | '=' = ':') {
  return z.string().transform((text, context) => {
    const headers: Record<string, string> = {};
    for (const line of split(text, between)) {
      const at = line.indexOf(sign);
      const [name, value] = [line.slice(0, Math.max(0, at)).trim(), line.slice(at + 1).trim()];
      if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\x20-\x7e]+$/.test(value)) headers[name] = sign === '=' ? decoded(value) : value;
      else context.addIssue(sign === '=' ? 'allowed is name=value, separated by commas' : 'allowed is Name: value, separated by line breaks or semicolons');
    }
    return headers;
  });
}

/** `model=sent/received`, separated by commas: US dollars for a million tokens. */
export function priceList() {
  return z.string().transform((text, context) => {
    const prices: Record<string, { readonly input: number; readonly output: number }> = {};
    for (const entry of split(text, ',')) {
      const match = /^(.+)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(entry);
      if (match?.[1]) prices[match[1].trim()] = { input: Number(match[2]), output: Number(match[3]) };
      else context.addIssue('allowed is model=sent/received, separated by commas: my-model=0.10/0.40');
    }
    return prices;
  });
}

/** Regular expressions, one a line. */
export function patternList() {
  return z.string().transform((text, context) =>
    split(text, '\n').flatMap((source) => {
      try {
        return [new RegExp(source, 'g')];
      } catch {
        context.addIssue('holds a line that is no regular expression');
        return [];
      }
    }),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function split(text: string, by: string | RegExp): readonly string[] {
  return text
    .split(by)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
