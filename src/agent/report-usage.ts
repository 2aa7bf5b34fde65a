import type { ModelUsage, ReportUsage } from '#domain/report.ts';
import type { Usage } from './budget.ts';
import type { FastUsage } from './condenser.ts';

/** What the models used, as the report says it; undefined when neither was asked. */
export function reportUsage(model: string, usage: Usage, fast: FastUsage | undefined): ReportUsage['llm'] | undefined {
  if (usage.steps === 0 && !fast) return undefined;
  return { ...usageOf(model, usage), ...(fast && { fast: usageOf(fast.model, fast) }) };
}

function usageOf(model: string, { steps, inputTokens, outputTokens, costUsd }: Usage): ModelUsage {
  return { model, steps, input_tokens: inputTokens, output_tokens: outputTokens, cost_usd: costUsd };
}
