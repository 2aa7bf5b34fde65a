import { type Budget, createBudget, type Limits, type Usage } from './budget.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Fence } from './fence.ts';
import type { Llm, LlmRequest } from './model.ts';
import { estimateTokens, type Price } from './prices.ts';
import { condenserPrompt } from './prompts/condenser.ts';
import type { RunTrace } from './run-trace.ts';

/** A second, cheaper model that looks through what is too long for the first. */
export interface FastModel {
  readonly llm: Llm;
  readonly price?: Price | undefined;
  readonly breaker: CircuitBreaker;
}

/**
 * Chooses of a long text the lines that matter. The fast model only names lines: what the other model sees are the lines themselves, word for word, so it can
 * add nothing and what is cited stands in the evidence.
 */
export interface Condenser {
  /** At most about `tokens` of the text; undefined when the fast model could not, or there is no time or money for it. `sought`: what it was asked for. Never rejects. */
  condense(text: string, sought: string, tokens: number): Promise<string | undefined>;
  /** What the fast model has used; undefined when it was not asked. */
  usage(): FastUsage | undefined;
}

/** What the fast model used in a run. */
export interface FastUsage extends Usage {
  readonly model: string;
}

export interface CondenserParts {
  readonly fast: FastModel;
  readonly fence: Fence;
  readonly trace: RunTrace;
  /** Of the run: what both models may use together is money and time; the tokens are its own. */
  readonly limits: Limits;
  readonly run: Budget;
  readonly signal: AbortSignal;
}

const MOST_LINES = 120;
const ALWAYS_FIRST = 2;
const ALWAYS_LAST = 5;
const LONGEST_LINE = 600;
const OUTPUT_TOKENS = 600;
/** Past this share of the time the other model needs what is left. */
const NO_LATER_THAN = 0.4;
const LONGEST_MS = 15_000;

export function createCondenser({ fast, fence, trace, limits, run, signal }: CondenserParts): Condenser {
  const { llm, price, breaker } = fast;
  const own = createBudget({ ...limits, steps: Number.POSITIVE_INFINITY, outputTokens: OUTPUT_TOKENS, price }, run.elapsedMs, () => run.usage().costUsd ?? 0);
  const instructions = condenserPrompt(fence.rule, MOST_LINES);

  return {
    usage() {
      const usage = own.usage();
      return usage.steps === 0 ? undefined : { ...usage, model: llm.name };
    },
    async condense(text, sought, tokens) {
      const lines = text.split('\n');
      if (lines.length <= ALWAYS_FIRST + ALWAYS_LAST || run.elapsedMs() > limits.seconds * 1000 * NO_LATER_THAN) return undefined;
      const numbered = fence.around(sought, numberedWithin(lines, limits.contextTokens * 0.8 - OUTPUT_TOKENS));
      const nextTokens = estimateTokens(numbered) + estimateTokens(instructions);
      if (own.exhausted(nextTokens) !== undefined || breaker.refusal() !== undefined) return undefined;
      const request: LlmRequest = {
        instructions,
        turns: [{ role: 'user', text: numbered }],
        tools: [],
        mayCallTools: false,
        maxOutputTokens: OUTPUT_TOKENS,
      };
      const ended = trace.chat(llm, request);
      const reply = await llm.complete(request, AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(Math.min(LONGEST_MS, limits.seconds * 250)))]));
      ended(reply);
      if (!reply.ok) {
        breaker.failed(reply.kind, reply.why);
        return undefined;
      }
      breaker.succeeded();
      own.spend(reply.tokens, { input: nextTokens, output: estimateTokens(reply.text) });
      const chosen = chosenIn(reply.text, lines.length);
      return chosen && picked(lines, chosen, tokens, llm.name);
    },
  };
}

/** The lines with their numbers, as many from the beginning and the end as fit. */
function numberedWithin(lines: readonly string[], tokens: number): string {
  const numbered = lines.map((line, index) => `${index + 1} ${line.slice(0, LONGEST_LINE)}`);
  const room = tokens / 2;
  const head = whileFits(numbered, room);
  const tail = whileFits(numbered.slice(head.length).toReversed(), room).toReversed();
  return [...head, ...(head.length + tail.length < numbered.length ? ['...'] : []), ...tail].join('\n');
}

function whileFits(lines: readonly string[], tokens: number): readonly string[] {
  let left = tokens;
  const end = lines.findIndex((line) => {
    left -= estimateTokens(line) + 1;
    return left < 0;
  });
  return end < 0 ? lines : lines.slice(0, end);
}

/** The numbers that an answer names; undefined when it is no list of lines. */
function chosenIn(answer: string, count: number): ReadonlySet<number> | undefined {
  if (!/^[\s\d,;.\-–]*$|^\s*none\b/i.test(answer)) return undefined;
  const chosen = new Set<number>();
  for (const [, from = '', to = from] of answer.matchAll(/(\d{1,7})(?:\s*[-–]\s*(\d{1,7}))?/g))
    for (let line = Number(from); line <= Math.min(Number(to), count) && chosen.size < MOST_LINES; line++) if (line > 0) chosen.add(line);
  return chosen;
}

/** The chosen lines and the first and last ones, in their order, with a mark where lines are left out. */
function picked(lines: readonly string[], chosen: ReadonlySet<number>, tokens: number, by: string): string {
  const head = `Of ${lines.length} lines those that ${by} chose; search_evidence looks through all:`;
  const kept: string[] = [];
  let left = tokens - estimateTokens(head);
  let last = 0;
  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    if (!chosen.has(number) && number > ALWAYS_FIRST && number <= lines.length - ALWAYS_LAST) continue;
    const shown = [...(number > last + 1 ? ['...'] : []), line.slice(0, LONGEST_LINE)];
    left -= estimateTokens(shown.join('\n')) + 1;
    if (left < 0) break;
    kept.push(...shown);
    last = number;
  }
  return [head, ...kept].join('\n');
}
