import { z } from 'zod';
import type { Series } from '#domain/question.ts';
import { increase, latest, levelOf, rate, type Sample, tidy } from '#lib/series.ts';
import { combined } from './combined-series.ts';
import { defineTool, gap } from './tool.ts';

const SERIES = 20;
const POINTS = 30;

/** How one metric went: the selector, the range and the functions that most PromQL consists of. */
export const metricSeries = defineTool({
  name: 'metric',
  description:
    'Shows samples of one Prometheus metric up to now: lowest, median and highest value and some points of each series. show: raw (as recorded), rate (of a counter, per second), increase (of a counter over the range), now (the newest value). by: combine the series that agree in these labels by sum, mean or max.',
  input: z.object({
    metric: z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$/, 'is no name of a metric'),
    matchers: z.array(z.object({ label: labelName(), op: z.enum(['=', '!=', '=~', '!~']), value: z.string().max(300) })).max(10),
    minutes: z.number().int().min(1).max(1_440).optional().describe('how far back; 60 if left out'),
    show: z.enum(['raw', 'rate', 'increase', 'now']).optional().describe('raw if left out'),
    by: z.array(labelName()).max(5).optional().describe('labels to keep; [] combines all series into one; not combined if left out'),
    combine: z.enum(['sum', 'mean', 'max']).optional().describe('sum if left out'),
  }),
  saying: ({ metric }) => `Looking at the metric ${metric}`,
  async run({ metric, matchers, minutes = 60, show = 'raw', by, combine = 'sum' }, { ask, now }) {
    const stepSeconds = Math.max(15, Math.ceil((minutes * 60) / 240));
    const from = new Date(now.getTime() - minutes * 60_000).toISOString();
    const evidence = await ask({ about: 'series', topic: 'metrics', metric, matchers, from, to: now.toISOString(), stepSeconds });
    if (evidence.outcome === 'unavailable') return gap(evidence);
    const recorded = evidence.outcome === 'present' ? evidence.data : [];
    const each = show === 'rate' ? recorded.map((one) => ({ ...one, samples: rate(one.samples) })) : recorded;
    const series = by === undefined || show === 'increase' ? each : combined(each, by, combine, stepSeconds * 1000);
    const what = `${show === 'rate' ? 'per-second rate of ' : show === 'increase' ? 'increase of ' : ''}${metric}`;
    const how = by === undefined || show === 'increase' ? '' : `, ${combine} by (${by.join(', ')})`;
    return {
      found: true,
      fact: evidence,
      title: `Metric ${what}${how}`,
      content: {
        text: [`${series.length} series: ${what}${how}, ${minutes} minutes`, ...series.slice(0, SERIES).flatMap((one) => linesOf(one, show))].join('\n'),
      },
      objects: [],
      hearsay: false,
    };
  },
});

function labelName() {
  return z.string().regex(/^[a-zA-Z_]\w{0,99}$/);
}

function linesOf({ labels, samples }: Series, show: 'raw' | 'rate' | 'increase' | 'now'): readonly string[] {
  const name = `{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(',')}}`;
  if (show === 'increase') return [`${name} ${short(increase(samples))}`];
  if (show === 'now') return [`${name} ${short(latest(samples))}`];
  const level = levelOf(samples);
  const kept = tidy(samples);
  const lowest = kept.reduce((least, { value }) => Math.min(least, value), Number.POSITIVE_INFINITY);
  return [
    `${name} ${level ? `${level.count} samples, lowest ${short(lowest)}, median ${short(level.median)}, highest ${short(level.maximum)}` : 'no samples'}`,
    `  ${pointsOf(kept)}`,
  ];
}

function pointsOf(kept: readonly Sample[]): string {
  const every = Math.max(1, Math.ceil(kept.length / POINTS));
  return kept
    .filter((_, index) => index % every === 0 || index === kept.length - 1)
    .map(({ at, value }) => `${new Date(at).toISOString().slice(11, 19)} ${short(value)}`)
    .join(', ');
}

function short(value: number | undefined): string {
  if (value === undefined) return 'too few samples';
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
