/**
 * What one notifier is owed about one settled investigation. It is written in the transaction that settles the investigation, and sent at least once.
 *
 *     waiting ──claim──▶ waiting, due again when the claim ends ──sent──▶ sent
 *        ▲                        │  │
 *        │                        │  └─ refused for good, or owed for too long ──▶ given-up
 *        └─ failed (due after a back-off), or its process died (due when the claim ends)
 */
export type NoticeState = 'waiting' | 'sent' | 'given-up';

/** A notice that this process sends until the claim ends. */
export interface NoticeClaim {
  readonly investigationId: string;
  /** Name of the notifier. */
  readonly notifier: string;
  /** Counted from 1; grows with every claim, and a write that carries an old one changes nothing. */
  readonly attempt: number;
  readonly owedSince: string;
}

/** What became of an attempt. */
export type NoticeOutcome =
  | { readonly state: 'sent' }
  /** Try again not before `dueAt`. */
  | { readonly state: 'waiting'; readonly dueAt: string; readonly problem: string }
  | { readonly state: 'given-up'; readonly problem: string };

/** What is still owed to one notifier. */
export interface NoticesWaiting {
  readonly notifier: string;
  readonly waiting: number;
  readonly oldestOwedSince: string;
}
