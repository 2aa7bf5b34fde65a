import { messageOf } from '#domain/error.ts';
import type { AnswerSentence } from '#domain/reader-question.ts';
import type { ReportEvidence } from '#domain/report.ts';
import type { Transcript } from '#domain/transcript.ts';
import { displayLine } from '#lib/display-text.ts';
import { redact } from '#lib/redact.ts';
import { type Budget, createBudget } from './budget.ts';
import { converse } from './converse.ts';
import { createFence, type Fence } from './fence.ts';
import { shownEvidence } from './merge.ts';
import { openCase } from './open-case.ts';
import { readerPrompt } from './prompts/reader.ts';
import { READER_ANSWER, verifySentences } from './reader-answer.ts';
import type { AgentResult, AgentRun } from './run-agent.ts';
import { NO_TRACE } from './run-trace.ts';
import { openTranscript, type TranscriptWriter } from './transcript.ts';

/** A run that answers a reader's question about a report. */
export type ReaderRun = Omit<AgentRun, 'fast' | 'look' | 'codes' | 'plainFields'> & { readonly question: string };

export interface ReaderResult extends Pick<AgentResult, 'usage' | 'failure'> {
  readonly sentences: readonly AnswerSentence[];
  /** What sentences cite beyond the report's own evidence. */
  readonly evidence: readonly ReportEvidence[];
  /** One line why there is no answer, or less than one could wish; '' when all is well. Holds no secret. */
  readonly problem: string;
  /** All that was said and done, whatever came of it. */
  readonly transcript: Transcript;
}

/**
 * Lets a model answer a question about a report, from its evidence and by looking further through the same tools, within its limits. Every sentence is held against what it
 * cites. Never rejects, and always ends at the signal or the limit of seconds.
 */
export async function answerReader(run: ReaderRun): Promise<ReaderResult> {
  const began = run.stopwatch();
  const budget = createBudget(
    run.limits,
    () => run.stopwatch() - began,
    () => 0,
  );
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(Math.ceil(run.limits.seconds * 1000))]);
  const transcript = openTranscript(run.llm.name, run.clock().toISOString(), budget.elapsedMs);
  const ended = (result: Ended): ReaderResult => {
    if (result.failure !== undefined) transcript.failed(result.failure, result.problem);
    return { ...result, usage: budget.usage(), transcript: transcript.transcript() };
  };
  try {
    return ended(await answer({ ...run, signal, budget, fence: createFence(run.mark), transcript }));
  } catch (thrown) {
    // A mistake of ours is one line to the reader.
    return ended(nothing(`${run.llm.name}: could not be used (${displayLine(redact(messageOf(thrown)), 160)})`, 'bad-answer'));
  }
}

type Ended = Omit<ReaderResult, 'usage' | 'transcript'>;

interface Asked extends ReaderRun {
  readonly budget: Budget;
  readonly fence: Fence;
  readonly transcript: TranscriptWriter;
}

async function answer(run: Asked): Promise<Ended> {
  const { analysis, limits, fence, llm } = run;
  const trace = run.trace ?? NO_TRACE;
  const { redactor, record, tools, digestTokens, digest: writeRules } = openCase({ ...run, trace, condenser: undefined });
  const digest = `${writeRules(digestTokens)}\n\nThe reader asks:\n${fence.around('question of the reader', redactor.redact(run.question))}`;
  const outcome = await converse({ ...run, trace, form: READER_ANSWER, tools, instructions: readerPrompt(fence.rule, limits.steps), digest });
  if (!outcome.ok) return nothing(outcome.why, outcome.kind);
  const { sentences, dropped } = verifySentences(outcome.answer, record);
  run.transcript.judged({ made: sentences.length + dropped.length, verified: sentences.length }, dropped);
  const known = new Set(analysis.evidence.map(({ id }) => id));
  const cited = [...new Set(sentences.flatMap(({ evidence }) => evidence))].filter((id) => !known.has(id));
  return {
    sentences: sentences.map((sentence) => ({ ...sentence, text: redactor.restore(sentence.text) })),
    evidence: cited.flatMap((id) => record.get(id) ?? []).map((entry) => shownEvidence(entry, [], redactor.restore)),
    problem: problemOf(llm.name, sentences.length, dropped.length),
  };
}

function problemOf(model: string, kept: number, dropped: number): string {
  if (kept === 0 && dropped === 0) return `${model}: what could be looked at does not tell.`;
  if (kept === 0) return `${model}: nothing that it said is carried by the evidence it cites.`;
  return dropped === 0
    ? ''
    : `${dropped} ${dropped === 1 ? 'sentence' : 'sentences'} of ${model} ${dropped === 1 ? 'is' : 'are'} left out: the evidence does not carry ${dropped === 1 ? 'it' : 'them'}.`;
}

function nothing(problem: string, failure: AgentResult['failure']): Ended {
  return { sentences: [], evidence: [], problem, failure };
}
