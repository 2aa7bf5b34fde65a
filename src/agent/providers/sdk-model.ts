import type { LanguageModel } from 'ai';
import type { Fetch } from '#lib/outbound.ts';
import type { ModelChoice } from '../choose-model.ts';
import type { ModelOptions } from '../options.ts';

/** A model of the AI SDK, in the version of its interface that we speak. */
export type SdkModel = Extract<Exclude<LanguageModel, string>, { readonly specificationVersion: 'v4' }>;

/** Loads the one SDK that the choice needs; the others stay on the disk. Keys come from the settings, never from the environment. */
export async function loadSdkModel(choice: ModelChoice, options: ModelOptions, fetch: Fetch): Promise<SdkModel> {
  const { model, style } = choice;
  const common = { headers: options.headers, fetch, ...(choice.baseUrl && { baseURL: choice.baseUrl }) };
  switch (choice.provider) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      const provider = createOpenAI({ ...common, apiKey: options.openaiKey });
      return style === 'chat' ? provider.chat(model) : provider.responses(model);
    }
    case 'openai-compatible': {
      if (style === 'responses') {
        const { createOpenAI } = await import('@ai-sdk/openai');
        return createOpenAI({ ...common, apiKey: options.openaiKey || 'none', name: 'compatible' }).responses(model);
      }
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      return createOpenAICompatible({
        ...common,
        name: 'compatible',
        baseURL: choice.baseUrl,
        supportsStructuredOutputs: true,
        ...(options.openaiKey && { apiKey: options.openaiKey }),
      }).chatModel(model);
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return createAnthropic({ ...common, apiKey: options.anthropicKey })(model);
    }
    case 'google': {
      const { createGoogle } = await import('@ai-sdk/google');
      return createGoogle({ ...common, apiKey: options.geminiKey })(model);
    }
    case 'azure': {
      const { createAzure } = await import('@ai-sdk/azure');
      const provider = createAzure({
        headers: options.headers,
        fetch,
        apiKey: options.azureKey,
        baseURL: azureAddress(choice.baseUrl, options.azureResource, options.azureVersion),
        ...(options.azureVersion && { apiVersion: options.azureVersion, useDeploymentBasedUrls: true }),
      });
      return style === 'chat' || options.azureVersion ? provider.chat(model) : provider.responses(model);
    }
    case 'bedrock': {
      const { createAmazonBedrock } = await import('@ai-sdk/amazon-bedrock');
      return createAmazonBedrock({
        ...common,
        region: options.awsRegion,
        ...(options.awsBearer
          ? { apiKey: options.awsBearer }
          : { accessKeyId: options.awsKeyId, secretAccessKey: options.awsSecret, ...(options.awsSession && { sessionToken: options.awsSession }) }),
      })(model);
    }
  }
}

/** As far as the SDK wants it, whatever part of it was configured, also for a gateway that stands before Azure. With a version it is the older, versioned interface. */
function azureAddress(base: string, resourceName: string, version: string): string {
  const root = (base || `https://${resourceName}.openai.azure.com`).replace(/\/openai(?:\/v1)?$/, '');
  return version ? `${root}/openai` : `${root}/openai/v1`;
}
