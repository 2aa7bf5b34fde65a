import { z } from 'zod';
import { named, timeSchema } from './shared.ts';

const LONGEST_QUESTION = 1_000;

/** `POST /api/v1/investigations/{id}/questions`; the same name in a form. */
export const questionSchema = z.object({
  question: z.string().trim().min(3, 'write a question').max(LONGEST_QUESTION, `at most ${LONGEST_QUESTION} characters`),
});
export const questionTakenSchema = z.object({ id: z.string(), status: z.literal('asked') });

export const questionListSchema = z.object({
  questions: z.array(
    named(
      'ReaderQuestion',
      z.object({
        id: z.string(),
        asked_at: timeSchema,
        question: z.string(),
        state: z.enum(['asked', 'answered', 'failed']),
        answered_at: timeSchema.nullable(),
        sentences: z
          .array(z.object({ text: z.string(), evidence: z.array(z.string()) }))
          .describe('Each was held against the evidence that it cites: of the report, or below.'),
        evidence: z.array(z.object({ id: z.string(), source: z.string(), title: z.string(), query: z.string(), observed_at: timeSchema, excerpt: z.string() })),
        has_transcript: z.boolean().describe('Whether what the model was asked and did is kept.'),
        problem: z.string().describe('Why there is no answer, or less than one; empty when all is well.'),
      }),
    ),
  ),
});
