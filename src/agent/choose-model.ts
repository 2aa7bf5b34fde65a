import { OncallmError } from '#domain/error.ts';
import { nearestWord } from '#lib/nearest-word.ts';
import type { ModelOptions } from './options.ts';

/** Providers whose wire format is spoken. */
type Provider = 'openai' | 'openai-compatible' | 'anthropic' | 'google' | 'azure' | 'bedrock';

export interface ModelChoice {
  readonly provider: Provider;
  /** As the provider calls it. */
  readonly model: string;
  /** `''`: the provider's own address. */
  readonly baseUrl: string;
  readonly style: 'chat' | 'responses';
}

/** Servers that speak OpenAI's format, and where they listen unless LLM_API_BASE says otherwise. */
const COMPATIBLE: Readonly<Record<string, string>> = {
  'openai-compatible': '',
  openai_like: '',
  ollama: 'http://localhost:11434/v1',
  ollama_chat: 'http://localhost:11434/v1',
  vllm: 'http://localhost:8000/v1',
  hosted_vllm: 'http://localhost:8000/v1',
  litellm: 'http://localhost:4000/v1',
  lmstudio: 'http://localhost:1234/v1',
  lm_studio: 'http://localhost:1234/v1',
};

const NATIVE: Readonly<Record<string, Provider>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  gemini: 'google',
  azure: 'azure',
  bedrock: 'bedrock',
  'amazon-bedrock': 'bedrock',
};

/** Every name that may stand before the slash of LLM_MODEL. */
const KNOWN_PROVIDERS: readonly string[] = [...Object.keys(NATIVE), ...Object.keys(COMPATIBLE)].toSorted();

/** What is asked where only a key is given: small, cheap and able to call tools. */
const DEFAULT_MODELS = { openai: 'gpt-4.1-mini', anthropic: 'claude-haiku-4-5', google: 'gemini-2.5-flash' } as const;

/**
 * Which model the settings mean; undefined when none is configured.
 * Throws an OncallmError that lists the known providers when the name cannot be understood, or that names the missing setting.
 */
export function chooseModel(options: ModelOptions, setting = 'LLM_MODEL'): ModelChoice | undefined {
  const named = split(options.model);
  const choice = named.provider === undefined ? unprefixed(options, named.model, setting) : prefixed(options, named.provider, named.model, setting);
  if (choice) requireSettings(choice, options);
  return choice;
}

/** The second, cheaper model; undefined when none is named. It is at the address of the first where it is of the same provider, unless it has its own. */
export function chooseFastModel(options: ModelOptions, main: ModelChoice): ModelChoice | undefined {
  if (!options.fastModel) return undefined;
  const native = NATIVE[split(options.fastModel).provider ?? ''];
  const together = native === undefined || native === main.provider || (native === 'openai' && main.provider === 'openai-compatible');
  const apiBase = options.fastApiBase || (together ? options.apiBase : '');
  return chooseModel({ ...options, model: options.fastModel, apiBase }, 'LLM_FAST_MODEL');
}

function split(text: string): { readonly provider: string | undefined; readonly model: string } {
  const at = text.indexOf('/');
  return at > 0 ? { provider: text.slice(0, at).toLowerCase(), model: text.slice(at + 1) } : { provider: undefined, model: text };
}

function prefixed(options: ModelOptions, prefix: string, model: string, setting: string): ModelChoice {
  const native = NATIVE[prefix];
  if (native === 'openai' && options.apiBase && !/^https:\/\/api\.openai\.com\b/.test(options.apiBase)) return compatible(options, model, options.apiBase);
  if (native) return choiceOf(options, native, model);
  const base = COMPATIBLE[prefix];
  if (base !== undefined) return compatible(options, model, options.apiBase || base);
  // Servers name models as their authors do: meta-llama/Llama-3.3-70B-Instruct.
  if (options.apiBase) return compatible(options, options.model, options.apiBase);
  const near = nearestWord(prefix, KNOWN_PROVIDERS);
  throw new OncallmError(
    'model-provider-unknown',
    `${setting} names the provider ${JSON.stringify(prefix.slice(0, 60))}, which is not known.${near ? ` Did you mean ${near}?` : ''}`,
    `Known are ${KNOWN_PROVIDERS.join(', ')}. For another server that speaks OpenAI's format, set LLM_API_BASE to its address.`,
  );
}

function unprefixed(options: ModelOptions, model: string, setting: string): ModelChoice | undefined {
  if (options.apiBase) {
    const own = /^https:\/\/api\.openai\.com\b/.test(options.apiBase);
    if (model) return own ? choiceOf(options, 'openai', model) : compatible(options, model, options.apiBase);
    throw new OncallmError('model-name-missing', 'LLM_API_BASE is set, but no model is named.', 'Set LLM_MODEL to the name of a model that the server serves.');
  }
  const provider = byName(model) ?? byKey(options);
  if (provider) return choiceOf(options, provider, model || DEFAULT_MODELS[provider]);
  if (!model) return undefined;
  throw new OncallmError(
    'model-provider-unknown',
    `${setting} is ${JSON.stringify(model.slice(0, 60))}, and nothing tells whose model that is.`,
    `Write provider/name (known are ${KNOWN_PROVIDERS.join(', ')}), or set LLM_API_BASE to the address of the server.`,
  );
}

function byName(model: string): keyof typeof DEFAULT_MODELS | undefined {
  if (/^(?:gpt-|o\d|chatgpt-)/i.test(model)) return 'openai';
  if (/^claude-/i.test(model)) return 'anthropic';
  return /^gemini-/i.test(model) ? 'google' : undefined;
}

function byKey({ openaiKey, anthropicKey, geminiKey }: ModelOptions): keyof typeof DEFAULT_MODELS | undefined {
  if (openaiKey) return 'openai';
  if (anthropicKey) return 'anthropic';
  return geminiKey ? 'google' : undefined;
}

function compatible(options: ModelOptions, model: string, baseUrl: string): ModelChoice {
  return { provider: 'openai-compatible', model, baseUrl, style: options.apiStyle === 'responses' ? 'responses' : 'chat' };
}

function choiceOf(options: ModelOptions, provider: Provider, model: string): ModelChoice {
  const baseUrl = provider === 'azure' ? options.azureBase : options.apiBase;
  return { provider, model, baseUrl, style: options.apiStyle === 'chat' ? 'chat' : 'responses' };
}

function requireSettings({ provider, model, baseUrl }: ModelChoice, options: ModelOptions): void {
  const missing = (what: string, fix: string) => new OncallmError('model-setting-missing', `The model ${provider}/${model} needs ${what}.`, fix);
  if (!model) throw missing('a name', 'Write LLM_MODEL as provider/name.');
  if (model.length > 200 || /[\s\p{Cc}]/u.test(model)) throw missing('a name without spaces, of at most 200 characters', 'Correct LLM_MODEL.');
  if (provider === 'openai' && !options.openaiKey) throw missing('a key', 'Set OPENAI_API_KEY.');
  if (provider === 'anthropic' && !options.anthropicKey) throw missing('a key', 'Set ANTHROPIC_API_KEY.');
  if (provider === 'google' && !options.geminiKey) throw missing('a key', 'Set GEMINI_API_KEY.');
  if (provider === 'openai-compatible' && !baseUrl) throw missing('the address of its server', 'Set LLM_API_BASE.');
  if (provider === 'azure' && !options.azureKey) throw missing('a key', 'Set AZURE_API_KEY.');
  if (provider === 'azure' && !baseUrl && !options.azureResource) throw missing('its resource', 'Set AZURE_API_BASE or AZURE_RESOURCE_NAME.');
  if (provider === 'bedrock' && !options.awsRegion) throw missing('a region', 'Set AWS_REGION.');
  if (provider === 'bedrock' && !options.awsBearer && !(options.awsKeyId && options.awsSecret))
    throw missing('credentials', 'Set AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
}
