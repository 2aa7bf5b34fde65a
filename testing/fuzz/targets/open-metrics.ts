import { indexMetrics, selectSeries } from '#sources/recording/open-metrics.ts';
import { recordedClusters } from '../corpus.ts';
import { mutateText } from '../mutate-text.ts';
import { oddString } from '../odd-values.ts';
import { type Target, TooSlow, Violation } from '../target.ts';

const LIMIT_MS = 1_500;
const OPS = ['=', '!=', '=~', '!~'] as const;

/** `metrics.om` of a recording, and questions about it. */
export function createOpenMetricsTarget(): Target {
  const corpus = recordedClusters().flatMap(({ metrics }) => (metrics === '' ? [] : [metrics.slice(0, 60_000)]));
  return {
    name: 'open-metrics',
    share: 90,
    async run(random) {
      const text = mutateText(random.pick(corpus), random, corpus);
      const began = performance.now();
      const index = indexMetrics(text);
      const names = [...index.keys()];
      const question = {
        about: 'series',
        topic: 'metrics',
        metric: names.length > 0 ? random.pick(names) : oddString(random),
        // What is a regular expression comes from rules, never from outside.
        matchers: [{ label: random.pick(['pod', 'namespace', oddString(random)]), op: random.pick(OPS), value: random.pick(['a.*', 'shop', 'x|y', '']) }],
        from: random.pick(['2026-01-01T00:00:00Z', '1970-01-01T00:00:00Z', oddString(random)]),
        to: random.pick(['2027-01-01T00:00:00Z', '9999-01-01T00:00:00Z', oddString(random)]),
        stepSeconds: random.pick([0, 1, 60, -1, 1e9]),
      } as const;
      const found = selectSeries(index, question);
      const took = performance.now() - began;
      if (took > LIMIT_MS) throw new TooSlow(`reading ${text.length} characters of metrics took ${Math.round(took)} ms`, text);
      for (const { samples } of found) {
        if (samples.some(({ at, value }) => !Number.isFinite(at) || Number.isNaN(value))) throw new Violation('a sample is not a number', text);
        if (samples.some(({ at }, position) => at < (samples[position - 1]?.at ?? at))) throw new Violation('samples are not in order', text);
      }
    },
    close: async () => {},
  };
}
