import type { Investigation } from '#domain/investigation.ts';
import type { Conversations, Reading } from '#store/store.ts';
import type { Followed } from './follow-steps.ts';

/** An investigation, until it is settled or gone. */
export function followedInvestigation(reading: Pick<Reading, 'progress' | 'onProgress' | 'investigation'>, id: string): Followed {
  return {
    async read(afterSeq) {
      const investigation = await reading.investigation(id);
      const over = investigation === undefined || isSettled(investigation);
      return {
        steps: await reading.progress(id, afterSeq),
        ended: over ? { at: investigation?.completedAt ?? '', what: investigation?.state ?? 'gone' } : undefined,
      };
    },
    listen: (heard) => reading.onProgress((step) => step.investigationId === id && heard()),
  };
}

/** A question of a reader, until it is answered, has failed or is gone. */
export function followedQuestion(reading: Pick<Conversations, 'question' | 'questionSteps' | 'onQuestion'>, id: string): Followed {
  return {
    async read(afterSeq) {
      const question = await reading.question(id);
      const steps = await reading.questionSteps(id, afterSeq);
      return {
        steps: steps.map((step) => ({ ...step, kind: 'step' })),
        ended: question?.state === 'asked' ? undefined : { at: question?.answeredAt ?? '', what: question?.state ?? 'gone' },
      };
    },
    listen: (heard) => reading.onQuestion((one) => one === id && heard()),
  };
}

/** True when nothing more will happen to it. */
export function isSettled({ state }: Pick<Investigation, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}
