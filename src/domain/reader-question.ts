import type { ReportEvidence, ReportUsage } from './report.ts';

/**
 * What a reader asks about a report, and the model's answer.
 *
 *     asked ──answered──▶ answered
 *       └─the model failed, or its process died──▶ failed (the latter after the time that an answer may take)
 */
export type QuestionState = 'asked' | 'answered' | 'failed';

export interface ReaderQuestion {
  readonly id: string;
  readonly investigationId: string;
  readonly askedAt: string;
  /** As in the audit log. */
  readonly asker: string;
  readonly question: string;
  readonly state: QuestionState;
  readonly answeredAt: string | null;
  readonly answer: ReaderAnswer | null;
  /** Whether what was said and done for it was kept. */
  readonly hasTranscript: boolean;
}

/** One line of what is done for a question, in the order of `seq`, counted from 1. */
export interface QuestionStep {
  readonly seq: number;
  readonly at: string;
  readonly what: string;
}

/** An answer whose sentences were held against the evidence they cite. */
export interface ReaderAnswer {
  readonly sentences: readonly AnswerSentence[];
  /** Evidence that was looked up for this question, beyond that of the report; numbered on from there. */
  readonly evidence: readonly ReportEvidence[];
  /** Why there is no answer, or why it is less than it could be; one line, '' when all is well. */
  readonly problem: string;
  readonly usage: ReportUsage['llm'];
}

export interface AnswerSentence {
  readonly text: string;
  /** Ids of evidence, of the report or of this answer. */
  readonly evidence: readonly string[];
  /** False: what it says does not stand in what it cites. Shown apart, as a hypothesis. */
  readonly verified: boolean;
}
