import { z } from 'zod';
import { displayLine } from '#lib/display-text.ts';
import { nearestWord } from '#lib/nearest-word.ts';
import type { Fetch } from '#lib/outbound.ts';
import type { ModelChoice } from '../choose-model.ts';
import type { LlmFailure, LlmFailureKind, LlmProbe, LlmReply, LlmRequest } from '../model.ts';
import type { ModelOptions } from '../options.ts';
import { FIXES, failureOf, kindOfStatus } from './failure-of.ts';

export interface Probed {
  readonly choice: ModelChoice;
  readonly options: ModelOptions;
  readonly fetch: Fetch;
  readonly name: string;
  readonly complete: (request: LlmRequest, signal: AbortSignal) => Promise<LlmReply>;
}

/**
 * Asks the provider for its list of models, or for this one: costs nothing and proves address, key and name.
 * Azure and Bedrock, which have no such list for a key, are asked for a single word.
 */
export async function probeProvider(probed: Probed, signal: AbortSignal): Promise<LlmProbe> {
  const { choice, options, fetch, name } = probed;
  const question = questionOf(choice, options);
  if (question === undefined) return probeByWord(probed, signal);
  try {
    const response = await fetch(question.url, { headers: { accept: 'application/json', ...question.headers, ...options.headers }, signal });
    const text = await response.text();
    if (response.ok) return question.list ? found(choice.model, text, name) : connected(name);
    const kind = kindOfStatus(response.status, text);
    // Some servers list no models.
    if (question.list && (response.status === 404 || response.status === 405 || response.status === 501)) return probeByWord(probed, signal);
    if (!question.list && response.status === 404)
      return disconnected('wrong-model', `${name}: there is no model of that name.${known(choice.model, await listed(question, probed, signal))}`);
    return disconnected(kind, failureOf(Object.assign(new Error(''), { statusCode: response.status, responseBody: text }), name, signal).why);
  } catch (thrown) {
    const { kind, why } = failureOf(thrown, name, signal);
    return disconnected(kind === 'bad-request' ? 'no-route' : kind, why);
  }
}

interface ProbeQuestion {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** True: answers with all models; false: with this one, or 404. */
  readonly list: boolean;
}

function questionOf({ provider, baseUrl, model }: ModelChoice, options: ModelOptions): ProbeQuestion | undefined {
  const id = encodeURIComponent(model);
  switch (provider) {
    case 'openai':
    case 'openai-compatible':
      return {
        url: `${baseUrl || 'https://api.openai.com/v1'}/models`,
        headers: options.openaiKey ? { authorization: `Bearer ${options.openaiKey}` } : {},
        list: true,
      };
    case 'anthropic':
      return {
        url: `${baseUrl || 'https://api.anthropic.com/v1'}/models/${id}`,
        headers: { 'x-api-key': options.anthropicKey, 'anthropic-version': '2023-06-01' },
        list: false,
      };
    case 'google':
      return {
        url: `${baseUrl || 'https://generativelanguage.googleapis.com/v1beta'}/models/${id}`,
        headers: { 'x-goog-api-key': options.geminiKey },
        list: false,
      };
    case 'azure':
    case 'bedrock':
      return undefined;
  }
}

function found(model: string, text: string, name: string): LlmProbe {
  const ids = idsIn(text);
  // Ollama lists `llama3.2:latest` for what everybody calls `llama3.2`.
  if (ids.length === 0 || ids.some((id) => id === model || id === `${model}:latest`)) return connected(name);
  return disconnected('wrong-model', `${name}: the server does not list this model.${known(model, ids)}`);
}

const KNOWN_NAMED = 12;

/** Which models there are, in a sentence or two; '' where nobody says. */
function known(model: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const near = nearestWord(model, ids.slice(0, 500));
  const more = ids.length > KNOWN_NAMED ? ` and ${ids.length - KNOWN_NAMED} more` : '';
  return `${near ? ` Did you mean ${near}?` : ''} Known are ${ids.slice(0, KNOWN_NAMED).join(', ')}${more}.`;
}

/** What models a provider has that was asked for one; none where it does not say. */
async function listed({ url, headers }: ProbeQuestion, { options, fetch }: Probed, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const all = url.slice(0, url.lastIndexOf('/'));
    const response = await fetch(all, { headers: { accept: 'application/json', ...headers, ...options.headers }, signal });
    return response.ok ? idsIn(await response.text()) : [];
  } catch {
    return [];
  }
}

const listSchema = z.object({
  data: z.array(z.object({ id: z.string() })).catch([]),
  // Google's names begin with `models/`.
  models: z.array(z.object({ name: z.string() })).catch([]),
});

function idsIn(text: string): readonly string[] {
  try {
    const { data, models } = listSchema.parse(JSON.parse(text));
    return [...data.map(({ id }) => id), ...models.map(({ name }) => name.replace(/^models\//, ''))].map((id) => displayLine(id, 80));
  } catch {
    return [];
  }
}

async function probeByWord({ complete, name }: Probed, signal: AbortSignal): Promise<LlmProbe> {
  const reply = await complete(
    { instructions: 'Answer with one word.', turns: [{ role: 'user', text: 'Say ok.' }], tools: [], mayCallTools: false, maxOutputTokens: 16 },
    signal,
  );
  return reply.ok || reply.kind === 'refused' ? connected(name) : disconnectedBy(reply);
}

function connected(name: string): LlmProbe {
  return { state: 'connected', detail: `${name} answers` };
}

function disconnectedBy({ kind, why }: LlmFailure): LlmProbe {
  return disconnected(kind, why);
}

function disconnected(kind: LlmFailureKind, detail: string): LlmProbe {
  return { state: 'disconnected', kind, detail, fix: FIXES[kind] };
}
