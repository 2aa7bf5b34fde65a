import type { Usage } from './budget.ts';
import type { Llm, LlmReply, LlmRequest, LlmToolCall } from './model.ts';

/**
 * Where traces of runs go; the implementation is in tracing/. Hears of what happens and changes nothing: must not throw, and must not wait for anybody.
 */
export interface Tracer {
  /** A run begins. `investigation`: its id, where there is one. */
  begin(llm: Pick<Llm, 'provider' | 'model'>, investigation: string | undefined): RunTrace;
  /** Sends what is left; settles within seconds, whatever the other side does. */
  close(): Promise<void>;
}

/** The trace of one run. Whoever begins a part calls what is returned when it ends. */
export interface RunTrace {
  /** A request to a model. */
  chat(llm: Pick<Llm, 'provider' | 'model'>, request: LlmRequest): (reply: LlmReply) => void;
  /** A call of a tool; ended with what the model is told, and when it was known. */
  tool(call: LlmToolCall): (told: string, found: boolean, at: Date) => void;
  /** The run is over. `failure`: why it came to nothing. */
  end(usage: Usage, failure: string | undefined): void;
}

/** For runs that nobody traces. */
export const NO_TRACE: RunTrace = { chat: () => () => undefined, tool: () => () => undefined, end: () => undefined };
