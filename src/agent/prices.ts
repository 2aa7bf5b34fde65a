import type { LlmTokens } from './model.ts';

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/**
 * List prices of models that are often used, by the beginning of their names; LLM_PRICES adds to them and overrides them.
 * Sources: openai.com/api/pricing, docs.claude.com (pricing), ai.google.dev/gemini-api/docs/pricing.
 */
const LIST: Readonly<Record<string, Price>> = {
  'gpt-4o-mini': { input: 0.15, output: 0.6 },
  'gpt-4o': { input: 2.5, output: 10 },
  'gpt-4.1-nano': { input: 0.1, output: 0.4 },
  'gpt-4.1-mini': { input: 0.4, output: 1.6 },
  'gpt-4.1': { input: 2, output: 8 },
  'gpt-5-nano': { input: 0.05, output: 0.4 },
  'gpt-5-pro': { input: 15, output: 120 },
  'gpt-5-mini': { input: 0.25, output: 2 },
  'gpt-5': { input: 1.25, output: 10 },
  'o4-mini': { input: 1.1, output: 4.4 },
  'claude-haiku-4': { input: 1, output: 5 },
  'claude-sonnet-4': { input: 3, output: 15 },
  'claude-opus-4': { input: 15, output: 75 },
  'gemini-2.5-flash-lite': { input: 0.1, output: 0.4 },
  'gemini-2.5-flash': { input: 0.3, output: 2.5 },
  'gemini-2.5-pro': { input: 2.5, output: 15 },
};

/** The price of a model: the configured one, else that of the longest known beginning of its name; undefined when nothing is known. */
export function priceOf(provider: string, model: string, configured: Readonly<Record<string, Price>> = {}): Price | undefined {
  const own = configured[`${provider}/${model}`] ?? configured[model];
  if (own || provider === 'openai-compatible') return own;
  const bare = model.replace(/^(?:[a-z]{2,6}\.)?(?:anthropic|openai)\./, '');
  const [name] = Object.keys(LIST)
    .filter((known) => bare === known || bare.startsWith(`${known}-`))
    .toSorted((left, right) => right.length - left.length);
  return name === undefined ? undefined : LIST[name];
}

/** US dollars for the tokens; null when the price is not known. */
export function costOf(tokens: LlmTokens, price: Price | undefined): number | null {
  return price ? (tokens.input * price.input + tokens.output * price.output) / 1_000_000 : null;
}

/** About how many tokens a text is. Errs on the high side: three and a half characters a token for ASCII, one for everything else. */
export function estimateTokens(text: string): number {
  let wide = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) wide += 1;
  return Math.ceil((text.length - wide) / 3.5 + wide);
}
