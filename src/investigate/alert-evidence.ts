import { alertNameOf, type LabelSet } from '#domain/alert.ts';
import type { Episode } from '#domain/episode.ts';
import type { Series } from '#domain/question.ts';
import type { ReportEvidence } from '#domain/report.ts';
import { type MetricsServer, metricIn, type Threshold } from '#sources/metrics-server.ts';
import type { KnownRule, RuleOf } from './learn-rules.ts';
import { shapeOf } from './shape-of.ts';

/** Evidence that is no answer to a question of a rule: about the alert's own expression. */
export type AlertEvidence = Omit<ReportEvidence, 'id'>;

/** What is asked for, when the trouble began, what time it is. */
export interface AlertTimes {
  readonly onset: string;
  readonly now: string;
}

const MOST_RULES = 3;
const MOST_SERIES = 3;
const POINTS = 120;
const HOUR_MS = 3_600_000;
const LONGEST_MS = 24 * HOUR_MS;
const LONGEST_EXPRESSION = 1_500;

/**
 * What the alerts' own expressions say: the expression, its threshold, and how its left-hand side ran around the onset. From the server when
 * there is one; else only what the expression is. Never fails: what cannot be read is said in the excerpt.
 */
export async function alertEvidence(
  episodes: readonly Episode[],
  ruleOf: RuleOf,
  server: MetricsServer | undefined,
  times: AlertTimes,
  signal: AbortSignal,
): Promise<readonly AlertEvidence[]> {
  const byExpression = new Map<string, readonly [Episode, KnownRule]>();
  for (const episode of episodes) {
    const rule = ruleOf(episode);
    if (rule.expression && !byExpression.has(rule.expression)) byExpression.set(rule.expression, [episode, rule]);
  }
  return await Promise.all([...byExpression.values()].slice(0, MOST_RULES).map(([episode, rule]) => evidenceOf(episode, rule, server, times, signal)));
}

async function evidenceOf(
  { labels, startsAt }: Episode,
  rule: KnownRule,
  server: MetricsServer | undefined,
  { onset, now }: AlertTimes,
  signal: AbortSignal,
): Promise<AlertEvidence> {
  const expression = oneLine(rule.expression ?? '');
  const query = leftSideOf(expression, rule.threshold);
  const alertName = alertNameOf(labels);
  const plain = { subject: null, observed_at: now, data: { expression, threshold: rule.threshold ?? null, for_seconds: secondsOf(rule.forMs), onset } };
  const withoutSamples: AlertEvidence = {
    ...plain,
    source: 'alert',
    title: `Rule of ${alertName}`,
    query: expression,
    excerpt: headOf(rule, expression).join('\n'),
  };
  if (!server) return withoutSamples;
  const stretch = stretchOf(Date.parse(startsAt), Date.parse(onset), Date.parse(now));
  const [reading, facts] = await Promise.all([server.range(query, stretch, signal), factsOf(expression, server, signal)]);
  if (reading.outcome === 'unavailable' && reading.reason === 'not-configured') return withoutSamples;
  const series = reading.outcome === 'present' ? about(reading.data, labels) : [];
  const shown = series.slice(0, MOST_SERIES).map(lineOf);
  const remark =
    reading.outcome === 'unavailable'
      ? [`not read: ${reading.why}`]
      : series.length === 0
        ? [`no samples between ${stretch.from} and ${stretch.to}`]
        : series.length > MOST_SERIES
          ? [`and ${series.length - MOST_SERIES} more series`]
          : [];
  const lacks = reading.outcome === 'present' && reading.lacks !== undefined ? [reading.lacks] : [];
  return {
    ...plain,
    source: 'prometheus',
    title: `Expression of ${alertName} around the onset`,
    query,
    excerpt: [...headOf(rule, expression), ...facts, ...shown, ...remark, ...lacks].join('\n'),
    data: { ...plain.data, from: stretch.from, to: stretch.to, shapes: series.slice(0, MOST_SERIES).map(({ samples }) => shapeOf(samples).kind) },
  };
}

/** What is measured, in which unit, where the expression is about one metric: a line, or none. Nobody misses it where the server does not know. */
async function factsOf(expression: string, server: MetricsServer, signal: AbortSignal): Promise<readonly string[]> {
  const metric = metricIn(expression);
  const reading = metric === undefined ? undefined : await server.describe(metric, signal);
  if (reading?.outcome !== 'present' || reading.data === undefined) return [];
  const { type, unit, help } = reading.data;
  return [`${metric}: ${[type, unit && `in ${unit}`].filter(Boolean).join(', ')}${help ? `${type || unit ? '; ' : ''}${help}` : ''}`];
}

function headOf({ threshold, forMs }: KnownRule, expression: string): readonly string[] {
  const fires = threshold ? `fires when the value is ${threshold.op} ${threshold.value}` : 'fires when it has a result';
  return [expression.slice(0, LONGEST_EXPRESSION), `${fires}${forMs === undefined ? '' : ` for ${forMs / 60_000} minutes`}`];
}

/** From as long before the onset as after it, an hour at least, to now or an hour after the alert fired. */
function stretchOf(firedAt: number, onset: number, now: number) {
  const fired = Number.isNaN(firedAt) ? now : firedAt;
  const to = Math.max(Math.min(now, fired + HOUR_MS), onset + 60_000);
  const span = Math.min(Math.max(HOUR_MS, to - onset), LONGEST_MS);
  const from = onset - span;
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), stepSeconds: Math.max(15, Math.ceil((to - from) / 1000 / POINTS)) };
}

/** The expression without the comparison it ends in, so that there are values on both sides of the threshold; the expression itself when that is not safe. */
export function leftSideOf(expression: string, threshold: Threshold | undefined): string {
  if (!threshold) return expression;
  const match = /^([\s\S]*?)\s*(?:>=|<=|==|!=|>|<)\s*(?:bool\s+)?-?[\d.]+(?:e[+-]?\d+)?\s*$/i.exec(expression.slice(0, 20_000));
  const left = match?.[1] ?? '';
  return left !== '' && isBalanced(left) ? left : expression;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const one of text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (one === '(') depth += 1;
    if (one === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** The series that the alert is one of: those whose labels do not contradict the alert's. */
function about(series: readonly Series[], labels: LabelSet): readonly Series[] {
  const filled = series.filter(({ samples }) => samples.length > 0);
  const same = filled.filter((one) => Object.entries(one.labels).every(([name, value]) => labels[name] === undefined || labels[name] === value));
  return same.length > 0 ? same : filled;
}

function lineOf({ labels, samples }: Series): string {
  const values = samples.map(({ value }) => value);
  const shape = shapeOf(samples);
  const [first, last] = [samples[0], samples.at(-1)];
  const ran = shape.step ? `a step at ${time(shape.step.at)} from ${figure(shape.step.before)} to ${figure(shape.step.after)}` : shape.kind;
  const name = `{${Object.entries(labels)
    .slice(0, 8)
    .map(([label, value]) => `${label}="${value.slice(0, 80)}"`)
    .join(', ')}}`;
  const bounds = `lowest ${figure(values.reduce((low, one) => Math.min(low, one)))}, highest ${figure(values.reduce((high, one) => Math.max(high, one)))}`;
  return `${name}: ${ran}; first ${figure(first?.value ?? 0)} at ${time(first?.at ?? 0)}, last ${figure(last?.value ?? 0)} at ${time(last?.at ?? 0)}, ${bounds}`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function time(at: number): string {
  return new Date(at).toISOString().slice(0, 19).concat('Z');
}

function secondsOf(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : milliseconds / 1000;
}

/** Without comments and line breaks: PromQL needs neither. */
function oneLine(expression: string): string {
  return expression
    .split('\n')
    .map((line) => (/^\s*#/.test(line) ? '' : line))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
