import type { LabelSet } from '#domain/alert.ts';
import type { Analysis } from '#domain/report.ts';
import type { ModelOptions } from './options.ts';

/** Why the model is not asked about an incident, in a line; undefined: it is. */
export function reasonToSkip(
  analysis: Analysis,
  { severity, labels }: { readonly severity: string; readonly labels: readonly LabelSet[] },
  options: Pick<ModelOptions, 'skipCertain' | 'severities' | 'labels'>,
): string | undefined {
  if (options.severities.length > 0 && !options.severities.includes(severity.toLowerCase())) return `the model looks at ${options.severities.join(', ')} only`;
  if (!labels.some((set) => options.labels.every(({ name, value }) => set[name] === value))) return 'the model looks at alerts with other labels only';
  if (!options.skipCertain) return undefined;
  if (analysis.healthy) return 'the rules find everything healthy';
  return analysis.root_causes[0]?.confidence === 'certain' ? 'the rules are certain' : undefined;
}
