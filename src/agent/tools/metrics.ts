import { z } from 'zod';
import { levelOf, tidy } from '#lib/series.ts';
import { defineTool, gap } from './tool.ts';

const SERIES = 20;
const POINTS = 30;

/** How one metric went. */
export const metricSeries = defineTool({
  name: 'metric',
  description:
    'Shows samples of one Prometheus metric as they were recorded (counters are not turned into rates), up to now: lowest, median and highest value and some points of each series.',
  input: z.object({
    metric: z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$/, 'is no name of a metric'),
    matchers: z.array(z.object({ label: z.string().regex(/^[a-zA-Z_]\w{0,99}$/), op: z.enum(['=', '!=', '=~', '!~']), value: z.string().max(300) })).max(10),
    minutes: z.number().int().min(1).max(1_440).optional().describe('how far back; 60 if left out'),
  }),
  saying: ({ metric }) => `Looking at the metric ${metric}`,
  async run({ metric, matchers, minutes = 60 }, { ask, now }) {
    const stepSeconds = Math.max(15, Math.ceil((minutes * 60) / 240));
    const from = new Date(now.getTime() - minutes * 60_000).toISOString();
    const evidence = await ask({ about: 'series', topic: 'metrics', metric, matchers, from, to: now.toISOString(), stepSeconds });
    if (evidence.outcome === 'unavailable') return gap(evidence);
    const series = evidence.outcome === 'present' ? evidence.data : [];
    const lines = series.slice(0, SERIES).flatMap(({ labels, samples }) => {
      const level = levelOf(samples);
      const kept = tidy(samples);
      const every = Math.max(1, Math.ceil(kept.length / POINTS));
      const points = kept.filter((_, index) => index % every === 0 || index === kept.length - 1);
      const name = Object.entries(labels)
        .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
        .join(',');
      const lowest = kept.reduce((least, { value }) => Math.min(least, value), Number.POSITIVE_INFINITY);
      return [
        `{${name}} ${level ? `${level.count} samples, lowest ${short(lowest)}, median ${short(level.median)}, highest ${short(level.maximum)}` : 'no samples'}`,
        `  ${points.map(({ at, value }) => `${new Date(at).toISOString().slice(11, 19)} ${short(value)}`).join(', ')}`,
      ];
    });
    return {
      found: true,
      fact: evidence,
      title: `Metric ${metric}`,
      content: { text: [`${series.length} series of ${metric}`, ...lines].join('\n') },
      objects: [],
      hearsay: false,
    };
  },
});

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
