import { z } from 'zod';

/** What a server knows of a metric besides its samples, as whoever exposes it says. */
export interface MetricFacts {
  readonly metric: string;
  /** counter, gauge, histogram, summary; undefined when it is not told. */
  readonly type: string | undefined;
  /** As exposed, else as the name ends: https://prometheus.io/docs/practices/naming/#base-units */
  readonly unit: string | undefined;
  readonly help: string | undefined;
}

const LONGEST_HELP = 200;
const UNITS: Readonly<Record<string, string>> = {
  seconds: 'seconds',
  ms: 'milliseconds',
  milliseconds: 'milliseconds',
  bytes: 'bytes',
  ratio: 'shares of 1',
  percent: 'percent',
  celsius: 'degrees Celsius',
  joules: 'joules',
  volts: 'volts',
  amperes: 'amperes',
};
/** Series of a histogram or summary, and counters of OpenMetrics, are described by the name without. */
const PARTS = /_(?:bucket|sum|count)$/;
const factsSchema = z.record(z.string(), z.array(z.object({ type: z.string().catch(''), help: z.string().catch(''), unit: z.string().catch('') })));

/** The name by which a metric is described. */
export function familyOf(metric: string): string {
  return metric.replace(PARTS, '');
}

/** What an answer of `/api/v1/metadata` and the name say; undefined when that is nothing. */
export function readMetricFacts(data: unknown, metric: string): MetricFacts | undefined {
  const family = familyOf(metric);
  const [told] = factsSchema.safeParse(data).data?.[family] ?? [];
  const unit = told?.unit || UNITS[/_([a-z]+)$/.exec(family.replace(/_total$/, ''))?.[1] ?? ''];
  const type = told?.type === 'unknown' ? undefined : told?.type || undefined;
  const help = oneLine(told?.help ?? '') || undefined;
  return type || unit || help ? { metric, type, unit, help } : undefined;
}

/** Words of PromQL that are no metric. */
const WORDS = new Set(['and', 'or', 'unless', 'on', 'ignoring', 'group_left', 'group_right', 'by', 'without', 'bool', 'offset', 'inf', 'nan', 'start', 'end']);

/** The one metric that an expression is about; undefined when it is about several, or none can be told. */
export function metricIn(expression: string): string | undefined {
  const bare = expression
    .slice(0, 20_000)
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gi, ' ');
  const names = new Set(
    [...bare.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g)].map(([name]) => name).filter((name) => !WORDS.has(name.toLowerCase())),
  );
  return names.size === 1 ? [...names][0] : undefined;
}

function oneLine(text: string): string {
  return text
    .slice(0, 2 * LONGEST_HELP)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_HELP);
}
