/** How much of a text is shown where, in characters. What is longer is cut, and says so. */
const LINE_LIMIT = 300;
const BLOCK_LIMIT = 8_000;

/**
 * Characters that change how their neighbours look, or that nobody can see: C0 and C1 controls, the Unicode bidirectional controls
 * (UAX #9; the "Trojan Source" set), zero-width and invisible format characters, tags, and lone surrogates.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** More combining marks than this on one character is a picture, not a language. */
const STACKED_MARKS = /(\p{Mark}{4})\p{Mark}+/gu;

/** ANSI colour and cursor sequences, which programs write to their logs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character opens every such sequence.
const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

/**
 * Text from outside as it may be shown on one line: colour codes dropped, line breaks become spaces, characters that cannot be seen become `⟨U+202E⟩`,
 * and what is longer than `limit` characters is cut with a note of its length. Never throws; costs no more than the limit, however long the text.
 */
export function displayLine(text: string, limit = LINE_LIMIT): string {
  return clean(text, limit, (part) => part.replaceAll(/[ \t\r\n]+/g, ' ').trim());
}

/** The same for text whose lines matter: logs, excerpts, commands. */
export function displayBlock(text: string, limit = BLOCK_LIMIT): string {
  return clean(text, limit, (part) => part.replaceAll('\r\n', '\n').trimEnd());
}

/** The address if it is an absolute http(s) URL without credentials, else null: `javascript:`, `data:` and their kin never become links. */
export function webUrl(text: string): string | null {
  if (text.length > 8_192) return null;
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username || url.password) return null;
  return url.href;
}

function clean(text: string, limit: number, shape: (part: string) => string): string {
  const whole = text.length <= limit;
  const part = whole ? text : text.slice(0, limit);
  const shown = shape(part.replaceAll(ANSI, '')).replaceAll(UNSEEN, visible).replaceAll(STACKED_MARKS, '$1');
  return whole ? shown : `${shown}… [cut: ${text.length.toLocaleString('en')} characters in all]`;
}

function visible(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
