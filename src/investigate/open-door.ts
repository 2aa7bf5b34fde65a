import { messageOf } from '#domain/error.ts';
import type { Ask, Evidence, Unavailable } from '#domain/evidence.ts';
import { type Answer, type Question, questionKey } from '#domain/question.ts';
import type { Source } from '#sources/source.ts';

/** The door to the world for one investigation: asks every question once, remembers what could not be answered. */
export interface Door {
  readonly ask: Ask;
  /** An answer that is welcome and not needed: that nobody can give it is no gap. */
  readonly glance: Ask;
  /** Lets the sources begin with questions that will be asked: their answers are then there sooner. A gap counts only once somebody asks. */
  expect(questions: readonly Question[]): void;
  /** The answer to a question that was asked before; undefined when it was not. Asks nobody. */
  known(question: Question): Promise<Evidence<unknown>> | undefined;
  /** From now on questions are not asked for which this gives a reason; they are gaps (`budget`). */
  refuse(reason: (question: Question) => string | undefined): void;
  /** What nobody could answer, once per reason and topic. */
  gaps(): readonly Unavailable[];
  /** How many different questions were asked. */
  asked(): number;
}

/**
 * Opens the door. A question goes to the first source that answers its topic; when that one does not know or cannot look, to the next
 * (a log that the cluster has forgotten may still be in Loki). Nothing it does throws.
 */
export function openDoor(sources: readonly Source[], clock: () => Date, signal: AbortSignal): Door {
  const answers = new Map<string, Promise<Evidence<unknown>>>();
  const asked = new Map<string, Promise<Evidence<unknown>>>();
  const gaps = new Map<string, Unavailable>();
  let refusal: (question: Question) => string | undefined = () => undefined;

  async function answer(question: Question): Promise<Evidence<unknown>> {
    const able = sources.filter(({ topics }) => topics.has(question.topic));
    let best: Evidence<unknown> = unavailable(question, 'not-configured', notConfigured(question), clock);
    for (const source of able) {
      const evidence = await answerOf(source, question, clock, signal);
      if (evidence.outcome === 'present') return evidence;
      if (best.outcome === 'unavailable') best = evidence;
    }
    return best;
  }
  function begin(question: Question): Promise<Evidence<unknown>> {
    const key = questionKey(question);
    const known = answers.get(key);
    if (known) return known;
    const refused = refusal(question);
    const begun = refused === undefined ? answer(question) : Promise.resolve(unavailable(question, 'budget', refused, clock));
    answers.set(key, begun);
    return begun;
  }

  const ask = (question: Question): Promise<Evidence<unknown>> => {
    const key = questionKey(question);
    const known = asked.get(key);
    if (known) return known;
    const begun = begin(question).then((evidence) => {
      const gap = gapIn(evidence);
      if (gap) gaps.set(`${question.topic} ${gap.reason} ${gap.why}`, gap);
      return evidence;
    });
    asked.set(key, begun);
    return begun;
  };
  return {
    ask: ask as Ask,
    glance: begin as Ask,
    expect: (questions) => void questions.map(begin),
    known: (question) => asked.get(questionKey(question)),
    refuse(reason) {
      refusal = reason;
    },
    gaps: () => [...gaps.values()],
    asked: () => asked.size,
  };
}

async function answerOf(source: Source, question: Question, clock: () => Date, signal: AbortSignal): Promise<Evidence<Answer<Question>>> {
  if (signal.aborted) return unavailable(question, 'timeout', `${source.name}: the time for this investigation was over before it was asked.`, clock);
  try {
    return await source.answer(question, signal);
  } catch (thrown) {
    return unavailable(question, 'invalid', `${source.name}: ${messageOf(thrown)}`, clock);
  }
}

/** What an answer leaves unknown. */
function gapIn(evidence: Evidence<unknown>): Unavailable | undefined {
  if (evidence.outcome === 'unavailable') return evidence;
  if (evidence.outcome === 'absent' || evidence.lacks === undefined) return undefined;
  const { question, observedAt, lacks } = evidence;
  return { outcome: 'unavailable', question, observedAt, reason: 'invalid', why: lacks };
}

function notConfigured({ topic }: Question): string {
  return topic === 'metrics' ? 'Prometheus: not configured' : 'Kubernetes: not configured';
}

function unavailable(question: Question, reason: Unavailable['reason'], why: string, clock: () => Date): Unavailable {
  return { outcome: 'unavailable', question, observedAt: clock().toISOString(), reason, why };
}
