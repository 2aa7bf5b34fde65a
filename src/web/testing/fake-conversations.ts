import type { ReaderQuestion } from '#domain/reader-question.ts';
import type { Transcript } from '#domain/transcript.ts';
import type { Conversations } from '#store/store.ts';

/** What was said with a model, in memory. */
export interface FakeConversations extends Pick<Conversations, 'transcript' | 'hasTranscript' | 'question' | 'questionTranscript'> {
  /** Transcripts by the id of their investigation or question. */
  readonly transcripts: Map<string, Transcript>;
  readonly questions: Map<string, ReaderQuestion>;
}

export function createFakeConversations(): FakeConversations {
  const transcripts = new Map<string, Transcript>();
  const questions = new Map<string, ReaderQuestion>();
  return {
    transcripts,
    questions,
    transcript: async (id) => transcripts.get(id),
    hasTranscript: async (id) => transcripts.has(id),
    question: async (id) => questions.get(id),
    questionTranscript: async (id) => transcripts.get(id),
  };
}
