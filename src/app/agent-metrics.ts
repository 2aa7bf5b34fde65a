import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Agent, AgentOutcome, Answered } from '#agent/agent.ts';

export interface AgentMetrics {
  readonly note: (outcome: AgentOutcome) => void;
  /** An answer to a reader's question, or why there is none. */
  readonly noteAnswer: (answered: Answered) => void;
  /** Questions whose process died. */
  readonly noteLostQuestions: (count: number) => void;
}

/** Counts what the model did and what it cost, for /metrics. Only where a model is configured. */
export function createAgentMetrics(registry: Registry, agent: Pick<Agent, 'running' | 'spentTodayUsd'>): AgentMetrics {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter<L>({ name, help, labelNames: [...labelNames], registers });
  const runs = counter('oncallm_model_runs_total', 'Investigations that a model took part in, by result: answer, or why it failed.', ['result']);
  const questions = counter(
    'oncallm_model_questions_total',
    "Readers' questions that the model was asked, by result: answer, or why it failed (`lost`: with its process).",
    ['result'],
  );
  const tokens = counter('oncallm_model_tokens_total', 'Tokens sent to (input) and received from (output) the model.', ['direction']);
  const cost = counter('oncallm_model_cost_usd_total', 'US dollars spent on the model, as far as its price is known.');
  const steps = counter('oncallm_model_steps_total', 'Requests to the model.');
  const fastSteps = counter('oncallm_fast_model_steps_total', 'Requests to the second model, which looks through long results.');
  const fastTokens = counter('oncallm_fast_model_tokens_total', 'Tokens sent to (input) and received from (output) the second model.', ['direction']);
  const fastCost = counter('oncallm_fast_model_cost_usd_total', 'US dollars spent on the second model, as far as its price is known.');
  const claims = counter('oncallm_model_claims_total', 'Statements that the model made, and those of them that evidence carries.', ['state']);
  const seconds = new Histogram({
    name: 'oncallm_model_duration_seconds',
    help: 'How long the model took.',
    buckets: [1, 2, 5, 10, 20, 30, 60, 120],
    registers,
  });
  gauge(registry, 'oncallm_model_running', 'Runs of the model that go on now.', () => agent.running());
  gauge(
    registry,
    'oncallm_model_spent_today_usd',
    'US dollars spent on the model today (UTC) by all replicas, with what running investigations have set aside.',
    () => agent.spentTodayUsd(),
  );
  return {
    noteAnswer({ answer: { usage }, failure = 'answer' }) {
      questions.inc({ result: failure });
      tokens.inc({ direction: 'input' }, usage?.input_tokens ?? 0);
      tokens.inc({ direction: 'output' }, usage?.output_tokens ?? 0);
      cost.inc(usage?.cost_usd ?? 0);
      steps.inc(usage?.steps ?? 0);
    },
    noteLostQuestions: (count) => questions.inc({ result: 'lost' }, count),
    note(outcome) {
      if (outcome.did === 'skip') return;
      const { usage, fast } = outcome.did === 'answer' ? outcome.result : outcome;
      runs.inc({ result: outcome.did === 'answer' ? 'answer' : outcome.failure });
      tokens.inc({ direction: 'input' }, usage.inputTokens);
      tokens.inc({ direction: 'output' }, usage.outputTokens);
      cost.inc(usage.costUsd ?? 0);
      steps.inc(usage.steps);
      fastSteps.inc(fast?.steps ?? 0);
      fastTokens.inc({ direction: 'input' }, fast?.inputTokens ?? 0);
      fastTokens.inc({ direction: 'output' }, fast?.outputTokens ?? 0);
      fastCost.inc(fast?.costUsd ?? 0);
      seconds.observe(outcome.seconds);
      if (outcome.did !== 'answer') return;
      claims.inc({ state: 'made' }, outcome.result.claims.made);
      claims.inc({ state: 'verified' }, outcome.result.claims.verified);
    },
  };
}

function gauge(registry: Registry, name: string, help: string, read: () => number | Promise<number>): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      // What cannot be read has no value: a gap, not a zero.
      this.remove();
      const value = await Promise.resolve(read()).catch(() => undefined);
      if (value !== undefined) this.set(value);
    },
  });
}
