/** How urgent an alert says it is. Alertmanager knows only the label `severity`, whose words differ per installation. */
export type Severity = 'critical' | 'warning' | 'info' | 'none' | 'unknown';

const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  page: 'critical',
  emergency: 'critical',
  fatal: 'critical',
  high: 'critical',
  error: 'critical',
  p1: 'critical',
  p0: 'critical',
  sev1: 'critical',
  disaster: 'critical',
  warning: 'warning',
  warn: 'warning',
  major: 'warning',
  medium: 'warning',
  p2: 'warning',
  p3: 'warning',
  sev2: 'warning',
  average: 'warning',
  info: 'info',
  informational: 'info',
  information: 'info',
  notice: 'info',
  low: 'info',
  minor: 'info',
  p4: 'info',
  p5: 'info',
  debug: 'info',
  none: 'none',
};

/** The severity that a label's value means; `unknown` for a missing label or a word nobody uses. */
export function severityOf(label: string | undefined): Severity {
  return WORDS[(label ?? '').toLowerCase()] ?? 'unknown';
}

/** Larger is more urgent. An alert of unknown severity goes before an info one: somebody meant something by it. */
export function urgency(severity: Severity): number {
  return { critical: 40, warning: 30, unknown: 20, info: 10, none: 0 }[severity];
}

export function mostUrgent(severities: readonly Severity[]): Severity {
  return severities.reduce<Severity>((most, next) => (urgency(next) > urgency(most) ? next : most), 'none');
}
