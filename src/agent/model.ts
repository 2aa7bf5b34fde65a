/**
 * The small port behind which every language model stands. One request, one reply: the loop, its bounds, the redaction and the checks are ours
 * (run-agent.ts); an adapter only speaks a wire format (providers/).
 */
export interface Llm {
  /** As shown on reports: `openai/gpt-4.1-mini`. */
  readonly name: string;
  readonly provider: string;
  readonly model: string;
  /** Asks once, without retries. Never rejects: what goes wrong is a reply too. Ends at `signal`. */
  complete(request: LlmRequest, signal: AbortSignal): Promise<LlmReply>;
  /** Cheap check for /health and `oncallm doctor`: tells a wrong key from a wrong model name from no route. Never rejects. */
  probe(signal: AbortSignal): Promise<LlmProbe>;
}

export interface LlmRequest {
  /** What we say; nothing from outside may stand here. */
  readonly instructions: string;
  readonly turns: readonly LlmTurn[];
  readonly tools: readonly LlmToolSpec[];
  /** False: the model must answer now and may call no tool, whatever `tools` describe. */
  readonly mayCallTools: boolean;
  /** JSON Schema of the answer; used where the provider can hold a model to it. */
  readonly answerSchema?: Readonly<Record<string, unknown>> | undefined;
  readonly maxOutputTokens: number;
}

/** One part of a conversation. */
export type LlmTurn =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly LlmToolCall[]; readonly echo: unknown }
  | { readonly role: 'tools'; readonly results: readonly LlmToolResult[] };

export interface LlmToolCall {
  readonly id: string;
  /** As the model wrote it: may name a tool that does not exist. */
  readonly name: string;
  /** As the model wrote it: may not be JSON. */
  readonly input: string;
}

interface LlmToolResult {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

export interface LlmToolSpec {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface LlmTokens {
  readonly input: number;
  readonly output: number;
}

/** Why a request to a model came to nothing. */
export type LlmFailureKind =
  | 'wrong-key'
  | 'wrong-model'
  | 'no-route'
  | 'timeout'
  | 'cancelled'
  | 'rate-limited'
  | 'server-error'
  | 'bad-request'
  | 'context-overflow'
  | 'refused'
  | 'bad-answer'
  | 'quota';

export interface LlmFailure {
  readonly ok: false;
  readonly kind: LlmFailureKind;
  /** One line for a person: what was tried and what came back. Holds no secret. */
  readonly why: string;
  /** How long the provider asks to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

export type LlmReply =
  | {
      readonly ok: true;
      readonly text: string;
      readonly calls: readonly LlmToolCall[];
      /** null where the provider did not say. */
      readonly tokens: LlmTokens | null;
      /** True when the answer was cut off at `maxOutputTokens`. */
      readonly cut: boolean;
      /** Whatever the provider wants to see again in the assistant's turn (signatures of thoughts); opaque. */
      readonly echo: unknown;
    }
  | LlmFailure;

export type LlmProbe =
  | {
      readonly state: 'connected';
      readonly detail: string;
      /** What could be better all the same: the second model cannot be asked. */
      readonly attention?: { readonly detail: string; readonly fix: string } | undefined;
    }
  | { readonly state: 'disconnected'; readonly kind: LlmFailureKind; readonly detail: string; readonly fix: string };
