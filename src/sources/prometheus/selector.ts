import type { SeriesQuestion } from '#domain/question.ts';

const METRIC = /^[A-Za-z_:][A-Za-z0-9_:]*$/;
const LABEL = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The PromQL selector of a question: `up{job="api"}`. Values and unusual names are quoted, so nothing in them can be anything but a value. */
export function selectorOf({ metric, matchers }: Pick<SeriesQuestion, 'metric' | 'matchers'>): string {
  const plain = METRIC.test(metric);
  const parts = matchers.map(({ label, op, value }) => `${LABEL.test(label) ? label : quote(label)}${op}${quote(value)}`);
  // Matching the name as a label also works for names that are not identifiers, and before Prometheus 3.
  const all = plain ? parts : [`__name__=${quote(metric)}`, ...parts];
  return `${plain ? metric : ''}${all.length > 0 ? `{${all.join(',')}}` : ''}`;
}

/** A string literal of PromQL and LogQL (those of Go). Lone surrogates, which are not text, are replaced. */
export function quote(value: string): string {
  return JSON.stringify(value.toWellFormed());
}
