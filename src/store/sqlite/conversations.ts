import { OncallmError } from '#domain/error.ts';
import { LINE_LENGTH, STEP_LIMIT } from '../limits.ts';
import { packText } from '../packed-text.ts';
import type { Conversations } from '../store.ts';
import { type SqliteContext, writeAndTell } from './sqlite-context.ts';

/** What was said with a model; reading it is the same in every database (../reading/). */
export function createConversations(
  context: SqliteContext,
): Pick<Conversations, 'saveTranscript' | 'addQuestion' | 'endQuestion' | 'addQuestionStep' | 'onQuestion'> {
  const { writer, clock } = context;
  return {
    saveTranscript: ({ investigationId, fence }, transcript) =>
      writer.hold(async () => {
        const packed = await packText(JSON.stringify(transcript));
        return writer.write((connection) => {
          const kept = connection.run(
            `INSERT INTO transcripts (investigation_id, saved_at, transcript)
             SELECT id, ?, ? FROM investigations WHERE id = ? AND fence = ? AND state = 'running'
             ON CONFLICT (investigation_id) DO UPDATE SET saved_at = excluded.saved_at, transcript = excluded.transcript`,
            clock().toISOString(),
            packed,
            investigationId,
            fence,
          );
          return kept > 0;
        });
      }),

    addQuestion: ({ id, investigationId, askedAt, asker, question }) =>
      writer.write((connection) => {
        const added = connection.run(
          `INSERT INTO questions (id, investigation_id, asked_at, asker, question, state) SELECT ?, id, ?, ?, ?, 'asked' FROM investigations WHERE id = ?`,
          id,
          askedAt,
          asker,
          question,
          investigationId,
        );
        if (added === 0) throw new OncallmError('not-found', `There is no investigation ${investigationId} to ask about.`, 'Open the report again.');
      }),

    endQuestion: (id, state, answer, transcript) =>
      writer.hold(async () => {
        const packed = transcript && (await packText(JSON.stringify(transcript)));
        await writeAndTell(context, (connection, effects) => {
          const ended = connection.run(
            `UPDATE questions SET state = ?, answered_at = ?, answer = ? WHERE id = ? AND state = 'asked'`,
            state,
            clock().toISOString(),
            JSON.stringify(answer),
            id,
          );
          if (ended === 0) return;
          if (packed !== undefined) connection.run('INSERT INTO question_transcripts (question_id, transcript) VALUES (?, ?)', id, packed);
          effects.questions.push(id);
        });
      }),

    addQuestionStep: (id, what) =>
      writeAndTell(context, (connection, effects) => {
        const added = connection.run(
          `INSERT INTO question_steps (question_id, seq, at, what)
           SELECT ?1, last + 1, ?2, ?3 FROM (SELECT coalesce(max(seq), 0) AS last FROM question_steps WHERE question_id = ?1)
           WHERE last < ${STEP_LIMIT} AND EXISTS (SELECT 1 FROM questions WHERE id = ?1 AND state = 'asked')`,
          id,
          clock().toISOString(),
          what.slice(0, LINE_LENGTH),
        );
        if (added > 0) effects.questions.push(id);
      }),

    onQuestion: (listener) => context.questioned.add(listener),
  };
}
