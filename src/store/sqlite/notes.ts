import { OncallmError } from '#domain/error.ts';
import { COMMENT_LENGTH } from '../limits.ts';
import type { Reading } from '../store.ts';
import { addStep } from './progress-steps.ts';
import { type SqliteContext, writeAndTell } from './sqlite-context.ts';

/** What is noted about an investigation: its progress, and what people say of the answer. */
export function createNotes(context: SqliteContext): Pick<Reading, 'addProgress' | 'onProgress' | 'addFeedback'> {
  return {
    addProgress: (investigationId, what, kind) =>
      writeAndTell(context, (connection, effects) => addStep(connection, effects, { investigationId, at: context.clock().toISOString(), what, kind }), 'note'),

    onProgress: (listener) => context.progressed.add((step) => listener(step, 'us')),

    addFeedback: (feedback) =>
      context.writer.write((connection) => {
        const added = connection.run(
          `INSERT INTO feedback (investigation_id, at, verdict, comment) SELECT id, ?, ?, ? FROM investigations WHERE id = ?`,
          feedback.at,
          feedback.verdict,
          feedback.comment.slice(0, COMMENT_LENGTH),
          feedback.investigationId,
        );
        if (added === 0) throw new OncallmError('not-found', `There is no investigation ${feedback.investigationId} to comment on.`, 'Open the report again.');
      }),
  };
}
