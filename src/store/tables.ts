import type { Generated } from 'kysely';
import type { NoticeState } from '#domain/notice.ts';
import type { QuestionState } from '#domain/reader-question.ts';

/**
 * The tables as rows, for both databases. Times are UTC RFC 3339 text, JSON is text, truth is 0 or 1. `seq` counts in order of creation and is what lists are
 * sorted and paged by; ids are what the outside sees. The reasons for each index are in the migrations.
 */
export interface Tables {
  readonly deliveries: DeliveryTable;
  readonly episodes: EpisodeTable;
  readonly incidents: IncidentTable;
  readonly investigations: InvestigationTable;
  readonly analyses: AnalysisTable;
  readonly progress: ProgressTable;
  readonly feedback: FeedbackTable;
  readonly notices: NoticeTable;
  readonly transcripts: TranscriptTable;
  readonly questions: QuestionTable;
  readonly question_transcripts: QuestionTranscriptTable;
  readonly question_steps: QuestionStepTable;
  readonly totals: TotalTable;
}

/** Text that may be large: as it is, or compressed (see packed-text.ts). */
export type PackedText = string | Uint8Array;

interface DeliveryTable {
  id: string;
  cluster: string;
  received_at: string;
  remote_address: string;
  user_agent: string;
  receiver: string;
  group_key: string;
  alerts: number;
  body: PackedText;
}

interface EpisodeTable {
  seq: Generated<number>;
  id: string;
  cluster: string;
  fingerprint: string;
  state: 'open' | 'resolved' | 'stale';
  /** 1 while the state is open: what lists filter by. */
  firing: number;
  starts_at: string;
  /** The latest startsAt that was said, where an earlier one has moved starts_at back (KnownEpisode.latestStart). */
  latest_start: string | null;
  ends_at: string | null;
  /** Cut to a length an index can bear; the labels have it whole. */
  alert_name: string;
  namespace: string;
  labels: string;
  annotations: string;
  generator_url: string;
  external_url: string;
  truncated_alerts: number;
  first_seen_at: string;
  last_seen_at: string;
  repeats: number;
  incident_id: string | null;
  /** Why it is in its incident: see Episode.joinedBy. */
  joined_by: Generated<string>;
  /** How the report stands: follows the current investigation of the incident. */
  status: 'queued' | 'investigating' | 'completed' | 'failed' | 'skipped';
}

interface IncidentTable {
  seq: Generated<number>;
  id: string;
  cluster: string;
  group_key: string;
  title: string;
  severity: string;
  state: 'open' | 'closed';
  /** What the inbox sorts by: see incidentRank. */
  rank: number;
  opened_at: string;
  updated_at: string;
  closed_at: string | null;
  lead_alert_name: string;
  lead_namespace: string;
  lead_fingerprint: string;
  alerts_total: number;
  alerts_firing: number;
  /** The current investigation: the running one, else the queued, else the newest that was not cancelled. */
  investigation_id: string | null;
  /** The investigation whose analysis is shown: the last that gave one. */
  analysis_id: string | null;
  cause_code: string | null;
  cause_title: string | null;
  cause_confidence: string | null;
  /** See causeKeyOf. */
  cause_key: Generated<string | null>;
  /** The incident that took this one in, because they have one cause. */
  merged_into: Generated<string | null>;
  /** The incident that a person took these alerts out of. */
  split_from: Generated<string | null>;
  healthy: number;
  inconclusive: number;
}

interface InvestigationTable {
  id: string;
  incident_id: string;
  cluster: string;
  state: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  priority: number;
  attempts: number;
  /** Grows with every claim and release; writes that carry another are refused. */
  fence: number;
  /** `person`: asked for by hand, so a resolve does not cancel it. */
  origin: 'alert' | 'person';
  run_at: string;
  lease_until: string | null;
  worker: string | null;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
  problem: string | null;
}

interface AnalysisTable {
  investigation_id: string;
  saved_at: string;
  analysis: PackedText;
}

interface ProgressTable {
  investigation_id: string;
  seq: number;
  at: string;
  what: string;
  kind: 'step' | 'report' | 'end';
}

interface FeedbackTable {
  id: Generated<number>;
  investigation_id: string;
  at: string;
  verdict: 'right' | 'wrong' | 'partly';
  comment: string;
}

interface NoticeTable {
  investigation_id: string;
  notifier: string;
  state: NoticeState;
  attempts: number;
  /** While it waits: not before then, be it a back-off or the end of a claim. */
  due_at: string;
  owed_since: string;
  settled_at: string | null;
  problem: string | null;
}

/** Counts that are kept, because counting rows takes too long: `episodes`. */
interface TotalTable {
  name: string;
  value: number;
}

/** What was said and done with a model, the newest run of an investigation. */
interface TranscriptTable {
  investigation_id: string;
  saved_at: string;
  transcript: PackedText;
}

/** What readers asked about a report. */
interface QuestionTable {
  id: string;
  investigation_id: string;
  asked_at: string;
  asker: string;
  question: string;
  state: QuestionState;
  answered_at: string | null;
  /** ReaderAnswer as JSON; '' until there is one. */
  answer: string;
}

/** What was said and done for a question. */
interface QuestionTranscriptTable {
  question_id: string;
  transcript: PackedText;
}

interface QuestionStepTable {
  question_id: string;
  seq: number;
  at: string;
  what: string;
}
