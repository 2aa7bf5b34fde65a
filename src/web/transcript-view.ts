import type { TranscriptEntry } from '#domain/transcript.ts';
import type { FoundTranscript } from './find-transcript.ts';
import type { TranscriptView } from './schemas/transcript.ts';

/** A transcript as the API gives it. */
export function transcriptView({ investigation, question, transcript }: FoundTranscript): TranscriptView {
  return {
    investigation_id: investigation.id,
    question: question ? { id: question.id, question: question.question } : null,
    model: transcript.model,
    started_at: transcript.startedAt,
    entries: transcript.entries.map(entryView),
    left_out: transcript.leftOut,
  };
}

function entryView(entry: TranscriptEntry): TranscriptView['entries'][number] {
  const { atMs, ...rest } = entry;
  const at = { at_ms: atMs };
  switch (rest.kind) {
    case 'reply': {
      const { tookMs, inputTokens, outputTokens, calls, ...reply } = rest;
      const called = calls.map(({ id, name, input }) => ({ id, tool: name, arguments: input }));
      return { ...reply, ...at, took_ms: tookMs, calls: called, input_tokens: inputTokens, output_tokens: outputTokens };
    }
    case 'result':
      return { ...rest, ...at, evidence: rest.evidence ?? null };
    case 'verdict':
      return { ...rest, ...at, dropped: [...rest.dropped] };
    default:
      return { ...rest, ...at };
  }
}
