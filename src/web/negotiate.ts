/**
 * The media type, out of those on offer, that an Accept header likes best; at equal liking the one offered first. undefined when it accepts
 * none of them. Without a header everything is accepted. Source: RFC 9110, section 12.5.1.
 */
export function negotiate<T extends string>(accept: string | undefined, offered: readonly T[]): T | undefined {
  const ranges = (accept ?? '*/*').slice(0, MAX_HEADER_LENGTH).split(',').map(rangeOf);
  let best: { readonly type: T; readonly quality: number } | undefined;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > (best?.quality ?? 0)) best = { type, quality };
  }
  return best?.type;
}

/** True when HTML is asked for by name, as browsers do; a client that takes anything is no browser. */
export function asksForHtml(accept: string | undefined): boolean {
  return /\btext\/html\b|\bapplication\/xhtml\+xml\b/i.test(accept ?? '') && negotiate(accept, ['text/html', 'application/json']) === 'text/html';
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

const MAX_HEADER_LENGTH = 2_000;

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const value = quality === undefined ? 1 : Number(quality.slice(2));
  return { type, quality: Number.isFinite(value) ? value : 0 };
}

/** The most specific range that covers the type decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const group = `${type.split('/', 1)[0]}/*`;
  for (const wanted of [type, group, '*/*']) {
    const range = ranges.find((candidate) => candidate.type === wanted);
    if (range) return range.quality;
  }
  return 0;
}
