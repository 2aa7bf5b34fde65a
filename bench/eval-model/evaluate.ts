import type { Agent, AgentFailure } from '#agent/agent.ts';
import type { Usage } from '#agent/budget.ts';
import { severityOf, urgency } from '#domain/severity.ts';
import { alertsSource } from '#investigate/alerts-source.ts';
import { openDoor } from '#investigate/open-door.ts';
import { byRules, type RecordedIncident } from '../diagnosis/incident.ts';
import { type Expected, type Score, score } from '../diagnosis/score.ts';

/** How one incident went, with the rules alone and with the model. */
export interface Outcome {
  readonly id: string;
  readonly model: string;
  readonly rules: Score;
  /** The same as `rules` where the model was not asked or failed: that is what the reader gets. */
  readonly answer: Score;
  readonly did: 'answer' | 'skip' | 'fail';
  readonly failure?: AgentFailure;
  readonly seconds: number;
  readonly usage: Usage;
  readonly claims: { readonly made: number; readonly verified: number };
}

/** What says something about the provider or the key, not about the model: no result, and no use in going on. */
const NO_RESULT: ReadonlySet<AgentFailure> = new Set([
  'wrong-key',
  'wrong-model',
  'no-route',
  'quota',
  'rate-limited',
  'server-error',
  'bad-request',
  'cancelled',
  'circuit-open',
  'busy',
]);

const UNUSED: Usage = { steps: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };

/** Investigates a recorded incident as the product does: rules, then the model where the policy wants it. A string: why there is no result. */
export async function evaluate(incident: RecordedIncident, expected: Expected, agent: Agent): Promise<Outcome | string> {
  const { id, takenAt, source, episodes } = incident;
  const { analysis, ...measured } = await byRules(incident);
  const rules = score(id, expected, analysis, measured);
  const clock = () => new Date(takenAt);
  const signal = new AbortController().signal;
  const outcome = await agent.investigate({
    analysis,
    alerts: episodes,
    severity: episodes.map(({ labels }) => severityOf(labels['severity'])).toSorted((left, right) => urgency(right) - urgency(left))[0] ?? 'unknown',
    ask: openDoor([source, alertsSource(episodes, clock)], clock, signal).ask,
    step: () => {},
    signal,
  });
  if (outcome.did === 'skip') return { id, model: agent.model, rules, answer: rules, did: 'skip', seconds: 0, usage: UNUSED, claims: { made: 0, verified: 0 } };
  const { seconds } = outcome;
  if (outcome.did === 'answer') {
    const { usage, claims } = outcome.result;
    return { id, model: agent.model, rules, answer: score(id, expected, outcome.analysis, measured), did: 'answer', seconds, usage, claims };
  }
  const { failure, usage } = outcome;
  if (NO_RESULT.has(failure)) return outcome.analysis.degraded.at(-1) ?? failure;
  return { id, model: agent.model, rules, answer: rules, did: 'fail', failure, seconds, usage, claims: { made: 0, verified: 0 } };
}
