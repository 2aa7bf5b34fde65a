import type { Alert, Delivery } from '#domain/alert.ts';
import type { Placement } from '#domain/episode.ts';
import type { Claim, Investigation, ProgressStep } from '#domain/investigation.ts';
import type { Past } from '#domain/knowledge.ts';
import type { NoticeClaim, NoticeOutcome, NoticesWaiting } from '#domain/notice.ts';
import type { PastQuestion } from '#domain/question.ts';
import type { QuestionStep, ReaderAnswer, ReaderQuestion } from '#domain/reader-question.ts';
import type { Analysis } from '#domain/report.ts';
import type { Transcript } from '#domain/transcript.ts';
import type { Feedback, IncidentDetail, IncidentFilter, IncidentSummary, Page, ReportFilter, ReportRecord, ReportSummary } from '#domain/views.ts';
import type { JoinRefusal } from './split-plan.ts';

/**
 * Everything that outlives a process. Two implementations (sqlite/, postgres/) pass one contract suite (testing/contract.ts).
 * Every method rejects with an OncallmError (`store-unavailable`, `store-full`) when the database cannot do it; a rejected
 * write changed nothing.
 */
export interface Store extends Intake, Queue, Corrections, Outbox, Spending, Reading, Conversations, Upkeep {
  /**
   * Adds to what all replicas count: a window of a key begins with its first points and ends after `windowMs`. How each key stands then. Absent where only one
   * process can use the database. Need not survive a crash.
   */
  readonly addPoints?: (counts: readonly PointCount[], windowMs: number) => Promise<readonly PointTotal[]>;
}

export interface PointCount {
  readonly key: string;
  readonly points: number;
}

export interface PointTotal extends PointCount {
  readonly endsAt: string;
}

/** The first transaction: what a webhook request leaves behind. */
export interface Intake {
  /**
   * Records a delivery: its body, the episodes of its alerts, their incidents, and an investigation for every incident that needs one,
   * all or nothing. Resolves only after the commit is on disk. Deliveries that arrive together are committed together.
   */
  record(delivery: Delivery, policy: RecordPolicy): Promise<Recorded>;
}

export interface RecordPolicy {
  /** An alert joins its group's open incident if something joined that within this time; else one of its keys', else it opens a new one. */
  readonly correlationWindowMs: number;
  /**
   * What an alert shares with alerts of other groups, the most telling first. It joins the open incident that one of these leads to, within its cluster, if
   * something joined that within the window and it opened within six windows. Without it, groups are kept apart. Pure, and called more than once per alert.
   */
  readonly keysOf?: (alert: Alert) => readonly string[];
  /** How long an incident that was looked at already waits for more alerts to join before it is looked at again; 0 unless given. */
  readonly gatherMs?: number;
}

export interface Recorded {
  /** In the order of delivery.alerts. */
  readonly alerts: readonly {
    readonly fingerprint: string;
    readonly verdict: Placement['verdict'];
    readonly episodeId: string;
    readonly incidentId: string | null;
  }[];
  /** Investigations that were queued by this delivery. */
  readonly queued: readonly string[];
  /** Investigations that were cancelled because all their alerts have resolved. */
  readonly cancelled: readonly string[];
}

/** The queue: leases on investigation rows. See domain/investigation.ts for the states. */
export interface Queue {
  /** The most urgent, then oldest, that is due; undefined when there is none. Expired leases are claimable again. */
  claim(worker: string, leaseMs: number): Promise<Claim | undefined>;
  /** Prolongs the lease. False: it is no longer ours (another took it, or it was settled), stop working. */
  heartbeat(claim: Claim, leaseMs: number): Promise<boolean>;
  /** Stores the (first or better) answer of a running investigation, and adds the progress step `report`. False as above. */
  saveAnalysis(claim: Claim, analysis: Analysis): Promise<boolean>;
  /** Ends the run, once; `completed` and `failed` add the progress step `end`, and owe each of `notifiers` a notice. False as above. */
  settle(claim: Claim, outcome: Outcome, notifiers?: readonly string[]): Promise<boolean>;
  /** Gives back what was claimed but will not be done (shutdown); costs no attempt. */
  release(claim: Claim): Promise<void>;
  /**
   * Queues another investigation for an incident because a person asked; a resolve does not cancel it. If one is queued or running, that one's id; undefined when
   * there is no such incident.
   */
  requeue(incidentId: string): Promise<string | undefined>;
  queueSize(): Promise<{ readonly queued: number; readonly running: number; readonly oldestQueuedAt: string | null }>;
  /** Called after commits that queue something; returns the way to stop listening. */
  onQueued(listener: () => void): () => void;
}

export type Outcome =
  | { readonly state: 'completed' }
  /** Try again not before `retryAt`. */
  | { readonly state: 'retry'; readonly retryAt: string; readonly problem: string }
  | { readonly state: 'failed'; readonly problem: string };

/** What people put right. */
export interface Corrections {
  /**
   * Takes alerts, with all their episodes, out of an open incident into a new one that is investigated; what is left is investigated again. The two stay apart
   * while both are open, whatever their alerts share and whatever their causes turn out to be, and an alert that was taken out and fires again does not come back.
   */
  split(incidentId: string, fingerprints: ReadonlySet<string>): Promise<SplitResult>;
  /**
   * Puts the alerts of an incident that was split off back into the one that they came from, while both are open. What was looked into for them alone ends; the
   * whole is investigated again, and everything is as if it had not been split.
   */
  join(incidentId: string): Promise<JoinResult>;
}

/** The new incident; or why there is none: `over`: the incident is closed, or none of these alerts fires any more. */
export type SplitResult = { readonly incidentId: string; readonly investigationId: string } | 'no-incident' | 'no-alert' | 'nothing-left' | 'over';

/**
 * The whole; or why nothing was put back: `not-split`: it is not one that was taken out of another; `joined`: it was put back already; `over`: it is closed;
 * `gone`: the one that it came from is closed, or deleted.
 */
export type JoinResult = { readonly incidentId: string; readonly investigationId: string } | JoinRefusal;

/** Notices that are owed, until they are sent. See domain/notice.ts for the states. */
export interface Outbox {
  /** What is due to a notifier, the longest due first, at most `limit`; it is due again after `claimMs` unless it is settled before. */
  claimNotices(notifier: string, limit: number, claimMs: number): Promise<readonly NoticeClaim[]>;
  /** False: another has claimed it since, or it is settled. */
  settleNotice(claim: NoticeClaim, outcome: NoticeOutcome): Promise<boolean>;
  noticesWaiting(): Promise<readonly NoticesWaiting[]>;
  /** Called after commits of this process that owe something; returns the way to stop listening. */
  onOwed(listener: () => void): () => void;
}

/** What the model cost, by day (UTC, `2026-03-01`), in millionths of a US dollar; what running investigations have set aside counts as spent. */
export interface Spending {
  /** Sets aside up to `wanted` of what is left of `limit`; how much it was: 0 when nothing is left. */
  reserveSpending(day: string, wanted: number, limit: number): Promise<number>;
  /** Adds what was spent beyond what was set aside; below zero: gives back. */
  correctSpending(day: string, by: number): Promise<void>;
  spendingOf(day: string): Promise<number>;
}

export interface Reading {
  /** What a worker needs to begin: the incident and its episodes, newest startsAt first; at most 500 (`alerts.total` counts them all). */
  incidentForWork(incidentId: string): Promise<IncidentDetail | undefined>;
  /** The latest episode of a fingerprint (of one cluster if given), or the one named by `episodeId`. */
  report(fingerprint: string, which?: { readonly cluster?: string | undefined; readonly episodeId?: string | undefined }): Promise<ReportRecord | undefined>;
  /** Newest first by creation. A search looks at the 1,000 newest alerts that match, and goes on behind them on the next page: one that other filters leave little of may be short, even empty, and have a `next`. Rejects with OncallmError `bad-cursor`. */
  reports(filter: ReportFilter): Promise<Page<ReportSummary>>;
  incident(id: string): Promise<IncidentDetail | undefined>;
  /** Open ones first by urgency then newest; closed ones newest first. A search looks at the 1,000 newest alerts that match; so does a namespace, and at all that fire. Rejects with OncallmError `bad-cursor`. */
  incidents(filter: IncidentFilter): Promise<Page<IncidentSummary>>;
  investigation(id: string): Promise<(Investigation & { readonly analysis: Analysis | null }) | undefined>;
  progress(investigationId: string, afterSeq: number): Promise<readonly ProgressStep[]>;
  /** For steps of one's own; `report` and `end` are added by the queue. Does nothing when there is no such investigation. */
  addProgress(investigationId: string, what: string, kind: ProgressStep['kind']): Promise<void>;
  /** Every progress step of any investigation, as it is added, by this process or another replica; returns the way to stop. */
  onProgress(listener: (step: ProgressStep, addedBy: 'us' | 'another') => void): () => void;
  /** Counts for the inbox and /metrics. */
  counts(): Promise<{ readonly openIncidents: number; readonly episodes: number; readonly openEpisodes: number }>;
  /** When the last delivery, and the last Watchdog of each cluster, came. */
  lastSigns(): Promise<{ readonly lastDeliveryAt: string | null; readonly watchdogs: readonly { readonly cluster: string; readonly at: string }[] }>;
  /** Rejects with OncallmError `not-found` when there is no such investigation. */
  addFeedback(feedback: Feedback): Promise<void>;
  feedback(investigationId: string): Promise<readonly Feedback[]>;
}

/** What was said with a model: transcripts of its runs, and the questions of readers. Both go with their investigation. */
export interface Conversations {
  /** Keeps the transcript of a run in place of an earlier one. False, and nothing is kept: the investigation is no longer ours. */
  saveTranscript(claim: Claim, transcript: Transcript): Promise<boolean>;
  transcript(investigationId: string): Promise<Transcript | undefined>;
  /** Whether there is one, without reading it. */
  hasTranscript(investigationId: string): Promise<boolean>;
  /** Rejects with OncallmError `not-found` when there is no such investigation. */
  addQuestion(question: Omit<ReaderQuestion, 'state' | 'answeredAt' | 'answer' | 'hasTranscript'>): Promise<void>;
  /** Ends a question, once, with what was said and done for it; does nothing to one that has ended. */
  endQuestion(id: string, state: 'answered' | 'failed', answer: ReaderAnswer, transcript?: Transcript): Promise<void>;
  question(id: string): Promise<ReaderQuestion | undefined>;
  /** Oldest first; the newest 50. */
  questions(investigationId: string): Promise<readonly ReaderQuestion[]>;
  questionTranscript(id: string): Promise<Transcript | undefined>;
  /** Adds a line to what is done for a question that waits for its answer; does nothing to another. */
  addQuestionStep(id: string, what: string): Promise<void>;
  questionSteps(id: string, afterSeq: number): Promise<readonly QuestionStep[]>;
  /** Told the id of every question that got a step or ended, by this process or another replica; returns the way to stop. */
  onQuestion(listener: (id: string) => void): () => void;
  /** Incidents before that have an answer, and the same cause, one of the alerts or all of the words. */
  pastIncidents(question: PastQuestion): Promise<Past>;
}

export interface Upkeep {
  /** Creates or upgrades the schema. Safe to call when it is current. Rejects with OncallmError `store-newer` when a later version has written it. */
  migrate(): Promise<{ readonly from: number; readonly to: number }>;
  /** Deletes what ended before `before`, in steps; never an open episode, its incident or its report. Returns how many episodes went. */
  retain(before: string): Promise<number>;
  /** Marks open episodes without news since `before` as stale; returns how many. */
  closeStale(before: string): Promise<number>;
  /** Ends questions that were asked before and have no answer yet as failed, with this one; returns how many. */
  endLostQuestions(askedBefore: string, answer: ReaderAnswer): Promise<number>;
  /** Writes a consistent copy to a file while in use. */
  backup(file: string): Promise<void>;
  /** Resolves when a read and a durable write work. */
  check(): Promise<void>;
  /** Waits for pending commits, then closes. */
  close(): Promise<void>;
}
