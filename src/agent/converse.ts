import { beforeAborted } from './before-aborted.ts';
import type { Budget, Limits } from './budget.ts';
import { compact, sizeOf } from './conversation.ts';
import type { Llm, LlmFailureKind, LlmReply, LlmRequest, LlmToolCall, LlmTurn } from './model.ts';
import { estimateTokens } from './prices.ts';
import { CONCLUDE, repairPrompt } from './prompts/investigator.ts';
import type { RunTrace } from './run-trace.ts';
import type { ToolBox } from './tools.ts';
import type { TranscriptWriter } from './transcript.ts';

/** The shape in which a conversation is to end. */
export interface AnswerForm<A> {
  /** As JSON Schema, for providers that hold a model to it. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly read: (written: string) => { readonly ok: true; readonly answer: A } | { readonly ok: false; readonly problem: string };
}

/** What one conversation needs. */
export interface Talk<A> {
  readonly form: AnswerForm<A>;
  readonly llm: Llm;
  readonly limits: Limits;
  readonly budget: Budget;
  readonly tools: ToolBox;
  readonly signal: AbortSignal;
  /** Waits; rejects when aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly step: (what: string) => void;
  readonly instructions: string;
  readonly digest: string;
  readonly transcript: TranscriptWriter;
  readonly trace: RunTrace;
}

/** How a conversation ends. */
export type Outcome<A> = { readonly ok: true; readonly answer: A } | { readonly ok: false; readonly kind: LlmFailureKind | 'budget'; readonly why: string };

/** Requests to tools that the model may make at once; more are told to come again. */
const CALLS_AT_ONCE = 8;
/** Pauses before the second and the third attempt, unless the provider asks for longer ones. */
const RETRIES_MS: readonly number[] = [500, 3_000];
const PASSING: ReadonlySet<LlmFailureKind> = new Set(['rate-limited', 'server-error', 'no-route']);

/** Asks, answers calls, and asks again, until there is an answer, a bound or a failure. */
export async function converse<A>(talk: Talk<A>): Promise<Outcome<A>> {
  const { llm, limits, budget, tools, signal, step, transcript } = talk;
  let turns: readonly LlmTurn[] = [];
  const tell = (text: string) => {
    turns = [...turns, { role: 'user', text }];
    transcript.told('message', text);
  };
  transcript.told('instructions', talk.instructions);
  tell(talk.digest);
  let repaired = false;
  let concluding = false;
  for (;;) {
    turns = compact(turns, limits.contextTokens - limits.outputTokens - estimateTokens(talk.instructions));
    const nextTokens = sizeOf(turns) + estimateTokens(talk.instructions);
    const spent = budget.exhausted(nextTokens);
    if (spent) return { ok: false, kind: 'budget', why: `${llm.name}: used up ${spent} before it could answer` };
    if (!concluding && budget.mustConclude(nextTokens)) {
      concluding = true;
      if (turns.length > 1 || limits.steps === 1) tell(CONCLUDE);
    }
    step(concluding ? `Waiting for the conclusion of ${llm.name}` : `Waiting for ${llm.name} (step ${budget.usage().steps + 1} of at most ${limits.steps})`);
    const reply = await request(talk, turns, concluding);
    if (!reply.ok) return { ok: false, kind: reply.kind, why: reply.why };
    const turn: LlmTurn = { role: 'assistant', text: reply.text, calls: reply.calls, echo: reply.echo };

    if (reply.calls.length > 0 && !concluding) {
      const results = await answerCalls(tools, reply.calls, signal);
      if (results === undefined) return { ok: false, kind: timedOut(signal), why: `${llm.name}: no answer in time` };
      turns = [...turns, turn, { role: 'tools', results }];
      transcript.answered(results);
      continue;
    }
    const read = talk.form.read(reply.text);
    if (read.ok) return read;
    if (repaired) return { ok: false, kind: 'bad-answer', why: `${llm.name}: its answer cannot be read, nor could the one after it` };
    repaired = true;
    concluding = true;
    step(`${llm.name} answered in the wrong form; asking it to write the answer again`);
    turns = [...turns, ...closed(turn, reply.calls)];
    tell(repairPrompt(reply.cut ? `it was cut off after ${limits.outputTokens} tokens; be shorter.` : read.problem));
  }
}

/** One request. Where a server does not know how to hold a model to a schema, once more without; what may pass by itself, after a pause. */
async function request(talk: Talk<unknown>, turns: readonly LlmTurn[], concluding: boolean): Promise<LlmReply> {
  const { form, limits, budget, tools, instructions } = talk;
  const plain: LlmRequest = { instructions, turns, tools: tools.specs, mayCallTools: !concluding, maxOutputTokens: limits.outputTokens };
  let reply = await patiently(talk, concluding ? { ...plain, answerSchema: form.schema } : plain);
  if (!reply.ok && reply.kind === 'bad-request' && concluding) reply = await patiently(talk, plain);
  if (reply.ok) {
    const wrote = reply.text + reply.calls.map(({ input }) => input).join('');
    budget.spend(reply.tokens, { input: sizeOf(turns) + estimateTokens(instructions), output: estimateTokens(wrote) });
  }
  return reply;
}

/** Asks again after failures that pass: too many requests, a server that fails, a connection that breaks. Never past the time of the run. */
async function patiently({ llm, limits, budget, signal, pause, transcript, trace }: Talk<unknown>, wanted: LlmRequest): Promise<LlmReply> {
  for (let attempt = 0; ; attempt++) {
    const began = budget.elapsedMs();
    const ended = trace.chat(llm, wanted);
    const reply = await llm.complete(wanted, signal);
    ended(reply);
    transcript.replied(reply, budget.elapsedMs() - began);
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
  return beforeAborted(work, signal);
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
