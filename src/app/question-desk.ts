import type { Logger } from 'pino';
import type { Agent, Answered } from '#agent/agent.ts';
import { messageOf } from '#domain/error.ts';
import type { ReaderAnswer } from '#domain/reader-question.ts';
import type { Transcript } from '#domain/transcript.ts';
import { openDoor } from '#investigate/open-door.ts';
import type { Source } from '#sources/source.ts';
import type { Store } from '#store/store.ts';
import type { QuestionDesk } from '#web/web-dependencies.ts';
import { createStepWriter } from './step-writer.ts';
import type { Worlds } from './world.ts';

export interface QuestionDeskParts {
  readonly agent: Pick<Agent, 'answer'>;
  /** Hears of every answer, for the metrics. */
  readonly onAnswered?: ((answered: Answered) => void) | undefined;
  readonly store: Pick<Store, 'investigation' | 'incidentForWork' | 'addQuestion' | 'addQuestionStep' | 'endQuestion' | 'questions'>;
  readonly worlds: Pick<Worlds, 'of'>;
  readonly knowledge: readonly Source[];
  readonly clock: () => Date;
  readonly newId: () => string;
  readonly log: Logger;
}

/** What became of a question. */
interface Ended {
  readonly state: 'answered' | 'failed';
  readonly answer: ReaderAnswer;
  readonly transcript?: Transcript | undefined;
}

/** Questions of this process that wait or are being answered; a model answers a few at a time. */
const MOST_OPEN = 8;

/** Takes readers' questions, has the model answer them behind the request, and keeps both. `close` cuts off what still runs. */
export function createQuestionDesk(parts: QuestionDeskParts): QuestionDesk & { close(): Promise<void> } {
  const { agent, store, worlds, knowledge, clock, newId, log } = parts;
  const closing = new AbortController();
  const open = new Set<Promise<void>>();

  async function answer(id: string, question: string, investigationId: string): Promise<void> {
    const steps = createStepWriter(
      (what) => store.addQuestionStep(id, what),
      (thrown) => log.debug({ question: id, why: messageOf(thrown) }, 'Could not write a step of a question'),
    );
    const ended = await answerOf(question, investigationId, steps.add).catch(
      (thrown: unknown): Ended => ({ state: 'failed', answer: failed(messageOf(thrown)) }),
    );
    try {
      await steps.written();
      await store.endQuestion(id, ended.state, ended.answer, ended.transcript);
      log.info({ question: id, investigation: investigationId, state: ended.state, problem: ended.answer.problem }, 'A question of a reader has ended');
    } catch (thrown) {
      log.error({ question: id, investigation: investigationId, problem: messageOf(thrown) }, 'The answer to a question of a reader could not be kept');
    }
  }

  async function answerOf(question: string, investigationId: string, step: (what: string) => void): Promise<Ended> {
    const investigation = await store.investigation(investigationId);
    const work = investigation && (await store.incidentForWork(investigation.incidentId));
    if (!investigation?.analysis || !work) return { state: 'failed', answer: failed('The report is no longer kept.') };
    const world = worlds.of(work.incident.cluster);
    const { signal } = closing;
    const answered = await agent.answer({
      question,
      analysis: investigation.analysis,
      alerts: work.members,
      incident: { id: work.incident.id, cluster: work.incident.cluster },
      investigation: investigationId,
      ask: openDoor([...world.sources, ...knowledge], world.clock, signal).ask,
      step,
      signal,
    });
    parts.onAnswered?.(answered);
    const { answer: said, failure, transcript } = answered;
    return { state: failure === undefined ? 'answered' : 'failed', answer: said, transcript };
  }

  return {
    async ask({ investigationId, question, asker }) {
      const investigation = await store.investigation(investigationId);
      if (!investigation) return 'unknown';
      if (!investigation.analysis) return 'unanswered';
      if (open.size >= MOST_OPEN || closing.signal.aborted) return 'busy';
      const id = newId();
      await store.addQuestion({ id, investigationId, askedAt: clock().toISOString(), asker, question });
      const run = answer(id, question, investigationId).finally(() => open.delete(run));
      open.add(run);
      return { id };
    },

    list: (investigationId) => store.questions(investigationId),

    async close() {
      closing.abort();
      await Promise.all(open);
    },
  };
}

function failed(problem: string): ReaderAnswer {
  return { sentences: [], evidence: [], problem: problem.slice(0, 500), usage: null };
}

/**
 * Ends questions whose process has died, in this or another one: an answer takes AI_TIMEOUT at most, and may wait as long for its turn. Returns how many there were.
 */
export async function endLostQuestions(
  store: Pick<Store, 'endLostQuestions'>,
  { timeoutSeconds, clock }: { readonly timeoutSeconds: number; readonly clock: () => Date },
): Promise<number> {
  return store.endLostQuestions(new Date(clock().getTime() - LOST_AFTER_MS - 2_000 * timeoutSeconds).toISOString(), LOST);
}

/** Beyond the time that an answer may take. */
const LOST_AFTER_MS = 120_000;
const LOST = failed('OnCallM was stopped before there was an answer. Ask again.');
