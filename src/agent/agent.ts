import type { Ask } from '#domain/evidence.ts';
import type { ReaderAnswer } from '#domain/reader-question.ts';
import type { Analysis } from '#domain/report.ts';
import type { Transcript } from '#domain/transcript.ts';
import type { Fetch } from '#lib/outbound.ts';
import { answerReader } from './answer-reader.ts';
import type { Limits, Usage } from './budget.ts';
import { chooseFastModel, chooseModel, type ModelChoice } from './choose-model.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import type { FastModel, FastUsage } from './condenser.ts';
import type { AlertFacts } from './digest.ts';
import { firstLook } from './first-look.ts';
import type { Llm, LlmFailureKind, LlmProbe } from './model.ts';
import type { ModelOptions } from './options.ts';
import { reasonToSkip } from './policy.ts';
import { priceOf } from './prices.ts';
import { createSdkLlm } from './providers/sdk-llm.ts';
import { reportUsage } from './report-usage.ts';
import { type AgentResult, type AgentRun, runAgent } from './run-agent.ts';
import { NO_TRACE, type RunTrace, type Tracer } from './run-trace.ts';
import { createSpending, type SpendingLedger } from './spending.ts';
import { createTurns } from './turns.ts';

/** What one incident brings. */
export interface AgentTask {
  readonly analysis: Analysis;
  readonly alerts: readonly AlertFacts[];
  /** Severity of the incident, for the policy. */
  readonly severity: string;
  readonly ask: Ask;
  /** Which incident it is, where it is stored. */
  readonly incident?: { readonly id: string; readonly cluster: string } | undefined;
  /** Id of the investigation, for traces. */
  readonly investigation?: string | undefined;
  readonly step: (what: string) => void;
  readonly signal: AbortSignal;
}

/** What a reader asks, and about what. */
export interface AgentQuestion extends Omit<AgentTask, 'severity'> {
  readonly question: string;
}

export type AgentOutcome =
  /** By policy; nothing is wrong. */
  | { readonly did: 'skip'; readonly why: string }
  /** `analysis` takes the place of the rules'. */
  | { readonly did: 'answer'; readonly analysis: Analysis; readonly result: AgentResult; readonly seconds: number }
  /** The rules' answer stands, with one line more in `degraded`. The transcript is missing where the model was not asked at all. */
  | {
      readonly did: 'fail';
      readonly analysis: Analysis;
      readonly failure: AgentFailure;
      readonly usage: Usage;
      readonly fast?: FastUsage | undefined;
      readonly seconds: number;
      readonly transcript?: Transcript | undefined;
    };

/** What became of a question. The transcript is missing where the model was not asked at all. */
export interface Answered {
  readonly answer: ReaderAnswer;
  readonly failure?: AgentFailure | undefined;
  readonly transcript?: Transcript | undefined;
}

export type AgentFailure = LlmFailureKind | 'budget' | 'busy' | 'circuit-open';

/** The investigator with a model: policy, turns, money, circuit breaker and health around `runAgent`. */
export interface Agent {
  /** `openai/gpt-4.1-mini`. */
  readonly model: string;
  /** True when `investigate` would ask the model about this; does nothing. */
  wants(task: Pick<AgentTask, 'analysis' | 'alerts' | 'severity'>): boolean;
  /** Never rejects; ends within AI_TIMEOUT or at the signal. */
  investigate(task: AgentTask): Promise<AgentOutcome>;
  /** Answers a reader's question about a report, whatever the policy says of investigations. Never rejects; ends within AI_TIMEOUT or at the signal. */
  answer(task: AgentQuestion): Promise<Answered>;
  /** As last seen; costs nothing. */
  health(): { readonly state: 'connected' | 'disconnected'; readonly detail: string; readonly fix: string };
  /** Looks again when what is known is old (5 minutes; 30 s after a failure), or when `now`. Never rejects. */
  refresh(signal: AbortSignal, now?: 'now'): Promise<LlmProbe>;
  /** US dollars, all replicas together; rejects when the ledger cannot be read. */
  spentTodayUsd(): Promise<number>;
  /** Runs that go now. */
  running(): number;
  /** Sends what traces are left. */
  close(): Promise<void>;
}

export interface AgentParts extends Pick<AgentRun, 'clock' | 'stopwatch' | 'pause' | 'query' | 'plainFields' | 'codes'> {
  readonly options: ModelOptions;
  readonly fetch: Fetch;
  /** A new word nobody can guess, of letters and digits. */
  readonly newMark: () => string;
  /** Loads what traces go to, when the first run begins; without it there are none. */
  readonly loadTracer?: (() => Promise<Tracer>) | undefined;
  /** Where the money of a day is kept; in this process unless given. */
  readonly ledger?: SpendingLedger;
  /** Instead of the models that the options name. */
  readonly llm?: Llm;
  readonly fastLlm?: Llm;
}

const FRESH_MS = 5 * 60_000;
const FRESH_AFTER_FAILURE_MS = 30_000;

/** The agent that the options mean; undefined when no model is configured. Throws an OncallmError when they cannot be meant. */
export function createAgent(parts: AgentParts): Agent | undefined {
  const { clock, stopwatch } = parts;
  const options = withServerKey(parts.options);
  const choice = parts.llm ? undefined : chooseModel(options);
  const llm = parts.llm ?? (choice && createSdkLlm(choice, options, parts.fetch));
  if (!llm) return undefined;
  const price = priceOf(llm.provider, llm.model, options.prices);
  const breaker = createCircuitBreaker(clock);
  const fast = fastModel({ ...parts, options }, choice);
  const spending = createSpending(clock, options.maxCostPerDayUsd, parts.ledger);
  const turns = createTurns(options.concurrency);
  let tracer: Promise<Tracer | undefined> | undefined;
  /** What is wrong with the second model, as last probed. */
  let attention: { readonly detail: string; readonly fix: string } | undefined;
  let seen: { readonly probe: LlmProbe; readonly atMs: number } | undefined;
  const skip = ({ analysis, alerts, severity }: Pick<AgentTask, 'analysis' | 'alerts' | 'severity'>) =>
    reasonToSkip(analysis, { severity, labels: alerts.map(({ labels }) => labels) }, options);

  async function investigate(task: AgentTask): Promise<AgentOutcome> {
    const why = skip(task);
    if (why !== undefined) return { did: 'skip', why };
    const began = stopwatch();
    const seconds = () => (stopwatch() - began) / 1000;
    const fail = (failure: AgentFailure, line: string, used: Used = { usage: NOTHING_USED }): AgentOutcome => ({
      did: 'fail',
      analysis: degraded(task.analysis, line, reportUsage(llm?.name ?? '', used.usage, used.fast)),
      failure,
      ...used,
      seconds: seconds(),
    });
    const admitted = await admit(task, seconds);
    if (!admitted.ok) return fail(admitted.failure, admitted.line);
    const { limits, money, giveBack } = admitted;
    try {
      const trace = await traceOf(task.investigation);
      const result = await runAgent({
        ...task,
        ...parts,
        llm: llm as Llm,
        fast,
        look: options.firstLook ? firstLook : undefined,
        trace,
        mark: parts.newMark(),
        redactPatterns: options.redactPatterns,
        limits,
      });
      trace.end(result.usage, result.failure);
      await money?.settle((result.usage.costUsd ?? 0) + (result.fast?.costUsd ?? 0));
      note(result);
      if (result.analysis) return { did: 'answer', analysis: result.analysis, result, seconds: seconds() };
      return fail(result.failure ?? 'bad-answer', result.problem ?? '', { usage: result.usage, fast: result.fast, transcript: result.transcript });
    } finally {
      giveBack();
    }
  }

  async function answer({ question, ...task }: AgentQuestion): Promise<Answered> {
    const began = stopwatch();
    const without = (problem: string): ReaderAnswer => ({ sentences: [], evidence: [], problem, usage: null });
    const admitted = await admit(task, () => (stopwatch() - began) / 1000);
    if (!admitted.ok) return { answer: without(admitted.line), failure: admitted.failure };
    const { limits, money, giveBack } = admitted;
    try {
      const trace = await traceOf(task.investigation);
      const { redactPatterns } = options;
      const result = await answerReader({ ...task, ...parts, question, llm: llm as Llm, trace, mark: parts.newMark(), redactPatterns, limits });
      trace.end(result.usage, result.failure);
      await money?.settle(result.usage.costUsd ?? 0);
      note(result);
      const { sentences, evidence, problem, usage, failure, transcript } = result;
      return { answer: { sentences, evidence, problem, usage: reportUsage(llm?.name ?? '', usage, undefined) ?? null }, failure, transcript };
    } finally {
      giveBack();
    }
  }

  type Money = Extract<Awaited<ReturnType<typeof spending.reserve>>, { readonly ok: true }>;
  type Admitted =
    | { readonly ok: true; readonly limits: Limits; readonly money: Money | undefined; readonly giveBack: () => void }
    | { readonly ok: false; readonly failure: AgentFailure; readonly line: string };

  /** What every run needs before it may ask the model: a circuit that is closed, a turn, and money. */
  async function admit({ signal, step }: Pick<AgentTask, 'signal' | 'step'>, seconds: () => number): Promise<Admitted> {
    const open = breaker.refusal();
    if (open !== undefined) return { ok: false, failure: 'circuit-open', line: open };
    let giveBack: () => void;
    if (turns.taken() >= options.concurrency)
      step(`Waiting for a turn: ${llm?.name} is busy with ${turns.taken()} other${turns.taken() === 1 ? '' : 's'}, for at most ${options.timeoutSeconds} s`);
    try {
      giveBack = await turns.take(AbortSignal.any([signal, AbortSignal.timeout(options.timeoutSeconds * 1000)]));
    } catch {
      breaker.failed('cancelled', '');
      return { ok: false, failure: 'busy', line: `${llm?.name}: busy with other investigations for ${options.timeoutSeconds} s` };
    }
    // Where nobody knows the price there is nothing to count.
    const money = price || fast?.price ? await spending.reserve(options.maxCostUsd) : undefined;
    if (money && !money.ok) {
      breaker.failed('cancelled', '');
      giveBack();
      return { ok: false, failure: 'budget', line: `${llm?.name}: ${money.why}` };
    }
    const limits: Limits = {
      steps: options.maxSteps,
      seconds: Math.max(0.1, options.timeoutSeconds - seconds()),
      tokens: options.maxTokens,
      outputTokens: options.maxOutputTokens,
      contextTokens: options.contextTokens,
      costUsd: money?.usd ?? options.maxCostUsd,
      price,
    };
    return { ok: true, limits, money, giveBack };
  }

  async function traceOf(investigation: string | undefined): Promise<RunTrace> {
    tracer ??= parts.loadTracer?.().catch(() => undefined);
    return (await tracer)?.begin(llm as Llm, investigation) ?? NO_TRACE;
  }

  /** Every run is a probe too. */
  function note({ failure, problem }: Pick<AgentResult, 'failure' | 'problem'>): void {
    const atMs = clock().getTime();
    if (failure === undefined) breaker.succeeded();
    else breaker.failed(failure === 'budget' ? 'cancelled' : failure, problem ?? '');
    if (failure === undefined) seen = { probe: { state: 'connected', detail: `${llm?.name} answers`, attention }, atMs };
    else if (BROKEN.has(failure)) seen = { probe: { state: 'disconnected', kind: failure as LlmFailureKind, detail: problem ?? '', fix: '' }, atMs };
  }

  return {
    model: llm.name,
    wants: (task) => skip(task) === undefined,
    investigate,
    answer,
    health() {
      if (!seen) return { state: 'disconnected', detail: `${llm.name}: not asked yet`, fix: '' };
      return seen.probe.state === 'connected' ? { ...seen.probe, fix: '' } : { state: 'disconnected', detail: seen.probe.detail, fix: seen.probe.fix };
    },
    async refresh(signal, now) {
      const ageMs = seen ? clock().getTime() - seen.atMs : Number.POSITIVE_INFINITY;
      if (seen && now === undefined && ageMs < (seen.probe.state === 'connected' ? FRESH_MS : FRESH_AFTER_FAILURE_MS)) return seen.probe;
      const [main, second] = await Promise.all([llm.probe(signal), fast?.llm.probe(signal)]);
      attention = second?.state === 'disconnected' ? { detail: `LLM_FAST_MODEL ${second.detail}`, fix: second.fix } : undefined;
      const probe: LlmProbe = main.state === 'connected' ? { ...main, attention } : main;
      seen = { probe, atMs: clock().getTime() };
      return probe;
    },
    spentTodayUsd: () => spending.today(),
    running: () => turns.taken(),
    close: async () => (await tracer)?.close(),
  };
}

type Used = Pick<AgentResult, 'usage'> & Partial<Pick<AgentResult, 'fast' | 'transcript'>>;
const NOTHING_USED: Usage = { steps: 0, inputTokens: 0, outputTokens: 0, costUsd: null };
const BROKEN: ReadonlySet<AgentFailure> = new Set(['wrong-key', 'wrong-model', 'no-route', 'server-error', 'quota', 'timeout']);

/** The rules' answer with the line that says what became of the model, and what that cost. */
function degraded(analysis: Analysis, line: string, llm: Analysis['usage']['llm'] = analysis.usage.llm): Analysis {
  return { ...analysis, degraded: [...analysis.degraded, `Model ${line}`], usage: { ...analysis.usage, llm } };
}

/** A bare API_KEY may be anybody's: it is for the server that the settings name, and for nobody else. */
function withServerKey(options: ModelOptions): ModelOptions {
  return options.apiBase ? { ...options, openaiKey: options.openaiKey || options.serverKey } : options;
}

/** The second model, with a circuit breaker of its own: it may be another provider's. */
function fastModel({ options, clock, fetch, fastLlm }: AgentParts, main: ModelChoice | undefined): FastModel | undefined {
  const choice = fastLlm || !main ? undefined : chooseFastModel(options, main);
  // How hard to think is meant for the model that concludes.
  const llm = fastLlm ?? (choice && createSdkLlm(choice, { ...options, reasoningEffort: '' }, fetch));
  return llm && { llm, price: priceOf(llm.provider, llm.model, options.prices), breaker: createCircuitBreaker(clock) };
}
