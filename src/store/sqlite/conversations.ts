import { OncallmError } from '#domain/error.ts';
import { packText } from '../packed-text.ts';
import type { Conversations } from '../store.ts';
import type { SqliteContext } from './sqlite-context.ts';

/** What was said with a model; reading it is the same in every database (../reading/). */
export function createConversations({ writer, clock }: SqliteContext): Pick<Conversations, 'saveTranscript' | 'addQuestion' | 'endQuestion'> {
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

    endQuestion: (id, state, answer) =>
      writer.write((connection) => {
        connection.run(
          `UPDATE questions SET state = ?, answered_at = ?, answer = ? WHERE id = ? AND state = 'asked'`,
          state,
          clock().toISOString(),
          JSON.stringify(answer),
          id,
        );
      }),
  };
}
