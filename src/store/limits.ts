/** Limits and sentences that are the same in every database. */

/** Longer progress lines are cut. */
export const LINE_LENGTH = 500;
/** Steps of one investigation or question, at most; what comes beyond is dropped, except for its end. */
export const STEP_LIMIT = 1_000;
/** Longer reasons of a failure are cut. */
export const PROBLEM_LENGTH = 2_000;
/** Longer than any back-off: what waits longer for its next attempt is from before the clock was set back. */
export const LONGEST_WAIT_MS = 3_600_000;
/** A lease this long is never taken for one from before the clock was set back. */
export const SHORT_LEASE_MS = 120_000;
/** Longer comments are cut. */
export const COMMENT_LENGTH = 4_000;
/** The alerts of an incident that are found by its cause: the newest ones. Entering all of a storm would hold up everything else. */
export const SEARCHABLE_MEMBERS = 500;

export const CANCELLED = 'Every alert was over before the investigation began.';
export const MERGED = 'Another incident has the same cause and takes this one in.';
export const PUT_BACK_BY_PERSON = 'Somebody put these alerts back into the incident that they came from.';
export const ANSWERED = 'The report has an answer.';

/** The last line of the progress of an investigation. */
export function endOf(problem: string | null): string {
  return problem === null ? 'The investigation is complete.' : `The investigation failed: ${problem}`;
}
