import { describe, expect, test } from 'vitest';
import { chooseModel } from './choose-model.ts';
import { type ModelOptions, modelOptions } from './options.ts';

const defaults = Object.fromEntries(Object.entries(modelOptions).map(([name, { schema, default: text }]) => [name, schema.parse(text)])) as ModelOptions;
const chosen = (options: Partial<ModelOptions>) => chooseModel({ ...defaults, ...options });

describe('which model is meant', () => {
  test('none, when nothing is set', () => {
    expect(chosen({})).toBeUndefined();
  });

  test.each<readonly [string, Partial<ModelOptions>, string, string, string]>([
    ['a key alone', { openaiKey: 'k' }, 'openai', 'gpt-4.1-mini', ''],
    ['another key alone', { anthropicKey: 'k' }, 'anthropic', 'claude-haiku-4-5', ''],
    ['provider/name', { model: 'openai/gpt-4o', openaiKey: 'k' }, 'openai', 'gpt-4o', ''],
    ['a bare name', { model: 'claude-sonnet-4-5', anthropicKey: 'k', openaiKey: 'k' }, 'anthropic', 'claude-sonnet-4-5', ''],
    ['gemini as a provider', { model: 'gemini/gemini-2.5-pro', geminiKey: 'k' }, 'google', 'gemini-2.5-pro', ''],
    ['an address', { model: 'llama3.2', apiBase: 'http://gpu:8000/v1' }, 'openai-compatible', 'llama3.2', 'http://gpu:8000/v1'],
    [
      'an address and a name with a slash',
      { model: 'meta-llama/Llama-3.3-70B', apiBase: 'http://gpu:8000/v1' },
      'openai-compatible',
      'meta-llama/Llama-3.3-70B',
      'http://gpu:8000/v1',
    ],
    ['openai/ at another address', { model: 'openai/x', apiBase: 'http://proxy/v1', openaiKey: 'k' }, 'openai-compatible', 'x', 'http://proxy/v1'],
    ['ollama', { model: 'ollama/llama3.2' }, 'openai-compatible', 'llama3.2', 'http://localhost:11434/v1'],
    ['vllm at an address', { model: 'vllm/m', apiBase: 'http://gpu/v1' }, 'openai-compatible', 'm', 'http://gpu/v1'],
    ['azure', { model: 'azure/my-deployment', azureKey: 'k', azureBase: 'https://x.openai.azure.com' }, 'azure', 'my-deployment', 'https://x.openai.azure.com'],
    [
      'bedrock',
      { model: 'bedrock/anthropic.claude-sonnet-4-5-v1:0', awsRegion: 'eu-central-1', awsBearer: 'k' },
      'bedrock',
      'anthropic.claude-sonnet-4-5-v1:0',
      '',
    ],
  ])('%s', (_, options, provider, model, baseUrl) => {
    expect(chosen(options)).toMatchObject({ provider, model, baseUrl });
  });

  test.each<readonly [string, Partial<ModelOptions>, RegExp]>([
    ['an unknown provider', { model: 'opanai/gpt-4o' }, /not known\. Did you mean openai\?/],
    ['an unknown name', { model: 'my-model' }, /nothing tells whose model/],
    ['an address without a name', { apiBase: 'http://x/v1' }, /no model is named/],
    ['a provider without its key', { model: 'anthropic/claude-x' }, /needs a key/],
    ['azure without a resource', { model: 'azure/x', azureKey: 'k' }, /needs its resource/],
    ['bedrock without credentials', { model: 'bedrock/x', awsRegion: 'r' }, /needs credentials/],
    ['a compatible server without an address', { model: 'openai-compatible/x' }, /needs the address/],
  ])('%s stops the start', (_, options, message) => {
    expect(() => chosen(options)).toThrow(message);
  });

  test('and an unknown provider is told all that are known', () => {
    expect(() => chosen({ model: 'nope/x' })).toThrow(expect.objectContaining({ fix: expect.stringMatching(/anthropic, azure, bedrock.*vllm/) }));
  });
});

describe('the settings', () => {
  test.each([
    ['LLM_API_BASE', 'apiBase', 'ftp://x'],
    ['LLM_API_BASE', 'apiBase', 'https://user:pw@x/v1'],
    ['LLM_HEADERS', 'headers', 'no colon'],
    ['LLM_PRICES', 'prices', 'x=1'],
    ['LLM_REDACT_PATTERNS', 'redactPatterns', '('],
    ['LLM_LABELS', 'labels', 'team'],
    ['AI_TIMEOUT', 'timeoutSeconds', '1e9'],
    ['LLM_TEMPERATURE', 'temperature', '3'],
  ] as const)('%s refuses what makes no sense', (env, name, text) => {
    expect(modelOptions[name].env).toBe(env);
    expect(modelOptions[name].schema.safeParse(text).success).toBe(false);
  });

  test('lists are read', () => {
    expect(modelOptions.headers.schema.parse('A: b; X-C: d e')).toEqual({ A: 'b', 'X-C': 'd e' });
    expect(modelOptions.prices.schema.parse('m=0.1/2, p/q=3/4')).toEqual({ m: { input: 0.1, output: 2 }, 'p/q': { input: 3, output: 4 } });
    expect(modelOptions.labels.schema.parse('team=pay, env=prod')).toEqual([
      { name: 'team', value: 'pay' },
      { name: 'env', value: 'prod' },
    ]);
    expect(modelOptions.skipCertain.schema.parse('off')).toBe(false);
  });
});
