import { z } from 'zod';
import type { AnswerSentence } from '#domain/reader-question.ts';
import { readObject } from './answer.ts';
import type { AnswerForm } from './converse.ts';
import { type EvidenceRecord, isBackground } from './evidence-record.ts';
import { namesForeignHost, unsupported } from './verification/claim.ts';
import { groundOf } from './verification/ground.ts';
import { unfit } from './verification/speech.ts';

const MOST_SENTENCES = 12;
const MOST_CITED = 6;

/** What the model answers to a reader; see prompts/reader.ts. Nothing in it is believed before verifySentences has been over it. */
const writtenSchema = z.object({
  sentences: z.array(z.object({ text: z.string(), evidence: z.array(z.string()).default([]) })).default([]),
});
export type WrittenAnswer = z.output<typeof writtenSchema>;

const { $schema: _, ...schema } = z.toJSONSchema(writtenSchema, { io: 'output' });

export const READER_ANSWER: AnswerForm<WrittenAnswer> = {
  schema,
  read(written) {
    const found = readObject(written);
    if (!found.ok) return found;
    const checked = writtenSchema.safeParse(found.value);
    if (!checked.success) return { ok: false, problem: `it has the wrong shape: ${z.prettifyError(checked.error).slice(0, 500)}` };
    return { ok: true, answer: { sentences: checked.data.sentences.slice(0, MOST_SENTENCES) } };
  },
};

/**
 * Holds each sentence against what it cites: one that cites nothing, or says a name, a number or a quotation that does not stand there, is left out. Nobody should read
 * at night what nobody has seen. Nor is it told what to change, or that something is well unless the object's own line in a list says so. What only runbooks and earlier incidents carry is called that.
 */
export function verifySentences(
  { sentences }: WrittenAnswer,
  record: EvidenceRecord,
): { readonly sentences: readonly AnswerSentence[]; readonly dropped: readonly string[] } {
  const dropped: string[] = [];
  const kept = sentences.flatMap(({ text, evidence }): readonly AnswerSentence[] => {
    const cited = [...new Set(evidence)].slice(0, MOST_CITED).flatMap((id) => record.get(id) ?? []);
    const ground = groundOf(cited);
    const problems = cited.length === 0 ? ['cites nothing that exists'] : [...unsupported(text, ground), ...unfit(text, ground, 'answer')];
    if (problems.length > 0 || namesForeignHost(text) || text.trim() === '') dropped.push(problems.join('; ') || 'says nothing, or names an address outside');
    else
      return [
        {
          text: (cited.every(isBackground) ? 'Written before this incident: ' : '') + text.trim().replaceAll(/\s+/g, ' '),
          evidence: cited.map(({ id }) => id),
          verified: true,
        },
      ];
    return [];
  });
  return { sentences: kept, dropped };
}
