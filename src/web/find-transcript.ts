import type { Investigation } from '#domain/investigation.ts';
import type { ReaderQuestion } from '#domain/reader-question.ts';
import type { Analysis } from '#domain/report.ts';
import type { Transcript } from '#domain/transcript.ts';
import type { Conversations, Reading } from '#store/store.ts';

/** Which transcript: of an investigation, or of a question about it. */
export interface WantedTranscript {
  readonly id: string;
  readonly question?: string | undefined;
}

export interface FoundTranscript {
  readonly investigation: Investigation & { readonly analysis: Analysis | null };
  readonly question: ReaderQuestion | undefined;
  readonly transcript: Transcript;
}

/** Why there is none, for a page (`title`) and for both (`detail`, sentences that stand alone). */
export interface MissingTranscript {
  readonly title: string;
  readonly detail: string;
  /** The investigation that it would be of, where there is one. */
  readonly of?: Investigation;
}

export type TranscriptReading = Pick<Reading, 'investigation'> & Pick<Conversations, 'transcript' | 'question' | 'questionTranscript'>;

/** Looks up a transcript, or says what is missing. */
export async function findTranscript(reading: TranscriptReading, { id, question: questionId }: WantedTranscript): Promise<FoundTranscript | MissingTranscript> {
  const investigation = await reading.investigation(id);
  if (!investigation) return NO_INVESTIGATION;
  if (questionId === undefined) {
    const transcript = await reading.transcript(id);
    return transcript ? { investigation, question: undefined, transcript } : { ...whyNone(investigation), of: investigation };
  }
  const question = await reading.question(questionId);
  if (question?.investigationId !== id) return { ...NO_QUESTION, of: investigation };
  const transcript = await reading.questionTranscript(questionId);
  return transcript ? { investigation, question, transcript } : { ...whyNoneOf(question), of: investigation };
}

const NO_INVESTIGATION: MissingTranscript = {
  title: 'There is no such investigation',
  detail: 'There is no such investigation, or it is no longer kept: it is deleted with its report, RETENTION_DAYS after the alerts ended.',
};
const NO_QUESTION: MissingTranscript = {
  title: 'There is no such question',
  detail: 'There is no such question about this report, or it is no longer kept: it is deleted with the report, RETENTION_DAYS after the alerts ended.',
};

function whyNone({ state, analysis }: FoundTranscript['investigation']): MissingTranscript {
  if (state === 'queued' || state === 'running') {
    return { title: 'There is no transcript yet', detail: 'The investigation is not over: what a model was asked and did is written down when it has ended.' };
  }
  if (analysis?.usage.llm) return { title: 'No transcript was kept', detail: 'A model took part in this investigation, but no transcript of it was kept.' };
  return {
    title: 'No model took part',
    detail: 'No model took part in this investigation: none is configured, the rules needed none, or it could not be asked (the report then says why).',
  };
}

function whyNoneOf({ state, answer }: ReaderQuestion): MissingTranscript {
  if (state === 'asked')
    return { title: 'There is no transcript yet', detail: 'The question is not answered yet: what the model does for it is written down at the end.' };
  const why = answer?.problem ? ` The answer says: ${answer.problem}` : '';
  return { title: 'No transcript was kept', detail: `For this question the model was not asked, or what it did was not kept.${why}` };
}
