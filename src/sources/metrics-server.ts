import type { Series } from '#domain/question.ts';
import type { AlertRule } from './prometheus/alert-rule.ts';
import type { MetricFacts } from './prometheus/metric-facts.ts';
import type { Reading } from './prometheus/prometheus-source.ts';

/**
 * What a server that evaluates PromQL can say besides answering questions: about the alert's own rule. Rules of diagnosis do not see it: their
 * questions must be answerable from a recording too.
 */
export interface MetricsServer {
  /** The alerting rules of that name, as loaded; several when several groups have one. Empty: the server has none (it may not be the one that rules). */
  rules(alertName: string, signal: AbortSignal): Promise<Reading<readonly AlertRule[]>>;
  /** The values of any PromQL expression in a stretch of time (RFC 3339), every `stepSeconds`. */
  range(expression: string, stretch: Stretch, signal: AbortSignal): Promise<Reading<readonly Series[]>>;
  /** What the metric is: type, unit, help. Undefined: nothing is known. */
  describe(metric: string, signal: AbortSignal): Promise<Reading<MetricFacts | undefined>>;
}

export interface Stretch {
  readonly from: string;
  readonly to: string;
  readonly stepSeconds: number;
}

export { type AlertRule, durationMs, type Threshold, thresholdOf, windowMsOf } from './prometheus/alert-rule.ts';
export { parseGeneratorUrl } from './prometheus/generator-url.ts';
export { type MetricFacts, metricIn } from './prometheus/metric-facts.ts';
export type { Reading } from './prometheus/prometheus-source.ts';
