import type { LabelSet } from './alert.ts';
import type { Confidence, Risk } from './finding.ts';
import type { Flapping } from './flapping.ts';
import type { Question } from './question.ts';
import { TOPIC_FACTS } from './topic.ts';

/** Reports as data: the names are the public contract (PRODUCT: fields may be added, never renamed). */
export interface ReportSubject {
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
}

export interface ReportCause {
  readonly rank: number;
  readonly code: string;
  readonly title: string;
  readonly subject: ReportSubject;
  readonly confidence: Confidence;
  readonly explanation: string;
  /** Ids in `evidence`. */
  readonly evidence: readonly string[];
  /** Id of the rule, for its page in the docs. */
  readonly rule: string;
  readonly since: string | null;
  /** Objects whose trouble it explains. */
  readonly affects: readonly ReportSubject[];
  /** What each cited evidence shows, in the order of `evidence`. */
  readonly reasons: readonly string[];
}

export interface ReportAction {
  readonly kind: 'immediate' | 'fix' | 'prevent';
  readonly text: string;
  readonly command: string;
  readonly risk: Risk /** Rank of the cause it is for. */;
  readonly cause: number | null;
}

export interface ReportEvidence {
  readonly id: string;
  readonly source: 'kubernetes' | 'prometheus' | 'logs' | 'alert' | 'change' | 'runbook' | 'memory';
  readonly title: string;
  readonly subject: ReportSubject | null;
  /** The kubectl or PromQL that a person would run to see the same. */
  readonly query: string;
  readonly observed_at: string;
  readonly excerpt: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a report calls the source of the answer to a question. */
export function evidenceSource(question: Question): ReportEvidence['source'] {
  // What is delivered into a cluster is its changes.
  if (question.about === 'list' && TOPIC_FACTS[question.topic].addOn) return 'change';
  return ({ list: 'kubernetes', log: 'logs', series: 'prometheus', calls: 'prometheus', alerts: 'alert', runbooks: 'runbook', past: 'memory' } as const)[
    question.about
  ];
}

export interface ReportTimelineEntry {
  readonly at: string;
  readonly what: string;
  readonly subject: ReportSubject | null;
  readonly evidence: string | null;
}

export interface ReportUsage {
  readonly duration_ms: number;
  readonly kubernetes_requests: number;
  readonly llm:
    | (ModelUsage & { /** The same for the model that looked through long texts, where there was one. */ readonly fast?: ModelUsage | undefined })
    | null;
}

/** What one model used; `cost_usd` is null where its price is not known. */
export interface ModelUsage {
  readonly model: string;
  readonly steps: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd: number | null;
}

/** The answer of one investigation; shared by all alerts of its incident. */
export interface Analysis {
  readonly mode: 'rules' | 'rules+llm';
  /** Why the answer is less than it could be: `Prometheus: not configured`. */
  readonly degraded: readonly string[];
  readonly summary: string;
  readonly root_causes: readonly ReportCause[];
  readonly inconclusive: boolean;
  /** True when everything that could be looked at is as it should be. */
  readonly healthy: boolean;
  readonly ruled_out: readonly { readonly code: string; readonly why: string; readonly evidence: readonly string[] }[];
  /** What follows from the causes; not causes themselves. */
  readonly consequences: readonly { readonly code: string; readonly title: string; readonly subject: ReportSubject; readonly evidence: readonly string[] }[];
  readonly impact: string;
  readonly timeline: readonly ReportTimelineEntry[];
  readonly actions: readonly ReportAction[];
  readonly evidence: readonly ReportEvidence[];
  readonly usage: ReportUsage;
  /** Plain-text renderings for the clients of the first OnCallM. */
  readonly root_cause: string;
  readonly conclusion: string;
  readonly diagnosis: string;
  readonly summary_of_findings: string;
  readonly recommended_actions: string;
  readonly recommendations: string;
  readonly solution: string;
}

export type ReportStatus = 'queued' | 'investigating' | 'completed' | 'failed' | 'skipped';

/** `GET /reports/{fingerprint}`. */
export interface Report {
  readonly fingerprint: string;
  readonly alert_name: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly status: ReportStatus;
  /** Why it is failed or skipped; null otherwise. */
  readonly status_reason: string | null;
  readonly created_at: string;
  readonly completed_at: string | null;
  readonly report_url: string;
  readonly alert: {
    readonly status: 'firing' | 'resolved' | 'stale';
    readonly labels: LabelSet;
    readonly annotations: LabelSet;
    readonly startsAt: string;
    readonly endsAt: string | null;
    readonly generatorURL: string;
    readonly last_seen_at: string;
    readonly repeats: number;
    readonly truncated_alerts: number;
    readonly externalURL: string;
  };
  /** null for an alert that is never investigated. */
  readonly incident: {
    readonly id: string;
    readonly title: string;
    readonly severity: string;
    readonly state: 'open' | 'closed';
    /** The incident that a person took these alerts out of. */
    readonly split_from: { readonly id: string; readonly title: string; readonly state: 'open' | 'closed'; readonly fingerprint: string } | null;
    readonly alerts: readonly {
      readonly fingerprint: string;
      readonly alert_name: string;
      readonly namespace: string;
      readonly status: string;
      /** What its labels say it is about: see aboutOf. */
      readonly about: string;
      /** Why it is in this incident: `node/worker-1`, `workload/shop/checkout`, `namespace/shop`, `cause/NodeDown`; empty for its Alertmanager group. */
      readonly joined_by: string;
    }[];
  } | null;
  readonly investigation: {
    readonly id: string;
    readonly attempts: number;
    readonly created_at: string;
    readonly started_at: string | null;
    readonly queue_position: number | null;
  } | null;
  /** That the alert comes and goes; null where it does not. */
  readonly flapping: Flapping | null;
  /** Episodes of this fingerprint, newest first, this one included. */
  readonly history: readonly {
    readonly episode: string;
    readonly startsAt: string;
    readonly endsAt: string | null;
    readonly state: 'open' | 'resolved' | 'stale';
    readonly cause: string | null;
  }[];
  /** null until there is an answer. */
  readonly analysis: Analysis | null;
}
