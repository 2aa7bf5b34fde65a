import type { Transcript, TranscriptEntry } from '#domain/transcript.ts';
import { redact } from '#lib/redact.ts';
import { fencedEvidence } from './fence.ts';
import type { LlmFailureKind, LlmReply } from './model.ts';

/** Writes a transcript while a run goes on. */
export interface TranscriptWriter {
  told(kind: 'instructions' | 'message', text: string): void;
  replied(reply: LlmReply, tookMs: number): void;
  answered(results: readonly { readonly id: string; readonly name: string; readonly text: string }[]): void;
  /** Says why the run ended; once, also where the last request said it already. */
  failed(failure: LlmFailureKind | 'budget', why: string): void;
  judged(claims: { readonly made: number; readonly verified: number }, dropped: readonly string[]): void;
  /** What was written so far, within the bound. */
  transcript(): Transcript;
}

const MOST_ENTRIES = 1_000;
const MOST_CALLS = 16;
const ALL_CHARACTERS = 300_000;
const TEXT_CHARACTERS = 32_000;
const LEAST_CHARACTERS = 200;

/** `elapsedMs`: since the beginning of the run. */
export function openTranscript(model: string, startedAt: string, elapsedMs: () => number): TranscriptWriter {
  const entries: TranscriptEntry[] = [];
  const add = (entry: TranscriptEntry) => {
    if (entries.length < MOST_ENTRIES) entries.push(entry);
  };
  const atMs = () => Math.round(elapsedMs());
  return {
    told: (kind, text) => add({ kind, atMs: atMs(), text }),
    replied(reply, tookMs) {
      if (!reply.ok) return add({ kind: 'failure', atMs: atMs(), failure: reply.kind, text: reply.why });
      add({
        kind: 'reply',
        atMs: atMs(),
        tookMs: Math.round(tookMs),
        // The model never saw a secret, but nothing keeps it from writing what looks like one.
        text: redact(reply.text.slice(0, TEXT_CHARACTERS)),
        calls: reply.calls
          .slice(0, MOST_CALLS)
          .map(({ id, name, input }) => ({ id: id.slice(0, 100), name: name.slice(0, 100), input: redact(input.slice(0, TEXT_CHARACTERS)) })),
        inputTokens: reply.tokens?.input ?? null,
        outputTokens: reply.tokens?.output ?? null,
      });
    },
    answered(results) {
      for (const { id, name, text } of results.slice(0, MOST_CALLS)) {
        const evidence = fencedEvidence(text)?.id;
        add({ kind: 'result', atMs: atMs(), call: id.slice(0, 100), tool: name.slice(0, 100), ...(evidence && { evidence }), text });
      }
    },
    failed(failure, why) {
      const last = entries.at(-1);
      if (last?.kind !== 'failure' || last.text !== why) add({ kind: 'failure', atMs: atMs(), failure, text: why });
    },
    judged: ({ made, verified }, dropped) =>
      add({ kind: 'verdict', atMs: atMs(), made, verified, dropped: dropped.slice(0, 50).map((line) => redact(line.slice(0, 500))) }),
    transcript: () => ({ model, startedAt, ...within(entries, ALL_CHARACTERS) }),
  };
}

/** Shortens the longest texts, until all fit. */
function within(entries: readonly TranscriptEntry[], limit: number): Pick<Transcript, 'entries' | 'leftOut'> {
  const whole = charactersOf(entries);
  for (let each = TEXT_CHARACTERS; ; each /= 2) {
    const kept = entries.map((entry) => shortened(entry, Math.max(LEAST_CHARACTERS, each)));
    const left = charactersOf(kept);
    if (left <= limit || each <= LEAST_CHARACTERS) return { entries: kept, leftOut: Math.max(0, whole - left) };
  }
}

function shortened(entry: TranscriptEntry, characters: number): TranscriptEntry {
  if (entry.kind === 'verdict') return entry;
  const text = cut(entry.text, characters);
  return entry.kind === 'reply' ? { ...entry, text, calls: entry.calls.map((call) => ({ ...call, input: cut(call.input, characters) })) } : { ...entry, text };
}

/** Beginning and end, with a note of what is missing. */
function cut(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const half = Math.floor((characters - 60) / 2);
  return `${text.slice(0, half)}\n... ${text.length - 2 * half} characters left out ...\n${text.slice(-half)}`;
}

function charactersOf(entries: readonly TranscriptEntry[]): number {
  return entries.reduce((sum, entry) => {
    if (entry.kind === 'verdict') return sum + entry.dropped.join('').length;
    return sum + entry.text.length + (entry.kind === 'reply' ? entry.calls.map(({ input }) => input).join('').length : 0);
  }, 0);
}
