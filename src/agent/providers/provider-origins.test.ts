import { describe, expect, it } from 'vitest';
import { chooseModel } from '../choose-model.ts';
import { type ModelOptions, modelOptions } from '../options.ts';
import { createSdkLlm } from './sdk-llm.ts';

const defaults = Object.fromEntries(
  Object.entries(modelOptions).map(([name, { schema, default: text }]) => [name, text === undefined ? undefined : schema.parse(text)]),
) as unknown as ModelOptions;

/** What each provider's SDK is asked at without an address in the settings: an SDK that moves in a new version is refused, and noticed here. */
const PROVIDERS: readonly (readonly [string, Partial<ModelOptions>, string])[] = [
  ['openai/gpt-4.1-mini', { openaiKey: 'k' }, 'https://api.openai.com'],
  ['anthropic/claude-haiku-4-5', { anthropicKey: 'k' }, 'https://api.anthropic.com'],
  ['google/gemini-2.5-flash', { geminiKey: 'k' }, 'https://generativelanguage.googleapis.com'],
  ['azure/deployment', { azureKey: 'k', azureResource: 'resource' }, 'https://resource.openai.azure.com'],
  ['bedrock/model', { awsRegion: 'eu-central-1', awsBearer: 'k' }, 'https://bedrock-runtime.eu-central-1.amazonaws.com'],
  ['ollama/qwen3', {}, 'http://localhost:11434'],
  ['vllm/qwen', { apiBase: 'http://vllm:8000/v1' }, 'http://vllm:8000'],
];

describe.each(PROVIDERS)('%s', (model, settings, origin) => {
  it('is asked at its own address only', async () => {
    const options = { ...defaults, model, ...settings };
    const choice = chooseModel(options);
    const asked: string[] = [];
    const llm = createSdkLlm(choice as NonNullable<typeof choice>, options, async (input) => {
      asked.push(new URL(input instanceof Request ? input.url : input).origin);
      return new Response('{}', { status: 503 });
    });
    const request = { instructions: '', turns: [{ role: 'user' as const, text: 'x' }], tools: [], mayCallTools: false, maxOutputTokens: 10 };
    await llm.complete(request, AbortSignal.timeout(5_000));
    await llm.probe(AbortSignal.timeout(5_000));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(new Set(asked)).toEqual(new Set([origin]));
  });
});
