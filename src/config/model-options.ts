import { z } from 'zod';
import { defineOptions, type OptionValues, option } from '#lib/option.ts';

const KEY = { schema: z.string(), default: '', secret: true } as const;

/**
 * Settings of the language model. This version answers by rules alone: they are accepted, so that an environment made for a model
 * does not break the start, and otherwise unused.
 */
export const modelOptions = defineOptions({
  model: option({
    env: 'LLM_MODEL',
    aliases: ['OPENAI_MODEL'],
    schema: z.string(),
    default: '',
    about: 'Name of the language model. Not used by this version.',
  }),
  apiBase: option({
    env: 'LLM_API_BASE',
    aliases: ['OPENAI_API_BASE', 'OPENAI_BASE_URL'],
    schema: z.string(),
    default: '',
    about: 'Address of an OpenAI-compatible server. Not used by this version.',
  }),
  openaiKey: option({ env: 'OPENAI_API_KEY', ...KEY, about: 'Key for OpenAI, or for the server at LLM_API_BASE. Not used by this version.' }),
  anthropicKey: option({ env: 'ANTHROPIC_API_KEY', ...KEY, about: 'Key for Anthropic. Not used by this version.' }),
  geminiKey: option({ env: 'GEMINI_API_KEY', aliases: ['GOOGLE_API_KEY'], ...KEY, about: 'Key for Google Gemini. Not used by this version.' }),
  timeoutSeconds: option({
    env: 'AI_TIMEOUT',
    schema: z
      .string()
      .regex(/^\d{1,5}$/, 'allowed is a whole number')
      .transform(Number),
    default: '60',
    unit: 'seconds',
    about: 'How long the model may take for one investigation. Not used by this version.',
  }),
});

export type ModelOptions = OptionValues<typeof modelOptions>;

/** Families of variables that the providers' and tracers' own libraries define; accepted in the YAML file too. */
const FAMILIES = /^(?:AZURE|AWS|LANGFUSE|OTEL)_[A-Z0-9_]+$/;

export function isForLater(key: string): boolean {
  return FAMILIES.test(key);
}
