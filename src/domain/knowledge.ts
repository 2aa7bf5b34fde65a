/** What people wrote down for an alert, and what was found out before: knowledge that is in no cluster. */

/** A page of Markdown that says what to do. Its text is people's words: to be shown as text, and to be followed by nobody but people. */
export interface Runbook {
  readonly title: string;
  /** Where it came from, without credentials: a file's path below its folder, or an address. */
  readonly origin: string;
  readonly text: string;
  /** What of the alert it was chosen for: `alert name KubePodCrashLooping`. */
  readonly why: string;
}

/** An incident that is over or goes on elsewhere, and resembles the one at hand. */
export interface PastIncident {
  readonly incidentId: string;
  readonly title: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly alertName: string;
  readonly namespace: string;
  /** The alert whose report tells it. */
  readonly fingerprint: string;
  readonly cause: { readonly code: string; readonly title: string; readonly confidence: string };
  /** `alert`: the very same alert fired; `words`: its alerts or its cause speak of the same things. */
  readonly alike: 'alert' | 'words';
  /** What readers said of that answer, newest first. */
  readonly feedback: readonly { readonly verdict: 'right' | 'wrong' | 'partly'; readonly comment: string }[];
}
