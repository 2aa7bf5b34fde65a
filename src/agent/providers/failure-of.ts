import { messageOf } from '#domain/error.ts';
import { displayLine } from '#lib/display-text.ts';
import { redact } from '#lib/redact.ts';
import type { LlmFailure, LlmFailureKind } from '../model.ts';
import { ANSWER_TOO_LONG } from './bounded-fetch.ts';

/** What the AI SDK attaches to the error of a request that got an answer. */
interface Answered {
  readonly statusCode?: unknown;
  readonly responseBody?: unknown;
  readonly responseHeaders?: Readonly<Record<string, string>> | undefined;
}

/** Sorts whatever was thrown into the kinds that we tell apart, with one line that names the model and holds no secret. */
export function failureOf(thrown: unknown, name: string, signal: AbortSignal): LlmFailure {
  const status = chainOf(thrown)
    .map((one) => (one as Answered).statusCode)
    .find((code) => typeof code === 'number');
  const body = chainOf(thrown)
    .map((one) => (one as Answered).responseBody)
    .find((text) => typeof text === 'string');
  const said = saidIn(body ?? '') || innermost(thrown);
  const kind = kindOf(thrown, status, `${said} ${body ?? ''}`, signal);
  const retryAfterMs = retryAfterIn(thrown);
  return {
    ok: false,
    kind,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    why: `${name}: ${WORDS[kind]}${kind === 'timeout' || kind === 'cancelled' ? '' : details(status, kind === 'wrong-key' ? '' : said)}`,
  };
}

/** The kind of an HTTP answer that is no success. */
export function kindOfStatus(status: number, text: string): LlmFailureKind {
  if (/context.{0,20}(?:length|window|size)|maximum context|too many tokens|prompt is too long|input.{0,20}too long/i.test(text) && status !== 429)
    return 'context-overflow';
  if (/insufficient_quota|quota.{0,20}exceeded|exceeded your current quota|credit balance|billing/i.test(text) && status !== 401) return 'quota';
  if (/(?:not|n't) have access to (?:the )?model|no access to (?:the )?model/i.test(text)) return 'wrong-model';
  if (status === 401 || status === 403 || /api.?key.{0,20}(?:invalid|not valid)|invalid.{0,20}api.?key|UnrecognizedClientException/i.test(text))
    return 'wrong-key';
  if (
    /model.{0,200}(?:not found|does not exist|not exist|unknown|not supported)|model identifier|(?:not found|unknown|invalid|no such).{0,30}model|DeploymentNotFound/i.test(
      text,
    )
  )
    return status < 500 ? 'wrong-model' : 'server-error';
  if (status === 404) return 'no-route';
  if (status === 429) return 'rate-limited';
  if (status === 408 || status === 504) return 'timeout';
  if (status >= 300 && status < 400) return 'no-route';
  if (/content.{0,3}filter|content (?:management )?policy|safety/i.test(text)) return 'refused';
  return status >= 500 ? 'server-error' : 'bad-request';
}

const WORDS: Readonly<Record<LlmFailureKind, string>> = {
  'wrong-key': 'the key was refused',
  'wrong-model': 'there is no model of that name',
  'no-route': 'the server cannot be reached',
  timeout: 'no answer in time',
  cancelled: 'the request was cancelled',
  'rate-limited': 'too many requests',
  'server-error': 'the server failed',
  'bad-request': 'the request was refused',
  'context-overflow': 'the request is longer than the model can take',
  refused: 'the model refused to answer',
  'bad-answer': 'the answer cannot be read',
  quota: 'the quota is used up',
};

/** What to do about it. */
export const FIXES: Readonly<Record<LlmFailureKind, string>> = {
  'wrong-key': 'Check the key, that it is for this provider, and that it may use this model.',
  'wrong-model': 'Correct LLM_MODEL.',
  'no-route':
    'Check LLM_API_BASE (as far as /v1), DNS, proxy (HTTPS_PROXY with NODE_USE_ENV_PROXY=1), certificates (NODE_EXTRA_CA_CERTS) and network policies.',
  timeout: 'Raise AI_TIMEOUT or use a faster model.',
  cancelled: 'Nothing: the process is stopping.',
  'rate-limited': 'Lower LLM_CONCURRENCY or raise the limit at the provider.',
  'server-error': "See the provider's status page or the server's log.",
  'bad-request': 'Check that the model can call tools, and LLM_TEMPERATURE and LLM_REASONING_EFFORT.',
  'context-overflow': 'Lower LLM_CONTEXT_TOKENS to what the model can take.',
  refused: "See the provider's content policy.",
  'bad-answer': 'Use a model that can call tools and write JSON, or another LLM_API_STYLE.',
  quota: 'Pay, or raise the limit at the provider.',
};

function kindOf(thrown: unknown, status: unknown, text: string, signal: AbortSignal): LlmFailureKind {
  if (signal.aborted) return (signal.reason as { readonly name?: unknown } | undefined)?.name === 'TimeoutError' ? 'timeout' : 'cancelled';
  const chain = chainOf(thrown);
  const named = (pattern: RegExp) => chain.some((one) => pattern.test(`${one.name} ${(one as { readonly code?: unknown }).code ?? ''}`));
  if (named(new RegExp(ANSWER_TOO_LONG))) return 'bad-answer';
  if (named(/LoadAPIKey/)) return 'wrong-key';
  if (typeof status === 'number' && (status < 200 || status >= 300)) return kindOfStatus(status, text);
  if (named(/TimeoutError|ETIMEDOUT|UND_ERR_(?:HEADERS|BODY|CONNECT)_TIMEOUT/)) return 'timeout';
  // An SDK that does not know this part of the format (Azure's, of the responses interface) takes it for a malformed answer.
  if (/"type"\s*:\s*"refusal"/.test(text)) return 'refused';
  if (named(/JSONParse|TypeValidation|InvalidResponse|NoContent|EmptyResponse/)) return 'bad-answer';
  if (named(/ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|UND_ERR|CERT|ERR_TLS|ERR_SSL|SELF_SIGNED|UNABLE_TO|OutboundRefused/)) return 'no-route';
  if (chain.some(({ message }) => /fetch failed|cannot connect|socket|terminated|network/i.test(message))) return 'no-route';
  return typeof status === 'number' ? 'bad-answer' : 'bad-request';
}

/** Seconds only; a date depends on clocks that may differ. */
function retryAfterIn(thrown: unknown): number | undefined {
  const said = chainOf(thrown)
    .map((one) => (one as Answered).responseHeaders?.['retry-after'])
    .find((value) => value !== undefined);
  return said !== undefined && /^\d{1,6}(?:\.\d+)?$/.test(said) ? Number(said) * 1000 : undefined;
}

function chainOf(thrown: unknown): readonly Error[] {
  const chain: Error[] = [];
  for (let one = thrown; one instanceof Error && chain.length < 8; one = (one as { cause?: unknown }).cause) chain.push(one);
  return chain;
}

function innermost(thrown: unknown): string {
  const last = chainOf(thrown).at(-1);
  const code = (last as { readonly code?: unknown } | undefined)?.code;
  return [messageOf(last ?? thrown), typeof code === 'string' ? `(${code})` : ''].join(' ').trim();
}

/** The message in an error body: `{error: {message}}`, `{error}`, `{message}`. */
function saidIn(body: string): string {
  try {
    const parsed = JSON.parse(body.slice(0, 20_000)) as { error?: { message?: unknown } | string; message?: unknown } | null;
    const inner = typeof parsed?.error === 'string' ? parsed.error : (parsed?.error?.message ?? parsed?.message);
    return typeof inner === 'string' ? inner : '';
  } catch {
    return '';
  }
}

/** What a provider says about a refused key is left out: some repeat parts of it. */
function details(status: unknown, said: string): string {
  const number = typeof status === 'number' ? `HTTP ${status}` : '';
  const words = displayLine(redact(said).replaceAll(/[a-z][a-z0-9+.-]{1,10}:\/\/\S+/gi, '[address]'), 160);
  const all = [number, words].filter(Boolean).join(', ');
  return all ? ` (${all})` : '';
}
