import { messageOf } from '#domain/error.ts';
import type { Ask } from '#domain/evidence.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import type { Question } from '#domain/question.ts';
import type { Analysis } from '#domain/report.ts';
import { displayLine } from '#lib/display-text.ts';
import { redact } from '#lib/redact.ts';
import { ANSWER_JSON_SCHEMA, type Answer, readAnswer } from './answer.ts';
import { type Budget, createBudget, type Limits, type Usage } from './budget.ts';
import { compact, sizeOf } from './conversation.ts';
import { type AlertFacts, recordAlerts, writeDigest } from './digest.ts';
import { openEvidenceRecord } from './evidence-record.ts';
import { createFence } from './fence.ts';
import { mergeAnalysis, type PlainFields, type PlainParts } from './merge.ts';
import type { Llm, LlmFailureKind, LlmReply, LlmRequest, LlmToolCall, LlmTurn } from './model.ts';
import { estimateTokens } from './prices.ts';
import { CONCLUDE, investigatorPrompt, repairPrompt } from './prompts/investigator.ts';
import { createRedactor } from './redaction/redactor.ts';
import type { RedactedKind } from './redaction/secret-shapes.ts';
import { openToolBox, type ToolBox } from './tools.ts';
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
  /** From report/: the kubectl or PromQL behind a question, and the plain-text fields. */
  readonly query: (question: Question, about: ObjectRef | undefined) => string;
  readonly plainFields: (parts: PlainParts) => PlainFields;
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
}

/** Requests to tools that the model may make at once; more are told to come again. */
const CALLS_AT_ONCE = 8;
/** Pauses before the second and the third attempt, unless the provider asks for longer ones. */
const RETRIES_MS: readonly number[] = [500, 3_000];
const PASSING: ReadonlySet<LlmFailureKind> = new Set(['rate-limited', 'server-error', 'no-route']);
const DIGEST_SHARE = 0.25;
const DIGEST_TOKENS = 8_000;

/**
 * Lets a model look further from where the rules stopped, within its limits, and puts what it can prove beside what they found. Never rejects, and
 * always ends at the signal or the limit of seconds: with a result, or with the line that says why not.
 */
export async function runAgent(run: AgentRun): Promise<AgentResult> {
  const began = run.stopwatch();
  const budget = createBudget(run.limits, () => run.stopwatch() - began);
  try {
    return await investigate(run, budget);
  } catch (thrown) {
    // A mistake of ours must not cost the reader the answer of the rules.
    const problem = `${run.llm.name}: could not be used (${displayLine(redact(messageOf(thrown)), 160)})`;
    return { analysis: undefined, usage: budget.usage(), problem, failure: 'bad-answer', claims: { made: 0, verified: 0 }, dropped: [], redactions: {} };
  }
}

async function investigate(run: AgentRun, budget: Budget): Promise<AgentResult> {
  const { analysis, alerts, llm, limits, clock } = run;
  const redactor = createRedactor(run.redactPatterns);
  const fence = createFence(run.mark);
  const record = openEvidenceRecord(analysis, redactor.redact);
  const alertEvidence = recordAlerts(alerts, record, redactor.redact);
  const digestTokens = Math.min(DIGEST_TOKENS, Math.floor(limits.contextTokens * DIGEST_SHARE));
  const digest = writeDigest(analysis, alertEvidence, record, { fence, redact: redactor.redact, budgetTokens: digestTokens, now: clock().toISOString() });
  const tools = openToolBox({ ...run, record, redactor, fence, resultTokens: Math.max(400, Math.floor(limits.contextTokens * 0.08)) });
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(Math.ceil(limits.seconds * 1000))]);

  const outcome = await converse({
    llm,
    limits,
    budget,
    tools,
    signal,
    pause: run.pause,
    step: run.step,
    instructions: investigatorPrompt(fence.rule, limits.steps),
    digest,
  });
  const result = { usage: budget.usage(), redactions: redactor.counts() };
  if (!outcome.ok) return { ...result, analysis: undefined, problem: outcome.why, failure: outcome.kind, claims: { made: 0, verified: 0 }, dropped: [] };
  const verified = verifyAnswer(outcome.answer, record);
  const merged = mergeAnalysis(analysis, verified, { record, restore: redactor.restore, plainFields: run.plainFields });
  return { ...result, analysis: withUsage(merged, llm.name, budget.usage(), budget.elapsedMs()), claims: verified.claims, dropped: verified.dropped };
}

interface Talk {
  readonly llm: Llm;
  readonly limits: Limits;
  readonly budget: Budget;
  readonly tools: ToolBox;
  readonly signal: AbortSignal;
  readonly pause: AgentRun['pause'];
  readonly step: (what: string) => void;
  readonly instructions: string;
  readonly digest: string;
}

type Outcome = { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly kind: LlmFailureKind | 'budget'; readonly why: string };

/** Asks, answers calls, and asks again, until there is an answer, a bound or a failure. */
async function converse(talk: Talk): Promise<Outcome> {
  const { llm, limits, budget, tools, signal, step } = talk;
  let turns: readonly LlmTurn[] = [{ role: 'user', text: talk.digest }];
  let repaired = false;
  let concluding = false;
  for (;;) {
    turns = compact(turns, limits.contextTokens - limits.outputTokens - estimateTokens(talk.instructions));
    const nextTokens = sizeOf(turns) + estimateTokens(talk.instructions);
    const spent = budget.exhausted(nextTokens);
    if (spent) return { ok: false, kind: 'budget', why: `${llm.name}: used up ${spent} before it could answer` };
    if (!concluding && budget.mustConclude(nextTokens)) {
      concluding = true;
      if (turns.length > 1 || limits.steps === 1) turns = [...turns, { role: 'user', text: CONCLUDE }];
    }
    step(concluding ? `Waiting for the conclusion of ${llm.name}` : `Waiting for ${llm.name} (step ${budget.usage().steps + 1} of at most ${limits.steps})`);
    const reply = await request(talk, turns, concluding);
    if (!reply.ok) return { ok: false, kind: reply.kind, why: reply.why };
    const turn: LlmTurn = { role: 'assistant', text: reply.text, calls: reply.calls, echo: reply.echo };

    if (reply.calls.length > 0 && !concluding) {
      const results = await answerCalls(tools, reply.calls, signal);
      if (results === undefined) return { ok: false, kind: timedOut(signal), why: `${llm.name}: no answer in time` };
      turns = [...turns, turn, { role: 'tools', results }];
      continue;
    }
    const read = readAnswer(reply.text);
    if (read.ok) return read;
    if (repaired) return { ok: false, kind: 'bad-answer', why: `${llm.name}: its answer cannot be read, nor could the one after it` };
    repaired = true;
    concluding = true;
    step(`${llm.name} answered in the wrong form; asking it to write the answer again`);
    turns = [
      ...turns,
      ...closed(turn, reply.calls),
      { role: 'user', text: repairPrompt(reply.cut ? `it was cut off after ${limits.outputTokens} tokens; be shorter.` : read.problem) },
    ];
  }
}

/** One request. Where a server does not know how to hold a model to a schema, once more without; what may pass by itself, after a pause. */
async function request(talk: Talk, turns: readonly LlmTurn[], concluding: boolean): Promise<LlmReply> {
  const { limits, budget, tools, instructions } = talk;
  const plain: LlmRequest = { instructions, turns, tools: tools.specs, mayCallTools: !concluding, maxOutputTokens: limits.outputTokens };
  let reply = await patiently(talk, concluding ? { ...plain, answerSchema: ANSWER_JSON_SCHEMA } : plain);
  if (!reply.ok && reply.kind === 'bad-request' && concluding) reply = await patiently(talk, plain);
  if (reply.ok) {
    const wrote = reply.text + reply.calls.map(({ input }) => input).join('');
    const { tokens } = reply;
    // A number that is none would make every bound meaningless.
    const counted = tokens !== null && Number.isFinite(tokens.input) && Number.isFinite(tokens.output);
    budget.spend(counted ? tokens : { input: sizeOf(turns) + estimateTokens(instructions), output: estimateTokens(wrote) });
  }
  return reply;
}

/** Asks again after failures that pass: too many requests, a server that fails, a connection that breaks. Never past the time of the run. */
async function patiently({ llm, limits, budget, signal, pause }: Talk, wanted: LlmRequest): Promise<LlmReply> {
  for (let attempt = 0; ; attempt++) {
    const reply = await llm.complete(wanted, signal);
    const waitMs = RETRIES_MS[attempt];
    if (reply.ok || waitMs === undefined || !PASSING.has(reply.kind) || signal.aborted) return reply;
    const pauseMs = Math.max(waitMs, reply.retryAfterMs ?? 0);
    if (budget.elapsedMs() + pauseMs > limits.seconds * 1000 * 0.8) return reply;
    try {
      await pause(pauseMs, signal);
    } catch {
      return reply;
    }
  }
}

/** All calls at once; undefined when time is up first. */
async function answerCalls(tools: ToolBox, calls: readonly LlmToolCall[], signal: AbortSignal) {
  const work = tools
    .answer(calls.slice(0, CALLS_AT_ONCE))
    .then((texts) => calls.map(({ id, name }, index) => ({ id, name, text: texts[index] ?? `Only ${CALLS_AT_ONCE} calls at once; ask again.` })));
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = () => resolve(undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return signal.aborted ? undefined : await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** An assistant's turn that must not stay open: calls that came when none were allowed are answered with a no. */
function closed(turn: LlmTurn, calls: readonly LlmToolCall[]): readonly LlmTurn[] {
  if (turn.role === 'assistant' && turn.text === '' && calls.length === 0) return [];
  if (calls.length === 0) return [turn];
  return [turn, { role: 'tools', results: calls.map(({ id, name }) => ({ id, name, text: 'No more calls are allowed.' })) }];
}

function timedOut(signal: AbortSignal): LlmFailureKind {
  return (signal.reason as { readonly name?: unknown } | undefined)?.name === 'TimeoutError' ? 'timeout' : 'cancelled';
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
