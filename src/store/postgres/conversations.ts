import { OncallmError } from '#domain/error.ts';
import { LINE_LENGTH, STEP_LIMIT } from '../limits.ts';
import { packedBytes, packText } from '../packed-text.ts';
import type { Conversations } from '../store.ts';
import { type PostgresContext, writeAndTell } from './postgres-context.ts';

/** What was said with a model; reading it is the same in every database (../reading/). */
export function createConversations(context: PostgresContext): Pick<Conversations, 'saveTranscript' | 'addQuestion' | 'endQuestion' | 'addQuestionStep'> {
  const { database, clock } = context;
  return {
    async saveTranscript({ investigationId, fence }, transcript) {
      // The lock on the row makes a claim by another worker come before, and then nothing matches, or after this.
      const kept = await database.run(
        `INSERT INTO transcripts (investigation_id, saved_at, transcript)
         SELECT id, $1, $2 FROM investigations WHERE id = $3 AND fence = $4 AND state = 'running' FOR NO KEY UPDATE
         ON CONFLICT (investigation_id) DO UPDATE SET saved_at = excluded.saved_at, transcript = excluded.transcript`,
        clock().toISOString(),
        packedBytes(await packText(JSON.stringify(transcript))),
        investigationId,
        fence,
      );
      return kept > 0;
    },

    async addQuestion({ id, investigationId, askedAt, asker, question }) {
      const added = await database.run(
        `INSERT INTO questions (id, investigation_id, asked_at, asker, question, state) SELECT $1, id, $2, $3, $4, 'asked' FROM investigations WHERE id = $5`,
        id,
        askedAt,
        asker,
        question,
        investigationId,
      );
      if (added === 0) throw new OncallmError('not-found', `There is no investigation ${investigationId} to ask about.`, 'Open the report again.');
    },

    async endQuestion(id, state, answer, transcript) {
      const packed = transcript && packedBytes(await packText(JSON.stringify(transcript)));
      await writeAndTell(context, async (tx, effects) => {
        const ended = await tx.run(
          `UPDATE questions SET state = $1, answered_at = $2, answer = $3 WHERE id = $4 AND state = 'asked'`,
          state,
          clock().toISOString(),
          JSON.stringify(answer),
          id,
        );
        if (ended === 0) return;
        if (packed) await tx.run('INSERT INTO question_transcripts (question_id, transcript) VALUES ($1, $2)', id, packed);
        effects.questions.push(id);
      });
    },

    async addQuestionStep(id, what) {
      await writeAndTell(context, async (tx, effects) => {
        const added = await tx.run(
          `INSERT INTO question_steps (question_id, seq, at, what)
           SELECT $1, last + 1, $2, $3 FROM (SELECT coalesce(max(seq), 0) AS last FROM question_steps WHERE question_id = $1) AS before
           WHERE last < ${STEP_LIMIT} AND EXISTS (SELECT 1 FROM questions WHERE id = $1 AND state = 'asked')`,
          id,
          clock().toISOString(),
          what.slice(0, LINE_LENGTH),
        );
        if (added > 0) effects.questions.push(id);
      });
    },
  };
}
