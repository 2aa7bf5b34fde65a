import type { Series } from '#domain/question.ts';

/** Combines the series that agree in the labels `by`, instant by instant (of `stepMs`), as `sum by (...)` does. What has no sample at an instant does not count there. */
export function combined(series: readonly Series[], by: readonly string[], how: 'sum' | 'mean' | 'max', stepMs: number): readonly Series[] {
  const groups = Map.groupBy(series, ({ labels }) => JSON.stringify(by.map((label) => labels[label] ?? '')));
  return [...groups.values()].map((group) => ({
    labels: Object.fromEntries(by.flatMap((label) => (group[0]?.labels[label] === undefined ? [] : [[label, group[0].labels[label]]]))),
    samples: [
      ...Map.groupBy(
        group.flatMap(({ samples }) => samples),
        ({ at }) => Math.round(at / stepMs) * stepMs,
      ),
    ]
      .map(([at, samples]) => ({
        at,
        value: oneOf(
          samples.map(({ value }) => value),
          how,
        ),
      }))
      .toSorted((left, right) => left.at - right.at),
  }));
}

function oneOf(values: readonly number[], how: 'sum' | 'mean' | 'max'): number {
  if (how === 'max') return Math.max(...values);
  const sum = values.reduce((total, value) => total + value, 0);
  return how === 'sum' ? sum : sum / values.length;
}
