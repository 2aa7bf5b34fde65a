import type { Report } from '#domain/report.ts';

/** Tells somebody outside that there is an answer. */
export interface Notifier {
  /** As in the log: `webhook`. */
  readonly name: string;
  /**
   * Sends one message once; has a deadline of its own and gives up at `signal`. May be called again for the same message after a crash:
   * receivers tell repeats by its investigation.
   */
  send(message: Message, signal: AbortSignal): Promise<Sent>;
}

export interface Message {
  /** The investigation that ended. */
  readonly investigationId: string;
  /** How it ended. */
  readonly ended: 'completed' | 'failed';
  /** Of the alert that leads the incident, as it is when this is sent: another investigation may have begun or ended since. */
  readonly report: Report;
}

export type Sent =
  /** Or there was nothing new for those who are told. */
  | { readonly delivered: true }
  /** `retry`: it may work later. `why` is one line without secrets. */
  | { readonly delivered: false; readonly retry: boolean; readonly why: string };
