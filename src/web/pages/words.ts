import type { Confidence, Risk } from '#domain/finding.ts';
import type { Severity } from '#domain/severity.ts';

/** What the defined words mean, for those who read them at night. Keep in step with domain/finding.ts. */
export const CONFIDENCE: Readonly<Record<Confidence, { readonly word: string; readonly meaning: string }>> = {
  certain: { word: 'Certain', meaning: "the object's own status names this cause, and a second source agrees" },
  likely: { word: 'Likely', meaning: 'one source says so, and nothing speaks against it' },
  possible: { word: 'Possible', meaning: 'something speaks against it, or another cause is still open' },
};

export const RISK: Readonly<Record<Risk, { readonly word: string; readonly meaning: string }>> = {
  none: { word: 'Safe', meaning: 'changes nothing' },
  low: { word: 'Low risk', meaning: 'easily taken back' },
  medium: { word: 'Medium risk', meaning: 'changes what is running' },
  high: { word: 'High risk', meaning: 'may stop a service or lose data; ask a second person' },
};

export const SEVERITY: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  warning: 'Warning',
  info: 'Info',
  none: 'No severity',
  unknown: 'Severity unknown',
};

export const SOURCE: Readonly<Record<string, string>> = {
  kubernetes: 'Kubernetes',
  prometheus: 'Prometheus',
  logs: 'Logs',
  alert: 'Alert',
  change: 'Change',
  runbook: 'Runbook',
  memory: 'Earlier incidents',
};

export const ACTION_KIND: Readonly<Record<string, string>> = { immediate: 'Now', fix: 'To fix it', prevent: 'So that it does not come back' };

/** `1 alert`, `3 alerts`. */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString('en')} ${noun}${amount === 1 ? '' : 's'}`;
}
