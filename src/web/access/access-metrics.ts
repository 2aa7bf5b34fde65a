import { Counter, type Registry } from 'prom-client';

const REFUSALS = [
  'missing',
  'wrong-token',
  'untrusted-header',
  'session-expired',
  'session-forged',
  'link-expired',
  'link-forged',
  'rate-limited',
  'cross-site',
  'read-only',
  'provider-refused',
  'provider-failed',
] as const;

/** Why somebody was not let in; the label of oncallm_access_refused_total. */
export type Refusal = (typeof REFUSALS)[number];

const ACTIONS = ['sign-in', 'sign-out', 'report-view', 'transcript-view', 'investigate', 'split', 'join', 'ask', 'feedback'] as const;

/** What people do that is written down; the label of oncallm_audit_events_total. */
export type AuditedAction = (typeof ACTIONS)[number];

export interface AccessMetrics {
  refused(reason: Refusal): void;
  audited(action: AuditedAction): void;
}

/** Registered only where pages ask for a sign-in. From zero, so that the first one is an increase that a query sees. */
export function createAccessMetrics(registry: Registry): AccessMetrics {
  const registers = [registry];
  const refused = new Counter({
    name: 'oncallm_access_refused_total',
    help: 'Requests for pages, API or metrics that were not let in, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const audited = new Counter({
    name: 'oncallm_audit_events_total',
    help: 'What people did that the log writes down as audit, by action.',
    labelNames: ['action'],
    registers,
  });
  for (const reason of REFUSALS) refused.inc({ reason }, 0);
  for (const action of ACTIONS) audited.inc({ action }, 0);
  return { refused: (reason) => refused.inc({ reason }), audited: (action) => audited.inc({ action }) };
}
