import { z } from 'zod';
import { defineOptions, type OptionValues, option } from '#lib/option.ts';
import { decimal, headerList, labelList, onOff, patternList, priceList, webAddress, wholeNumber, wordList } from './option-schemas.ts';

const TEXT = { schema: z.string().trim(), default: '' } as const;
const KEY = { schema: z.string().trim(), default: '', secret: true } as const;

/** Settings of the language model. Without a model name, key or address there is no model, and everything works by rules alone. */
export const modelOptions = defineOptions({
  model: option({
    env: 'LLM_MODEL',
    aliases: ['OPENAI_MODEL', 'MODEL'],
    ...TEXT,
    about:
      'Language model as provider/name (openai, openai-compatible, anthropic, google, azure, bedrock, ollama, vllm, litellm, lmstudio), or its bare name where key or address tell the provider.',
  }),
  apiBase: option({
    env: 'LLM_API_BASE',
    aliases: ['OPENAI_API_BASE', 'OPENAI_BASE_URL', 'API_BASE'],
    schema: webAddress(),
    default: '',
    about: 'Address of an OpenAI-compatible server, as far as /v1; for another provider, the address to use in place of its own.',
  }),
  fastModel: option({
    env: 'LLM_FAST_MODEL',
    aliases: ['FAST_MODEL'],
    ...TEXT,
    about:
      'A second, cheaper model, written as LLM_MODEL is: it looks through results that are too long for the first and chooses the lines that matter; empty cuts them.',
  }),
  fastApiBase: option({
    env: 'LLM_FAST_API_BASE',
    schema: webAddress(),
    default: '',
    about: 'Address for LLM_FAST_MODEL, where it is not that of LLM_MODEL.',
  }),
  apiStyle: option({
    env: 'LLM_API_STYLE',
    schema: z.enum(['auto', 'chat', 'responses']),
    default: 'auto',
    about: 'Which OpenAI interface to speak: chat completions or responses; auto takes responses for OpenAI itself and chat for everything else.',
  }),
  openaiKey: option({
    env: 'OPENAI_API_KEY',
    aliases: ['LLM_API_KEY'],
    ...KEY,
    about: 'Key for OpenAI, or for the server at LLM_API_BASE.',
  }),
  serverKey: option({
    env: 'API_KEY',
    ...KEY,
    about: 'The same for the server at LLM_API_BASE, as other products call it; means nothing without that address.',
  }),
  anthropicKey: option({ env: 'ANTHROPIC_API_KEY', ...KEY, about: 'Key for Anthropic.' }),
  geminiKey: option({ env: 'GEMINI_API_KEY', aliases: ['GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'], ...KEY, about: 'Key for Google Gemini.' }),
  azureKey: option({ env: 'AZURE_API_KEY', aliases: ['AZURE_OPENAI_API_KEY'], ...KEY, about: 'Key for Azure OpenAI.' }),
  azureBase: option({
    env: 'AZURE_API_BASE',
    aliases: ['AZURE_OPENAI_ENDPOINT'],
    schema: webAddress(),
    default: '',
    about: 'Endpoint of the Azure OpenAI resource; the model name is the name of the deployment.',
  }),
  azureResource: option({
    env: 'AZURE_RESOURCE_NAME',
    schema: z
      .string()
      .trim()
      .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/i, 'allowed are letters, digits and hyphens'),
    default: '',
    about: 'Name of the Azure OpenAI resource, instead of its endpoint.',
  }),
  azureVersion: option({
    env: 'AZURE_API_VERSION',
    aliases: ['AZURE_OPENAI_API_VERSION', 'API_VERSION'],
    ...TEXT,
    about: 'API version that Azure OpenAI is asked for.',
  }),
  awsRegion: option({ env: 'AWS_REGION', aliases: ['AWS_DEFAULT_REGION'], ...TEXT, about: 'Region of Amazon Bedrock.' }),
  awsKeyId: option({ env: 'AWS_ACCESS_KEY_ID', ...KEY, about: 'Access key for Amazon Bedrock.' }),
  awsSecret: option({ env: 'AWS_SECRET_ACCESS_KEY', ...KEY, about: 'Secret of the access key for Amazon Bedrock.' }),
  awsSession: option({ env: 'AWS_SESSION_TOKEN', ...KEY, about: 'Session token for Amazon Bedrock, with temporary credentials.' }),
  awsBearer: option({ env: 'AWS_BEARER_TOKEN_BEDROCK', ...KEY, about: 'API key for Amazon Bedrock, instead of an access key.' }),
  headers: option({
    env: 'LLM_HEADERS',
    schema: headerList(),
    default: '',
    secret: true,
    about: 'Headers to send with every request to the model, as Name: value, separated by line breaks or semicolons.',
  }),
  temperature: option({
    env: 'LLM_TEMPERATURE',
    aliases: ['TEMPERATURE'],
    schema: z.union([z.literal('').transform(() => undefined), decimal(2)]),
    default: '',
    about: 'Temperature of the model, 0 to 2; empty leaves it to the model.',
  }),
  reasoningEffort: option({
    env: 'LLM_REASONING_EFFORT',
    aliases: ['REASONING_EFFORT'],
    schema: z.enum(['', 'none', 'minimal', 'low', 'medium', 'high']),
    default: '',
    about: 'How much a reasoning model may think: none, minimal, low, medium, high; empty leaves it to the model.',
  }),
  timeoutSeconds: option({
    env: 'AI_TIMEOUT',
    schema: wholeNumber(1, 3_600),
    default: '60',
    unit: 'seconds',
    about: 'How long the model may take for one investigation, waiting for its turn included; the report of the rules is there before.',
  }),
  maxSteps: option({
    env: 'LLM_MAX_STEPS',
    aliases: ['MAX_STEPS'],
    schema: wholeNumber(1, 50),
    default: '8',
    unit: 'count',
    about: 'Requests to the model for one investigation.',
  }),
  maxTokens: option({
    env: 'LLM_MAX_TOKENS',
    schema: wholeNumber(2_000, 10_000_000),
    default: '200000',
    unit: 'count',
    about: 'Tokens, sent and received, for one investigation.',
  }),
  maxOutputTokens: option({
    env: 'LLM_MAX_OUTPUT_TOKENS',
    schema: wholeNumber(256, 100_000),
    default: '4000',
    unit: 'count',
    about: 'Tokens that the model may write in one answer.',
  }),
  contextTokens: option({
    env: 'LLM_CONTEXT_TOKENS',
    schema: wholeNumber(4_000, 2_000_000),
    default: '32000',
    unit: 'count',
    about: 'Tokens that one request may hold; what was read earlier and is not cited is shortened first.',
  }),
  maxCostUsd: option({
    env: 'LLM_MAX_COST',
    schema: decimal(1_000),
    default: '0.50',
    about: 'US dollars for one investigation, where the price of the model is known.',
  }),
  maxCostPerDayUsd: option({
    env: 'LLM_MAX_COST_PER_DAY',
    schema: decimal(100_000),
    default: '20',
    about: 'US dollars for one day (UTC), all replicas together, where the price of the model is known.',
  }),
  prices: option({
    env: 'LLM_PRICES',
    schema: priceList(),
    default: '',
    about: 'US dollars for a million tokens, as model=sent/received, separated by commas: my-model=0.10/0.40.',
  }),
  concurrency: option({
    env: 'LLM_CONCURRENCY',
    schema: wholeNumber(1, 1_000),
    default: '2',
    unit: 'count',
    about: 'Investigations that may use the model at once; the others wait for their turn.',
  }),
  skipCertain: option({
    env: 'LLM_SKIP_CERTAIN',
    schema: onOff(),
    default: 'on',
    about: 'Whether the model is left out where the rules are certain or find everything healthy.',
  }),
  firstLook: option({
    env: 'LLM_FIRST_LOOK',
    schema: onOff(),
    default: 'on',
    about:
      'Whether the model starts with what is in trouble in the namespaces concerned, besides what the rules read: up to some 4,000 tokens more a request, and steps less.',
  }),
  severities: option({
    env: 'LLM_SEVERITIES',
    schema: wordList(),
    default: '',
    about: 'Severities of incidents that the model looks at, separated by commas; empty means all.',
  }),
  labels: option({
    env: 'LLM_LABELS',
    schema: labelList(),
    default: '',
    about: 'Labels of which an alert must carry all for the model to look at it, as name=value, separated by commas; empty means all alerts.',
  }),
  redactPatterns: option({
    env: 'LLM_REDACT_PATTERNS',
    schema: patternList(),
    default: '',
    about: 'Regular expressions, one a line, for what must never leave the process, besides the secrets that are known by their shape.',
  }),
});

/** The settings of the model, parsed. */
export type ModelOptions = OptionValues<typeof modelOptions>;
