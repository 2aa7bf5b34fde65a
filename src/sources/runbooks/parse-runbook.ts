import { parse } from 'yaml';
import { z } from 'zod';

/** One page, read: what it says and which alerts it is for. */
export interface ParsedRunbook {
  readonly title: string;
  readonly origin: string;
  readonly text: string;
  /** Names of alerts, with * for anything; in lower case. */
  readonly alerts: readonly string[];
  /** Labels that the alert must have, as values with * for anything. */
  readonly labels: Readonly<Record<string, string>>;
}

const namesSchema = z.union([z.string().transform((name) => [name]), z.array(z.string())]);
/** Of a page's front matter only what is used here: other tools write theirs beside it. */
const frontMatterSchema = z.object({
  title: z.string().max(300).optional(),
  alerts: namesSchema.optional(),
  alert: namesSchema.optional(),
  labels: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional(),
});

/**
 * Reads a page. Without front matter that says otherwise it is for the alert that the file, or the first heading, is named after.
 * Throws an Error that says what is wrong with the front matter.
 */
export function parseRunbook(origin: string, page: string): ParsedRunbook {
  const { matter, text } = split(page.replace(/^\uFEFF/, ''));
  const read = frontMatterSchema.safeParse(matter);
  if (!read.success) throw new Error(`its front matter: ${z.prettifyError(read.error).replaceAll(/\s+/g, ' ')}`);
  const heading = firstHeading(text);
  const { title, alerts, alert, labels = {} } = read.data;
  const named = alerts ?? alert ?? [fileName(origin), ...(heading === undefined ? [] : [heading])];
  return { title: title ?? heading ?? fileName(origin), origin, text: text.trim(), alerts: named.map((name) => name.trim().toLowerCase()), labels };
}

/** The YAML between two lines of dashes at the top, as Jekyll and Hugo have it: a list of names and values. Anything else between dashes is the page, which begins with a rule. */
function split(page: string): { readonly matter: unknown; readonly text: string } {
  const [whole, yaml = ''] = /^---[ \t]*\r?\n([\s\S]*?)(?:(?<=\n)|\r?\n)---[ \t]*(?:\r?\n|$)/.exec(page) ?? [];
  if (whole === undefined || !/^(?:\s*#[^\n]*\n|[ \t]*\r?\n)*["']?[\w-]+["']?[ \t]*:(?:\s|$)/.test(yaml)) return { matter: {}, text: page };
  return { matter: parse(yaml, { maxAliasCount: 10 }) ?? {}, text: page.slice(whole.length) };
}

/** The first heading of the first level, as plain text; what stands in a block of code is no heading. */
function firstHeading(text: string): string | undefined {
  let fence = '';
  for (const line of text.split(/\r?\n/)) {
    const [, mark = ''] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === '' && mark !== '') fence = mark;
    // A block ends with the same signs, at least as many, and nothing behind them: https://spec.commonmark.org/0.31.2/#fenced-code-blocks
    else if (fence !== '' && mark.startsWith(fence) && line.trim() === mark) fence = '';
    else if (fence === '') {
      const [, heading] = /^ {0,3}#[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$/.exec(line) ?? [];
      if (heading !== undefined) return heading.replaceAll(/[`*_]/g, '');
    }
  }
  return undefined;
}

function fileName(origin: string): string {
  const last = origin.split(/[?#]/, 1)[0]?.split('/').filter(Boolean).at(-1) ?? origin;
  return decoded(last).replace(/\.(?:md|markdown)$/i, '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
