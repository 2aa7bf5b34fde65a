import { z } from 'zod';
import type { Series } from '#domain/question.ts';

/** More series than this are cut off: nobody judges by them all, and something asked too widely. */
const MAX_SERIES = 5_000;
const MAX_LABEL_CHARS = 1_000;

const envelopeSchema = z.object({
  status: z.enum(['success', 'error']),
  data: z.unknown().optional(),
  errorType: z.string().max(100).catch('').optional(),
  error: z.string().catch('').optional(),
  warnings: z.array(z.string()).catch([]).nullish(),
  // VictoriaMetrics, where a part of its storage did not answer: https://docs.victoriametrics.com/victoriametrics/cluster-victoriametrics/#cluster-availability
  isPartial: z.boolean().catch(false).optional(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** What every answer of the API is wrapped in; undefined when it is something else. */
export function readEnvelope(json: unknown): Envelope | undefined {
  return envelopeSchema.safeParse(json).data;
}

const resultSchema = z.object({ resultType: z.enum(['matrix', 'vector', 'scalar', 'string']), result: z.array(z.unknown()) });

/**
 * Series out of the data of a query, labels without `__name__`, samples ascending and finite: NaN and infinities are dropped. A vector or scalar has
 * one sample each. undefined when the data is no such result; malformed series are left out.
 */
export function readSeries(data: unknown): readonly Series[] | undefined {
  const parsed = resultSchema.safeParse(data).data;
  if (!parsed || parsed.resultType === 'string') return undefined;
  if (parsed.resultType === 'scalar') return [{ labels: {}, samples: samplesIn([parsed.result]) }];
  return parsed.result.slice(0, MAX_SERIES).flatMap((item) => {
    if (!isRecord(item) || !isRecord(item['metric'])) return [];
    const values = parsed.resultType === 'matrix' ? item['values'] : [item['value']];
    return Array.isArray(values) ? [{ labels: labelsIn(item['metric']), samples: samplesIn(values) }] : [];
  });
}

/** By hand, not by schema: an answer may hold a million samples. */
function samplesIn(values: readonly unknown[]): Series['samples'] {
  const samples: { at: number; value: number }[] = [];
  let ordered = true;
  for (const pair of values) {
    if (!Array.isArray(pair)) continue;
    const at = Math.round(Number(pair[0]) * 1000);
    const value = typeof pair[1] === 'string' && pair[1] !== '' ? Number(pair[1]) : Number.NaN;
    if (!Number.isFinite(at) || !Number.isFinite(value)) continue;
    ordered &&= at > (samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY);
    samples.push({ at, value });
  }
  return ordered ? samples : samples.sort((left, right) => left.at - right.at);
}

function labelsIn(metric: Readonly<Record<string, unknown>>): Series['labels'] {
  const labels = Object.entries(metric).filter(([name, value]) => name !== '__name__' && typeof value === 'string');
  return Object.fromEntries(labels.map(([name, value]) => [name, String(value).slice(0, MAX_LABEL_CHARS)]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
