import { z } from 'zod';
import type { LogLines } from '#domain/question.ts';

const MAX_LINE_CHARS = 64 * 1024;

const streamsSchema = z.object({
  status: z.literal('success'),
  data: z.object({ resultType: z.literal('streams'), result: z.array(z.object({ values: z.array(z.unknown()) })) }),
});

/**
 * The newest lines out of an answer of Loki's `query_range`, all streams (stdout, stderr) merged, oldest first. At most `maxLines`, and together at most
 * `maxChars`. undefined when the answer is something else.
 */
export function readStreams(json: unknown, { maxLines, maxChars }: { readonly maxLines: number; readonly maxChars: number }): LogLines | undefined {
  const parsed = streamsSchema.safeParse(json).data;
  if (!parsed) return undefined;
  const entries = parsed.data.result
    .flatMap(({ values }) => values)
    .filter(isEntry)
    .sort((left, right) => compareNanoseconds(right[0], left[0]));
  const lines: { at: string | null; text: string }[] = [];
  let chars = 0;
  for (const [nanoseconds, text] of entries) {
    chars += Math.min(text.length, MAX_LINE_CHARS);
    if (lines.length >= maxLines || chars > maxChars) break;
    lines.push({ at: timeOf(nanoseconds), text: text.slice(0, MAX_LINE_CHARS).replace(/\r?\n$/, '') });
  }
  return { lines: lines.reverse(), truncated: lines.length < entries.length };
}

/** Time in nanoseconds and line; structured metadata may follow. */
function isEntry(value: unknown): value is readonly [string, string, ...unknown[]] {
  return Array.isArray(value) && typeof value[0] === 'string' && /^\d{1,20}$/.test(value[0]) && typeof value[1] === 'string';
}

/** As numbers they would lose their last digits. */
function compareNanoseconds(left: string, right: string): number {
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}

function timeOf(nanoseconds: string): string | null {
  const date = new Date(Number(nanoseconds.slice(0, -6)));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
