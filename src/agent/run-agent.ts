import { messageOf } from '#domain/error.ts';
import type { Ask } from '#domain/evidence.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import type { Question } from '#domain/question.ts';
import type { Analysis, ReportUsage } from '#domain/report.ts';
import type { Transcript } from '#domain/transcript.ts';
import { displayLine } from '#lib/display-text.ts';
import { redact } from '#lib/redact.ts';
import { ANSWER_JSON_SCHEMA, type Answer, readAnswer } from './answer.ts';
import { beforeAborted } from './before-aborted.ts';
import { type Budget, createBudget, type Limits, type Usage } from './budget.ts';
import { type Condenser, createCondenser, type FastModel, type FastUsage } from './condenser.ts';
import { type AnswerForm, converse } from './converse.ts';
import type { AlertFacts } from './digest.ts';
import { createFence, type Fence } from './fence.ts';
import { mergeAnalysis, type PlainFields, type PlainParts } from './merge.ts';
import type { Llm, LlmFailureKind, LlmToolCall } from './model.ts';
import { openCase } from './open-case.ts';
import { estimateTokens } from './prices.ts';
import { investigatorPrompt } from './prompts/investigator.ts';
import type { RedactedKind } from './redaction/secret-shapes.ts';
import { reportUsage } from './report-usage.ts';
import { NO_TRACE, type RunTrace } from './run-trace.ts';
import type { ToolBox } from './tools.ts';
import { openTranscript, type TranscriptWriter } from './transcript.ts';
import { type Verified, verifyAnswer } from './verify.ts';

export interface AgentRun {
  /** The rules' answer, which stands whatever happens here. */
  readonly analysis: Analysis;
  readonly alerts: readonly AlertFacts[];
  /** Which incident it is, where it is stored. */
  readonly incident?: { readonly id: string; readonly cluster: string } | undefined;
  /** The same door as the rules'. */
  readonly ask: Ask;
  readonly llm: Llm;
  /** Looks through what is too long for `llm`. */
  readonly fast?: FastModel | undefined;
  /** Chooses calls of tools that are made before the model is asked: what they find is a part of what it starts from. */
  readonly look?: ((analysis: Analysis, alerts: readonly AlertFacts[], ask: Ask) => Promise<readonly LlmToolCall[]>) | undefined;
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
  /** What the fast model used, where it was asked. */
  readonly fast?: FastUsage | undefined;
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

const CAUSES: AnswerForm<Answer> = { schema: ANSWER_JSON_SCHEMA, read: readAnswer };
/** Of the digest for what the rules read, where there is a first look as well; what they do not need is added to the look. */
const RULES_SHARE = 0.6;
/** Of the time, for the first look: sources that hang must leave the model its own. */
const LOOK_SHARE = 0.2;

/**
 * Lets a model look further from where the rules stopped, within its limits, and puts what it can prove beside what they found. Never rejects, and
 * always ends at the signal or the limit of seconds: with a result, or with the line that says why not.
 */
export async function runAgent(run: AgentRun): Promise<AgentResult> {
  const { llm, limits, fast } = run;
  const began = run.stopwatch();
  let condenser: Condenser | undefined;
  const budget = createBudget(
    limits,
    () => run.stopwatch() - began,
    () => condenser?.usage()?.costUsd ?? 0,
  );
  const fence = createFence(run.mark);
  const trace = run.trace ?? NO_TRACE;
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(Math.ceil(limits.seconds * 1000))]);
  condenser = fast && createCondenser({ fast, fence, trace, limits, run: budget, signal });
  const transcript = openTranscript(llm.name, run.clock().toISOString(), budget.elapsedMs);

  const ended = (result: Omit<AgentResult, 'usage' | 'fast' | 'transcript'>): AgentResult => {
    if (result.failure !== undefined) transcript.failed(result.failure, result.problem ?? '');
    const used = { usage: budget.usage(), fast: condenser?.usage() };
    const analysis = result.analysis && withUsage(result.analysis, budget.elapsedMs(), reportUsage(llm.name, used.usage, used.fast));
    return { ...result, ...used, analysis, transcript: transcript.transcript() };
  };
  try {
    return ended(await investigate({ ...run, budget, fence, trace, signal, condenser, transcript }));
  } catch (thrown) {
    // A mistake of ours must not cost the reader the answer of the rules.
    const problem = `${llm.name}: could not be used (${displayLine(redact(messageOf(thrown)), 160)})`;
    return ended({ analysis: undefined, problem, failure: 'bad-answer', claims: { made: 0, verified: 0 }, dropped: [], redactions: {} });
  }
}

interface Investigation extends AgentRun {
  readonly budget: Budget;
  readonly fence: Fence;
  readonly trace: RunTrace;
  readonly condenser: Condenser | undefined;
  readonly transcript: TranscriptWriter;
}

async function investigate(run: Investigation): Promise<Omit<AgentResult, 'usage' | 'fast' | 'transcript'>> {
  const { analysis, limits, fence } = run;
  const { redactor, record, tools, digestTokens, digest: writeRules } = openCase(run);
  const lookUntil = AbortSignal.any([run.signal, AbortSignal.timeout(Math.ceil(limits.seconds * 1000 * LOOK_SHARE))]);
  const look = (run.look && (await beforeAborted(run.look(analysis, run.alerts, run.ask), lookUntil))) ?? [];
  const budgetTokens = look.length > 0 ? Math.floor(digestTokens * RULES_SHARE) : digestTokens;
  const written = writeRules(budgetTokens);
  const seen = await lookAround(look, tools, digestTokens - estimateTokens(written), lookUntil);
  const digest = [written, ...(seen.length > 0 ? ['A first look, asked for you already:', ...seen] : [])].join('\n\n');

  const outcome = await converse({ ...run, form: CAUSES, tools, instructions: investigatorPrompt(fence.rule, limits.steps, run.codes), digest });
  const redactions = redactor.counts();
  if (!outcome.ok) return { analysis: undefined, problem: outcome.why, failure: outcome.kind, claims: { made: 0, verified: 0 }, dropped: [], redactions };
  const verified = verifyAnswer(outcome.answer, record);
  run.transcript.judged(verified.claims, verified.dropped);
  const merged = mergeAnalysis(analysis, verified, { record, restore: redactor.restore, plainFields: run.plainFields });
  return { analysis: merged, claims: verified.claims, dropped: verified.dropped, redactions };
}

/** What the first calls find, in so many tokens: what one does not need is left to those after it. Stops when time is up. */
async function lookAround(calls: readonly LlmToolCall[], tools: ToolBox, tokens: number, signal: AbortSignal): Promise<readonly string[]> {
  const seen: string[] = [];
  let left = tokens - 20;
  for (const [index, call] of calls.entries()) {
    const share = Math.floor(left / (calls.length - index)) - 60;
    if (share < 40 || signal.aborted) break;
    const [text] = (await beforeAborted(tools.answer([call], share), signal)) ?? [];
    if (text === undefined) break;
    seen.push(text);
    left -= estimateTokens(text) + 2;
  }
  return seen;
}

function withUsage(analysis: Analysis, ms: number, llm: ReportUsage['llm'] = null): Analysis {
  const { usage } = analysis;
  return { ...analysis, usage: { ...usage, duration_ms: usage.duration_ms + Math.round(ms), llm } };
}
