import { type Fetch, fetchWithin } from '#lib/outbound.ts';
import type { ModelChoice } from '../choose-model.ts';
import type { Llm, LlmReply, LlmRequest, LlmToolCall, LlmTurn } from '../model.ts';
import type { ModelOptions } from '../options.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { failureOf } from './failure-of.ts';
import { probeProvider } from './probe-provider.ts';
import { originsOf } from './provider-origins.ts';
import { loadSdkModel, type SdkModel } from './sdk-model.ts';

type CallOptions = Parameters<SdkModel['doGenerate']>[0];
type Generated = Awaited<ReturnType<SdkModel['doGenerate']>>;
type Message = CallOptions['prompt'][number];
type AssistantParts = Extract<Message, { readonly role: 'assistant' }>['content'];

/** A model behind the AI SDK. The SDK loads with the first request. */
export function createSdkLlm(choice: ModelChoice, options: ModelOptions, fetch: Fetch): Llm {
  const name = `${choice.provider}/${choice.model}`;
  const bounded = boundedFetch(fetchWithin(originsOf(choice, options), fetch));
  let loading: Promise<SdkModel> | undefined;
  const complete = async (request: LlmRequest, signal: AbortSignal): Promise<LlmReply> => {
    try {
      loading ??= loadSdkModel(choice, options, bounded);
      const model = await loading;
      signal.throwIfAborted();
      return replyOf(await untilAborted(model.doGenerate(callOf(request, choice, options, signal)), signal), name);
    } catch (thrown) {
      return failureOf(thrown, name, signal);
    }
  };
  return {
    name,
    provider: choice.provider,
    model: choice.model,
    complete,
    probe: (signal) => probeProvider({ choice, options, fetch: bounded, name, complete }, signal),
  };
}

/** Ends when the signal says so, whatever the other side (or the SDK) does. */
async function untilAborted<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function callOf(request: LlmRequest, { provider, style }: ModelChoice, options: ModelOptions, signal: AbortSignal): CallOptions {
  const { mayCallTools, answerSchema } = request;
  // Anthropic, Google and Bedrock want the tools described as long as the conversation shows calls of them.
  const openai = provider === 'openai' || provider === 'openai-compatible' || provider === 'azure';
  const tools = mayCallTools || !openai ? request.tools : [];
  const choice = mayCallTools || provider === 'bedrock' ? 'auto' : 'none';
  return {
    prompt: [{ role: 'system', content: request.instructions }, ...request.turns.map(messageOf)],
    maxOutputTokens: request.maxOutputTokens,
    abortSignal: signal,
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, inputSchema }) => ({ type: 'function' as const, name, description, inputSchema })),
      toolChoice: { type: choice },
    }),
    ...(answerSchema && openai && { responseFormat: { type: 'json' as const, name: 'answer', schema: answerSchema } }),
    // What was asked is not to be kept at the provider (the responses interface keeps it for a month unless told).
    ...(openai && style === 'responses' && { providerOptions: { openai: { store: false } } }),
    ...(options.temperature !== undefined && { temperature: options.temperature }),
    ...(options.reasoningEffort !== '' && { reasoning: options.reasoningEffort }),
  };
}

function messageOf(turn: LlmTurn): Message {
  switch (turn.role) {
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: turn.text }] };
    case 'assistant':
      return { role: 'assistant', content: turn.echo as AssistantParts };
    case 'tools':
      return {
        role: 'tool',
        content: turn.results.map(({ id, name, text }) => ({ type: 'tool-result', toolCallId: id, toolName: name, output: { type: 'text', value: text } })),
      };
  }
}

function replyOf(result: Generated, name: string): LlmReply {
  const text = result.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const calls = result.content.flatMap((part): readonly LlmToolCall[] =>
    part.type === 'tool-call' ? [{ id: part.toolCallId, name: part.toolName, input: part.input }] : [],
  );
  const { unified } = result.finishReason;
  if (unified === 'content-filter') return { ok: false, kind: 'refused', why: `${name}: the model refused to answer` };
  if (unified === 'error' && !text && calls.length === 0) return { ok: false, kind: 'bad-answer', why: `${name}: the answer ended with an error` };
  const { inputTokens, outputTokens } = result.usage;
  return {
    ok: true,
    text,
    calls,
    tokens: inputTokens.total === undefined && outputTokens.total === undefined ? null : { input: inputTokens.total ?? 0, output: outputTokens.total ?? 0 },
    cut: unified === 'length',
    echo: echoOf(result),
  };
}

/** The assistant's turn as the provider wants to see it again: text, thoughts with their signatures, calls. */
function echoOf({ content }: Generated): AssistantParts {
  return content.flatMap((part): AssistantParts => {
    const kept = 'providerMetadata' in part && part.providerMetadata ? { providerOptions: part.providerMetadata } : {};
    if (part.type === 'text' || part.type === 'reasoning') return [{ type: part.type, text: part.text, ...kept }];
    if (part.type === 'tool-call') return [{ type: 'tool-call', toolCallId: part.toolCallId, toolName: part.toolName, input: readable(part.input), ...kept }];
    return [];
  });
}

/** Providers refuse to be shown a call whose arguments are no object. */
function readable(input: string): unknown {
  try {
    const parsed: unknown = JSON.parse(input);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
