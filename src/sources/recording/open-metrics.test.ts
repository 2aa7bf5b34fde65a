import { expect, test } from 'vitest';
import type { SeriesQuestion } from '#domain/question.ts';
import { indexMetrics, selectSeries } from './open-metrics.ts';

const TEXT = `# HELP up whether
# TYPE up gauge
up{job="a",path="C:\\\\x \\"q\\"\\n"} 1 1000
up{job="b"} 0 1000
up{job="b"} 1 1030.5
up{job="b"} NaN 1060
up{job="b"} +Inf 1090
# TYPE requests counter
requests_total{job="a"} 5 1000
bare 7 1000
untimed{job="a"} 5
half{job="a" 5 1000
# EOF
`;
const index = indexMetrics(TEXT);
const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const question = (metric: string, rest: Partial<SeriesQuestion> = {}): SeriesQuestion => ({
  about: 'series',
  topic: 'metrics',
  metric,
  matchers: [],
  from: at(0),
  to: at(9999),
  stepSeconds: 1,
  ...rest,
});
const jobs = (op: SeriesQuestion['matchers'][number]['op'], value: string, label = 'job') =>
  selectSeries(index, question('up', { matchers: [{ label, op, value }] })).map(({ labels }) => labels['job']);

test('samples by name, with their labels, without NaN', () => {
  expect(selectSeries(index, question('up'))).toEqual([
    { labels: { job: 'a', path: 'C:\\x "q"\n' }, samples: [{ at: 1_000_000, value: 1 }] },
    {
      labels: { job: 'b' },
      samples: [
        { at: 1_000_000, value: 0 },
        { at: 1_030_500, value: 1 },
        { at: 1_090_000, value: Number.POSITIVE_INFINITY },
      ],
    },
  ]);
  expect(selectSeries(index, question('bare'))).toEqual([{ labels: {}, samples: [{ at: 1_000_000, value: 7 }] }]);
});

test('a counter is known by the name of its samples', () => {
  expect(selectSeries(index, question('requests_total'))).toHaveLength(1);
  expect(selectSeries(index, question('requests'))).toEqual([]);
});

test('lines without a time, or that are none, are left out', () => {
  expect(selectSeries(index, question('untimed'))).toEqual([]);
  expect(selectSeries(index, question('half'))).toEqual([]);
});

test('matchers, anchored, a missing label being empty', () => {
  expect([jobs('=', 'a'), jobs('!=', 'a'), jobs('=~', 'a|b'), jobs('=~', '.'), jobs('!~', 'a.*')]).toEqual([['a'], ['b'], ['a', 'b'], ['a', 'b'], ['b']]);
  expect(jobs('=~', '')).toEqual([]);
  expect(jobs('=', '', 'path')).toEqual(['b']);
  expect(() => jobs('=~', '(')).toThrow(SyntaxError);
});

test('only samples within the range, the last of each step', () => {
  const times = (rest: Partial<SeriesQuestion>) =>
    selectSeries(index, question('up', rest)).flatMap(({ samples }) => samples.map((sample) => sample.at / 1000));
  expect(times({ from: at(1001), to: at(1080) })).toEqual([1030.5]);
  expect(times({ from: at(1000), stepSeconds: 60 })).toEqual([1000, 1030.5, 1090]);
  expect(times({ from: at(1000), stepSeconds: 0 })).toEqual([1000, 1000, 1030.5, 1090]);
});

test('a line that is one long word is read as quickly as any other', () => {
  const word = 'x'.repeat(1_000_000);
  const began = performance.now();
  expect(indexMetrics(`up{${word}} 1 1\nup{${word}="1"} 1 1`).get('up')).toHaveLength(2);
  expect(performance.now() - began).toBeLessThan(1_000);
});
