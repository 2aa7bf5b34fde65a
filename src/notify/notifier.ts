import type { Report } from '#domain/report.ts';

/** Tells somebody outside that there is an answer. */
export interface Notifier {
  /** As in the log: `webhook`. */
  readonly name: string;
  /**
   * Sends one report once; has a deadline of its own and gives up at `signal`. May be called again for the same report after a crash:
   * receivers tell repeats by `report.investigation.id` and fingerprint.
   */
  send(report: Report, signal: AbortSignal): Promise<Sent>;
}

export type Sent =
  | { readonly delivered: true }
  /** `retry`: it may work later. `why` is one line without secrets. */
  | { readonly delivered: false; readonly retry: boolean; readonly why: string };
