import { z } from 'zod';
import { messageOf } from '#domain/error.ts';

/** Much longer than any honest answer. */
const ANSWER_CHARACTERS = 100_000;

const text = z.string();
const subject = z.object({ kind: text, namespace: z.string().nullable().default(null), name: text });
const confidence = z.enum(['certain', 'likely', 'possible']);

/** What the model answers; see prompts/investigator.ts. Nothing in it is believed before verify.ts has been over it. */
const answerSchema = z.object({
  causes: z
    .array(
      z.object({
        code: text,
        title: text,
        subject,
        confidence,
        explanation: text.default(''),
        reasons: z.array(z.object({ evidence: text, quote: text, statement: text })).default([]),
      }),
    )
    .default([]),
  actions: z.array(z.object({ cause: z.number(), kind: z.enum(['immediate', 'fix', 'prevent']), text, command: text.default('') })).default([]),
  ruled_out: z.array(z.object({ code: text, why: text, evidence: text, quote: text })).default([]),
  inconclusive: z.boolean().default(false),
});

/** An answer in the right shape, not yet verified. */
export type Answer = z.output<typeof answerSchema>;

/** The same as JSON Schema, for providers that hold a model to it. */
export const ANSWER_JSON_SCHEMA: Readonly<Record<string, unknown>> = (({ $schema: _, ...schema }) => schema)(z.toJSONSchema(answerSchema, { io: 'output' }));

/** The JSON object in what a model wrote, whatever stands around it. */
export function readObject(written: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  if (written.trim() === '') return { ok: false, problem: 'it is empty.' };
  if (written.length > ANSWER_CHARACTERS) return { ok: false, problem: `it is longer than ${ANSWER_CHARACTERS} characters.` };
  const from = written.indexOf('{');
  const to = written.lastIndexOf('}');
  if (from < 0 || to < from) return { ok: false, problem: 'there is no JSON object in it.' };
  try {
    return { ok: true, value: JSON.parse(written.slice(from, to + 1)) };
  } catch (thrown) {
    return { ok: false, problem: `it is not JSON (${messageOf(thrown).slice(0, 120)}).` };
  }
}

/** Reads the answer out of what the model wrote. */
export function readAnswer(written: string): { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly problem: string } {
  const found = readObject(written);
  if (!found.ok) return found;
  const parsed = found.value;
  const checked = answerSchema.safeParse(parsed);
  if (!checked.success) return { ok: false, problem: `it has the wrong shape: ${z.prettifyError(checked.error).slice(0, 500)}` };
  const { causes, inconclusive } = checked.data;
  if (causes.length === 0 && !inconclusive && !('causes' in (parsed as object)))
    return { ok: false, problem: 'it names no causes and does not say that it is inconclusive.' };
  return {
    ok: true,
    answer: { ...checked.data, causes: causes.slice(0, 3), actions: checked.data.actions.slice(0, 9), ruled_out: checked.data.ruled_out.slice(0, 9) },
  };
}
