import { originOf } from '#lib/outbound.ts';
import type { ModelChoice } from '../choose-model.ts';
import type { ModelOptions } from '../options.ts';

/** Where a model is reached: the address in the settings, else the provider's own, as its SDK has it. Nowhere else do keys and evidence go. */
export function originsOf(
  { provider, baseUrl }: ModelChoice,
  { azureResource, awsRegion }: Pick<ModelOptions, 'azureResource' | 'awsRegion'>,
): readonly string[] {
  if (baseUrl) return originOf(baseUrl);
  switch (provider) {
    case 'openai':
    case 'openai-compatible':
      return ['https://api.openai.com'];
    case 'anthropic':
      return ['https://api.anthropic.com'];
    case 'google':
      return ['https://generativelanguage.googleapis.com'];
    case 'azure':
      return originOf(`https://${azureResource}.openai.azure.com`);
    case 'bedrock':
      return originOf(`https://bedrock-runtime.${awsRegion}.amazonaws.com`);
  }
}
