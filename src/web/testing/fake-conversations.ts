import type { QuestionStep, ReaderQuestion } from '#domain/reader-question.ts';
import type { Transcript } from '#domain/transcript.ts';
import type { Conversations } from '#store/store.ts';

/** What was said with a model, in memory. */
export interface FakeConversations
  extends Pick<Conversations, 'transcript' | 'hasTranscript' | 'question' | 'questionTranscript' | 'questionSteps' | 'onQuestion'> {
  /** Transcripts by the id of their investigation or question. */
  readonly transcripts: Map<string, Transcript>;
  readonly questions: Map<string, ReaderQuestion>;
  addQuestionStep(id: string, what: string): void;
  /** Puts a question in place of the one with its id, or adds it. */
  change(question: ReaderQuestion): void;
}

export function createFakeConversations(): FakeConversations {
  const transcripts = new Map<string, Transcript>();
  const questions = new Map<string, ReaderQuestion>();
  const steps = new Map<string, QuestionStep[]>();
  const listeners = new Set<(id: string) => void>();
  const tell = (id: string): void => {
    for (const listener of [...listeners]) listener(id);
  };
  return {
    addQuestionStep(id, what) {
      const before = steps.get(id) ?? [];
      steps.set(id, [...before, { seq: before.length + 1, at: '2026-01-05T03:09:01.000Z', what }]);
      tell(id);
    },
    change(question) {
      questions.set(question.id, question);
      tell(question.id);
    },
    questionSteps: async (id, afterSeq) => (steps.get(id) ?? []).filter(({ seq }) => seq > afterSeq),
    onQuestion(listener) {
      const heard = (id: string): void => listener(id);
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    transcripts,
    questions,
    transcript: async (id) => transcripts.get(id),
    hasTranscript: async (id) => transcripts.has(id),
    question: async (id) => questions.get(id),
    questionTranscript: async (id) => transcripts.get(id),
  };
}
