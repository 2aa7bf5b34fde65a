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

/** What is remembered of incidents like the one at hand. */
export interface Past {
  /** At most 10, the newest first: those of the same cause before those of the same alert before those of the same words. */
  readonly incidents: readonly PastIncident[];
  /** How many there were since the question's `since`, also beyond those told of: at most 1,000. */
  readonly counts: {
    /** Of the same cause: its code, at the same object. */
    readonly cause: number;
    /** With one of the alerts. */
    readonly alert: number;
  };
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
  /** `cause`: the same was found at the same object; `alert`: the very same alert fired; `words`: its alerts or its cause speak of the same things. */
  readonly alike: 'cause' | 'alert' | 'words';
  /** What readers said of that answer, newest first. */
  readonly feedback: readonly { readonly verdict: 'right' | 'wrong' | 'partly'; readonly comment: string }[];
}
