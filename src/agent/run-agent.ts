import { messageOf } from '#domain/error.ts';
import type { Ask } from '#domain/evidence.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import type { Question } from '#domain/question.ts';
import type { Analysis } from '#domain/report.ts';
import { displayLine } from '#lib/display-text.ts';
import { redact } from '#lib/redact.ts';
import { type Budget, createBudget, type Limits, type Usage } from './budget.ts';
import { converse } from './converse.ts';
import { type AlertFacts, recordAlerts, writeDigest } from './digest.ts';
import { openEvidenceRecord } from './evidence-record.ts';
import { createFence } from './fence.ts';
import { mergeAnalysis, type PlainFields, type PlainParts } from './merge.ts';
import type { Llm, LlmFailureKind } from './model.ts';
import { investigatorPrompt } from './prompts/investigator.ts';
import { createRedactor } from './redaction/redactor.ts';
import type { RedactedKind } from './redaction/secret-shapes.ts';
import { NO_TRACE, type RunTrace } from './run-trace.ts';
import { openToolBox } from './tools.ts';
import { openTranscript, type Transcript, type TranscriptWriter } from './transcript.ts';
import { type Verified, verifyAnswer } from './verify.ts';

export interface AgentRun {
  /** The rules' answer, which stands whatever happens here. */
  readonly analysis: Analysis;
  readonly alerts: readonly AlertFacts[];
  /** The same door as the rules'. */
  readonly ask: Ask;
  readonly llm: Llm;
  readonly limits: Limits;
  readonly clock: () => Date;
  /** Milliseconds of real time. */
  readonly stopwatch: () => number;
  /** Waits; rejects when aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Something nobody outside can guess, of letters and digits. */
  readonly mark: string;
  readonly redactPatterns: readonly RegExp[];
  /** Codes of causes that the rules know, for the model to use where it finds the same. */
  readonly codes?: readonly string[] | undefined;
  /** From report/: the kubectl or PromQL behind a question, and the plain-text fields. */
  readonly query: (question: Question, about: ObjectRef | undefined) => string;
  readonly plainFields: (parts: PlainParts) => PlainFields;
  /** Hears what is done, for traces. */
  readonly trace?: RunTrace | undefined;
  /** Hears what is being done, a line each. */
  readonly step: (what: string) => void;
  readonly signal: AbortSignal;
}

export interface AgentResult {
  /** The rules' and the model's answer in one (`rules+llm`); undefined when the model added nothing that can be used: the rules' stands. */
  readonly analysis: Analysis | undefined;
  readonly usage: Usage;
  /** One line why there is no analysis. Holds no secret. */
  readonly problem?: string | undefined;
  readonly failure?: LlmFailureKind | 'budget' | undefined;
  /** Statements made and verified. */
  readonly claims: Verified['claims'];
  /** What was left out and why; for traces, not for the report. */
  readonly dropped: readonly string[];
  readonly redactions: Readonly<Partial<Record<RedactedKind, number>>>;
  /** All that was said and done, whatever came of it. */
  readonly transcript: Transcript;
}

const DIGEST_SHARE = 0.25;
const DIGEST_TOKENS = 8_000;

/**
 * Lets a model look further from where the rules stopped, within its limits, and puts what it can prove beside what they found. Never rejects, and
 * always ends at the signal or the limit of seconds: with a result, or with the line that says why not.
 */
export async function runAgent(run: AgentRun): Promise<AgentResult> {
  const began = run.stopwatch();
  const budget = createBudget(run.limits, () => run.stopwatch() - began);
  const transcript = openTranscript(run.llm.name, run.clock().toISOString(), budget.elapsedMs);
  const ended = (result: Omit<AgentResult, 'usage' | 'transcript'>): AgentResult => {
    if (result.failure !== undefined) transcript.failed(result.failure, result.problem ?? '');
    return { ...result, usage: budget.usage(), transcript: transcript.transcript() };
  };
  try {
    return ended(await investigate(run, budget, transcript));
  } catch (thrown) {
    // A mistake of ours must not cost the reader the answer of the rules.
    const problem = `${run.llm.name}: could not be used (${displayLine(redact(messageOf(thrown)), 160)})`;
    return ended({ analysis: undefined, problem, failure: 'bad-answer', claims: { made: 0, verified: 0 }, dropped: [], redactions: {} });
  }
}

async function investigate(run: AgentRun, budget: Budget, transcript: TranscriptWriter): Promise<Omit<AgentResult, 'usage' | 'transcript'>> {
  const { analysis, alerts, llm, limits, clock } = run;
  const redactor = createRedactor(run.redactPatterns);
  const fence = createFence(run.mark);
  const record = openEvidenceRecord(analysis, redactor.redact);
  const alertEvidence = recordAlerts(alerts, record, redactor.redact);
  const digestTokens = Math.min(DIGEST_TOKENS, Math.floor(limits.contextTokens * DIGEST_SHARE));
  const digest = writeDigest(analysis, alertEvidence, record, { fence, redact: redactor.redact, budgetTokens: digestTokens, now: clock().toISOString() });
  const trace = run.trace ?? NO_TRACE;
  const tools = openToolBox({ ...run, trace, record, redactor, fence, resultTokens: Math.max(400, Math.floor(limits.contextTokens * 0.08)) });
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(Math.ceil(limits.seconds * 1000))]);

  const outcome = await converse({
    llm,
    limits,
    budget,
    tools,
    signal,
    pause: run.pause,
    step: run.step,
    instructions: investigatorPrompt(fence.rule, limits.steps, run.codes),
    digest,
    transcript,
    trace,
  });
  const redactions = redactor.counts();
  if (!outcome.ok) return { analysis: undefined, problem: outcome.why, failure: outcome.kind, claims: { made: 0, verified: 0 }, dropped: [], redactions };
  const verified = verifyAnswer(outcome.answer, record);
  transcript.judged(verified.claims, verified.dropped);
  const merged = mergeAnalysis(analysis, verified, { record, restore: redactor.restore, plainFields: run.plainFields });
  return { analysis: withUsage(merged, llm.name, budget.usage(), budget.elapsedMs()), claims: verified.claims, dropped: verified.dropped, redactions };
}

function withUsage(analysis: Analysis, model: string, { steps, inputTokens, outputTokens, costUsd }: Usage, ms: number): Analysis {
  const { usage } = analysis;
  return {
    ...analysis,
    usage: {
      ...usage,
      duration_ms: usage.duration_ms + Math.round(ms),
      llm: { model, steps, input_tokens: inputTokens, output_tokens: outputTokens, cost_usd: costUsd },
    },
  };
}
