import { OncallmError } from '#domain/error.ts';
import { COMMENT_LENGTH } from '../limits.ts';
import type { Reading } from '../store.ts';
import { createBatcher } from './batcher.ts';
import { type PostgresContext, writeAndTell } from './postgres-context.ts';
import { addSteps, type NewStep } from './progress-steps.ts';
import { isDuplicate } from './store-error.ts';

/** Steps in one transaction, at most. */
const BATCH_STEPS = 200;
/** Two replicas that number a step alike at the same time: the later one counts again. */
const ATTEMPTS = 5;

export interface Notes extends Pick<Reading, 'addProgress' | 'onProgress' | 'addFeedback'> {
  /** Resolves when the steps that were added before are written, so that what follows comes after them. */
  written(): Promise<void>;
}

/** What is noted about an investigation: its progress, and what people say of the answer. */
export function createNotes(context: PostgresContext): Notes {
  const batcher = createBatcher<NewStep, void>({
    maxWeight: BATCH_STEPS,
    async run(steps) {
      await writeSteps(context, steps);
      return [];
    },
  });
  return {
    addProgress: (investigationId, what, kind) => batcher.add({ investigationId, at: context.clock().toISOString(), what, kind }),

    onProgress: (listener) => context.progressed.add(({ step, addedBy }) => listener(step, addedBy)),

    written: () => batcher.idle(),

    async addFeedback({ investigationId, at, verdict, comment }) {
      const added = await context.database.run(
        `INSERT INTO feedback (investigation_id, at, verdict, comment) SELECT id, $1, $2, $3 FROM investigations WHERE id = $4`,
        at,
        verdict,
        comment.slice(0, COMMENT_LENGTH),
        investigationId,
      );
      if (added === 0) throw new OncallmError('not-found', `There is no investigation ${investigationId} to comment on.`, 'Open the report again.');
    },
  };
}

async function writeSteps(context: PostgresContext, steps: readonly NewStep[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await writeAndTell(context, async (tx, effects) => {
        effects.steps.push(...(await addSteps(tx, steps)));
      });
      return;
    } catch (thrown) {
      if (attempt >= ATTEMPTS || !isDuplicate(thrown)) throw thrown;
    }
  }
}
