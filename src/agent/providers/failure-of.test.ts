import { describe, expect, test } from 'vitest';
import { kindOfStatus } from './failure-of.ts';

describe('what providers say', () => {
  test.each<readonly [number, string, string]>([
    [401, 'Incorrect API key provided: sk-abc. You can find your API key at https://platform.openai.com/account/api-keys.', 'wrong-key'],
    [401, 'Access denied due to invalid subscription key or wrong API endpoint.', 'wrong-key'],
    [400, 'API key not valid. Please pass a valid API key.', 'wrong-key'],
    [403, 'The security token included in the request is invalid.', 'wrong-key'],
    [403, 'The request signature we calculated does not match the signature you provided.', 'wrong-key'],
    [404, 'The model `gpt-9` does not exist or you do not have access to it.', 'wrong-model'],
    [404, 'models/gemini-9 is not found for API version v1beta, or is not supported for generateContent.', 'wrong-model'],
    [404, 'The API deployment for this resource does not exist. (DeploymentNotFound)', 'wrong-model'],
    [404, 'model: claude-nine not found', 'wrong-model'],
    [404, 'model "qwen9" not found, try pulling it first', 'wrong-model'],
    [400, 'The provided model identifier is invalid.', 'wrong-model'],
    [403, "You don't have access to the model with the specified model ID.", 'wrong-model'],
    [403, 'Project `p` does not have access to model `gpt-4.1`', 'wrong-model'],
    [429, 'Rate limit reached for gpt-4.1 in organization org-x on tokens per min (TPM)', 'rate-limited'],
    [429, 'Too many tokens, please wait before trying again.', 'rate-limited'],
    [429, 'You exceeded your current quota, please check your plan and billing details.', 'quota'],
    [400, 'Your credit balance is too low to access the Anthropic API.', 'quota'],
    [400, "This model's maximum context length is 8192 tokens.", 'context-overflow'],
    [400, 'prompt is too long: 210000 tokens > 200000 maximum', 'context-overflow'],
    [400, 'Input is too long for requested model.', 'context-overflow'],
    [400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", 'refused'],
    [529, 'Overloaded', 'server-error'],
    [503, 'ServiceUnavailableException', 'server-error'],
    [504, 'Gateway Time-out', 'timeout'],
    [302, '', 'no-route'],
    [404, '<html>nginx</html>', 'no-route'],
    [400, 'Unsupported value: temperature does not support 0.1', 'bad-request'],
  ])('%i %s', (status, text, kind) => {
    expect(kindOfStatus(status, text)).toBe(kind);
  });
});
