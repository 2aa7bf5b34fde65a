/**
 * All that was said and done in one run with a model, in its order: plain data of bounded size, to be stored and shown. Holds what left the process, so no
 * secret: placeholders stand for them. Texts come from the cluster and from the model: show them as text, never as markup.
 */
export interface Transcript {
  /** `openai/gpt-4.1-mini`. */
  readonly model: string;
  readonly startedAt: string;
  readonly entries: readonly TranscriptEntry[];
  /** Characters that were left out to keep it within its bound. */
  readonly leftOut: number;
}

/** `atMs`: milliseconds since the beginning of the run. */
export type TranscriptEntry =
  /** What we tell the model: our rules first, then the digest, later at most that it must answer. */
  | { readonly kind: 'instructions' | 'message'; readonly atMs: number; readonly text: string }
  /** What the model wrote and which tools it called; `tokens` are null where the provider did not say. */
  | {
      readonly kind: 'reply';
      readonly atMs: number;
      readonly tookMs: number;
      readonly text: string;
      readonly calls: readonly { readonly id: string; readonly name: string; readonly input: string }[];
      readonly inputTokens: number | null;
      readonly outputTokens: number | null;
    }
  /** What a tool answered; `call` is the id of the call, `evidence` what the answer was recorded as, if it was. */
  | {
      readonly kind: 'result';
      readonly atMs: number;
      readonly call: string;
      readonly tool: string;
      readonly evidence?: string | undefined;
      readonly text: string;
    }
  /** A request that came to nothing, or the bound that ended the run. */
  | { readonly kind: 'failure'; readonly atMs: number /** In a word: `timeout`, `budget`. */; readonly failure: string; readonly text: string }
  /** What the checks made of the answer; `dropped`: what was left out and why. */
  | { readonly kind: 'verdict'; readonly atMs: number; readonly made: number; readonly verified: number; readonly dropped: readonly string[] };
