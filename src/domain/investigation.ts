/**
 * One run for an incident, and at the same time its entry in the queue.
 *
 *     queued ──claim──▶ running ──settle──▶ completed
 *       ▲  │              │  │
 *       │  │              │  └─ failed with attempts left, or lease expired ──▶ queued (with back-off)
 *       │  │              └─ failed for the last time ──▶ failed
 *       │  └─ every alert of the incident resolved before it began ──▶ cancelled
 *       └── a person asks again, or a new alert joined after it began: a new row
 *
 * `fence` grows with every claim; a write that carries an old fence changes nothing.
 */
export type InvestigationState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

export interface Investigation {
  /** UUIDv7. */
  readonly id: string;
  readonly incidentId: string;
  readonly cluster: string;
  readonly state: InvestigationState;
  /** Larger first; see severity.ts, urgency. */
  readonly priority: number;
  readonly attempts: number;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  /** Why the last attempt failed or it was cancelled; null when all is well. */
  readonly problem: string | null;
}

/** A running investigation that this process owns until the lease ends. */
export interface Claim {
  readonly investigationId: string;
  readonly incidentId: string;
  readonly cluster: string;
  readonly attempt: number;
  readonly fence: number;
}

/** One line of live progress, in the order of `seq`, counted from 1 for each investigation. */
export interface ProgressStep {
  readonly investigationId: string;
  readonly seq: number;
  readonly at: string;
  readonly what: string;
  /** `end`: the investigation is settled and the report will not change by itself. */
  readonly kind: 'step' | 'report' | 'end';
}
