import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Delivery } from '#domain/alert.ts';
import type { ReaderQuestion } from '#domain/reader-question.ts';
import type { Conversations, Corrections, Queue, Reading, Recorded } from '#store/store.ts';
import type { ShareCounts } from './count-sync.ts';
import type { WebOptions } from './options.ts';
import type { Pages } from './pages.ts';

/** Everything the web server needs from outside; it opens, reads and knows nothing else. */
export interface WebDependencies {
  /**
   * Records a delivery and queues what it needs; resolves only when that is on disk, since the answer 200 makes Alertmanager forget it.
   * Rejects with an OncallmError when it cannot: the sender hears 503 and tries again.
   */
  readonly receive: (delivery: Delivery) => Promise<Recorded>;
  readonly reading: Reading &
    Corrections &
    Pick<Queue, 'requeue' | 'queueSize'> &
    Pick<Conversations, 'transcript' | 'hasTranscript' | 'question' | 'questionTranscript' | 'questionSteps' | 'onQuestion'>;
  /** Readers' questions about reports; undefined: no model is configured that could answer. */
  readonly questions?: QuestionDesk | undefined;
  /** Shares what is counted against the rate limits with other replicas; undefined: there are none. */
  readonly shareCounts?: ShareCounts | undefined;
  /** One line per delivery and one per failure; requests are not logged. */
  readonly log: Logger;
  /** Where the metrics of the server are registered; everything in it is shown at /metrics. */
  readonly metrics: Registry;
  /** State of the things OnCallM works with, as last seen: must be quick and do no I/O. */
  readonly health: () => HealthState;
  /** False until the store is open and again once it is closing; the webhook answers 503 meanwhile. */
  readonly ready: () => boolean;
  readonly options: WebOptions;
  readonly clock: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly pages: Pages;
  /** Folder whose files are served under /assets/; undefined: none are. */
  readonly assetsDirectory: string | undefined;
  /** Version of the product. */
  readonly version: string;
}

/** Takes questions about reports and knows their answers. */
export interface QuestionDesk {
  /** Keeps the question and has it answered later; or says why not. */
  ask(question: {
    readonly investigationId: string;
    readonly question: string;
    /** As in the audit log. */
    readonly asker: string;
  }): Promise<{ readonly id: string } | 'unknown' | 'unanswered' | 'busy'>;
  /** Oldest first. */
  list(investigationId: string): Promise<readonly ReaderQuestion[]>;
}

export interface HealthState {
  /** False when OnCallM cannot do its work at all (no database). */
  readonly healthy: boolean;
  readonly aiService: 'connected' | 'disconnected' | 'not_configured';
  /** Database, Kubernetes, Prometheus, model ...; `detail` is shown to anybody: one line, no secrets. */
  readonly checks: readonly { readonly name: string; readonly state: 'ok' | 'failing' | 'not-configured'; readonly detail: string }[];
}
