import type { Analysis, ReportAction, ReportCause } from '#domain/report.ts';

/** The parts of an answer that the plain-text fields are made of. */
interface Parts {
  readonly summary: string;
  readonly causes: readonly ReportCause[];
  readonly consequences: Analysis['consequences'];
  readonly impact: string;
  readonly actions: readonly ReportAction[];
  readonly ruledOut: Analysis['ruled_out'];
  readonly degraded: readonly string[];
}

type PlainFields = Pick<Analysis, 'root_cause' | 'conclusion' | 'diagnosis' | 'summary_of_findings' | 'recommended_actions' | 'recommendations' | 'solution'>;

/** The seven plain-text fields that clients of the first OnCallM read, rendered from the structured answer. */
export function plainFields({ summary, causes, consequences, impact, actions, ruledOut, degraded }: Parts): PlainFields {
  const [first] = causes;
  const lines = (kinds: readonly ReportAction['kind'][]) =>
    actions
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ text, command }) => (command ? `- ${text}\n  ${command}` : `- ${text}`))
      .join('\n');
  return {
    root_cause: first ? `${first.title} (${first.confidence})` : summary,
    conclusion: [summary, impact].filter(Boolean).join(' '),
    diagnosis: first
      ? [first.explanation, ...first.reasons.map((reason, index) => `- ${reason} [${first.evidence[index]}]`)].join('\n')
      : ruledOut.map(({ why }) => `- ${why}`).join('\n'),
    summary_of_findings: [
      ...causes.map(({ rank, title, confidence }) => `${rank}. ${title} (${confidence})`),
      ...consequences.map(({ title }) => `- follows: ${title}`),
      ...degraded.map((line) => `- not readable: ${line}`),
    ].join('\n'),
    recommended_actions: lines(['immediate', 'fix']),
    recommendations: lines(['prevent']),
    solution: lines(['fix']) || lines(['immediate']),
  };
}
