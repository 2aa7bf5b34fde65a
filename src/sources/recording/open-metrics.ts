import type { Series, SeriesQuestion } from '#domain/question.ts';

type Sample = Series['samples'][number];

/** The samples of a recording, by the names the samples bear: of a counter `x` that is `x_total`. */
export type MetricIndex = ReadonlyMap<string, readonly Series[]>;

/** A name begins where no name goes on: else a long run of letters would be read anew from each of them. */
const LABEL = /(?<![a-zA-Z0-9_])([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/**
 * Parses OpenMetrics text with timestamps. Lines that are none, samples without a time and NaN are left out; an infinite value stays.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function indexMetrics(text: string): MetricIndex {
  const byName = new Map<string, Map<string, { labels: Record<string, string>; samples: Sample[] }>>();
  for (const line of text.split('\n')) {
    const found = readSample(line);
    if (!found) continue;
    const ofName = byName.get(found.name) ?? new Map<string, { labels: Record<string, string>; samples: Sample[] }>();
    byName.set(found.name, ofName);
    const series = ofName.get(found.labelText);
    if (series) series.samples.push(found.sample);
    else ofName.set(found.labelText, { labels: readLabels(found.labelText), samples: [found.sample] });
  }
  return new Map([...byName].map(([name, series]) => [name, [...series.values()].map(inOrder)]));
}

function inOrder({ labels, samples }: Series): Series {
  return { labels, samples: samples.toSorted((left, right) => left.at - right.at) };
}

function readSample(line: string): { readonly name: string; readonly labelText: string; readonly sample: Sample } | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const brace = line.indexOf('{');
  const end = brace < 0 ? line.indexOf(' ') : line.lastIndexOf('}');
  if (end < 1) return undefined;
  const [value = '', seconds = ''] = line
    .slice(end + 1)
    .trim()
    .split(/\s+/);
  const sample = { at: Math.round(Number(seconds) * 1000), value: readValue(value) };
  if (seconds === '' || !Number.isFinite(sample.at) || Number.isNaN(sample.value)) return undefined;
  return { name: line.slice(0, brace < 0 ? end : brace), labelText: brace < 0 ? '' : line.slice(brace + 1, end), sample };
}

function readValue(text: string): number {
  if (/^\+?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  return text === '' ? Number.NaN : Number(text);
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, key = '', value = ''] of text.matchAll(LABEL)) {
    labels[key] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}

/**
 * Answers a question from the index: samples within the range at their own times, the last one of each step. Throws a SyntaxError when a
 * matcher is no regular expression.
 */
export function selectSeries(index: MetricIndex, { metric, matchers, from, to, stepSeconds }: SeriesQuestion): readonly Series[] {
  const tests = matchers.map(({ label, op, value }) => {
    const matches = op === '=' || op === '!=' ? (text: string) => text === value : anchored(value);
    // A label that is not there counts as empty, as in Prometheus.
    return (labels: Series['labels']) => matches(labels[label] ?? '') === (op === '=' || op === '=~');
  });
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return (index.get(metric) ?? [])
    .filter(({ labels }) => tests.every((test) => test(labels)))
    .map(({ labels, samples }) => ({ labels, samples: thin(samples, start, end, stepSeconds * 1000) }))
    .filter(({ samples }) => samples.length > 0);
}

function anchored(pattern: string): (text: string) => boolean {
  const expression = new RegExp(`^(?:${pattern})$`, 's');
  return (text) => expression.test(text);
}

function thin(samples: readonly Sample[], start: number, end: number, stepMs: number): readonly Sample[] {
  const within = samples.filter(({ at }) => at >= start && at <= end);
  if (!(stepMs > 0)) return within;
  const stepOf = ({ at }: Sample) => Math.floor((at - start) / stepMs);
  return within.filter((sample, position) => {
    const next = within[position + 1];
    return next === undefined || stepOf(next) !== stepOf(sample);
  });
}
