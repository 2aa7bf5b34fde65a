import type { Episode } from './episode.ts';
import type { Incident } from './incident.ts';
import type { Investigation } from './investigation.ts';
import type { Analysis } from './report.ts';
import type { Severity } from './severity.ts';

/** What readers (pages, API, command line) get from the store, and how they ask for it. */

export interface Page<T> {
  readonly items: readonly T[];
  /** Hand back to get what follows; null at the end. Opaque. */
  readonly next: string | null;
}

export interface ReportFilter {
  readonly status?: 'queued' | 'investigating' | 'completed' | 'failed' | 'skipped' | undefined;
  readonly alertStatus?: 'firing' | 'resolved' | undefined;
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly alertName?: string | undefined;
  /** Words that must occur in alert name, namespace, labels or cause. */
  readonly search?: string | undefined;
  /** At most 200. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface IncidentFilter {
  readonly state?: 'open' | 'closed' | undefined;
  readonly severity?: Severity | undefined;
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly search?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface ReportSummary {
  readonly episode: Episode;
  readonly incident: Incident | null;
  readonly investigation: Investigation | null;
  /** Title of the first root cause; null until there is one. */
  readonly cause: { readonly code: string; readonly title: string; readonly confidence: string } | null;
}

export interface ReportRecord extends ReportSummary {
  readonly analysis: Analysis | null;
  readonly members: readonly Episode[];
  readonly history: readonly { readonly episode: Episode; readonly cause: string | null }[];
  /** The incident that a person took these alerts out of; null or absent for any other, and when it is gone. */
  readonly splitFrom?: (Pick<Incident, 'id' | 'title' | 'state'> & { readonly fingerprint: string }) | null;
  /** How many queued investigations go first; null unless queued. */
  readonly queuePosition: number | null;
}

export interface IncidentSummary {
  readonly incident: Incident;
  readonly investigation: Investigation | null;
  readonly cause: { readonly code: string; readonly title: string; readonly confidence: string } | null;
  readonly alerts: { readonly total: number; readonly firing: number };
  /** Of the members: the first alert name, and the fingerprint whose report to open. */
  readonly lead: { readonly alertName: string; readonly namespace: string; readonly fingerprint: string };
  /** True when the answer says that nothing is wrong / that it does not know. */
  readonly healthy: boolean;
  readonly inconclusive: boolean;
}

export interface IncidentDetail extends IncidentSummary {
  readonly members: readonly Episode[];
  readonly analysis: Analysis | null;
  readonly investigations: readonly Investigation[];
}

export interface Feedback {
  readonly investigationId: string;
  readonly at: string;
  readonly verdict: 'right' | 'wrong' | 'partly';
  readonly comment: string;
}
