import { z } from 'zod';
import { named, timeSchema } from './shared.ts';

const atMs = z.number().describe('Milliseconds since the beginning.');
const tokens = z.number().nullable().describe('null where the provider did not say.');

const entrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['instructions', 'message']), at_ms: atMs, text: z.string() }).describe('What the model was told.'),
  z
    .object({
      kind: z.literal('reply'),
      at_ms: atMs,
      took_ms: z.number(),
      text: z.string(),
      calls: z.array(z.object({ id: z.string(), tool: z.string(), arguments: z.string().describe('As the model wrote them, usually JSON.') })),
      input_tokens: tokens,
      output_tokens: tokens,
    })
    .describe('What the model wrote, and which tools it called.'),
  z
    .object({
      kind: z.literal('result'),
      at_ms: atMs,
      call: z.string(),
      tool: z.string(),
      evidence: z.string().nullable().describe('Id of the evidence that the answer was recorded as; null where it was not.'),
      text: z.string(),
    })
    .describe('What a tool answered.'),
  z
    .object({ kind: z.literal('failure'), at_ms: atMs, failure: z.string(), text: z.string() })
    .describe('A request that came to nothing, or the bound that ended the run.'),
  z
    .object({ kind: z.literal('verdict'), at_ms: atMs, made: z.number(), verified: z.number(), dropped: z.array(z.string()) })
    .describe('What the checks made of the answer: statements made and carried by evidence; what was left out, and why.'),
]);

/** `GET /api/v1/investigations/{id}/transcript`, and of a question. */
export const transcriptSchema = named(
  'Transcript',
  z.object({
    investigation_id: z.string(),
    question: z.object({ id: z.string(), question: z.string() }).nullable().describe('What it answers; null: it is of the investigation itself.'),
    model: z.string(),
    started_at: timeSchema,
    entries: z.array(named('TranscriptEntry', entrySchema)),
    left_out: z.number().describe('Characters that were left out to keep it within its bound.'),
  }),
);
export type TranscriptView = z.output<typeof transcriptSchema>;
