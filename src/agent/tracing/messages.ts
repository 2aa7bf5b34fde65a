import { redact } from '#lib/redact.ts';
import type { LlmReply, LlmTurn } from '../model.ts';

/** Turns as the conventions write messages; what is sent to the model holds no secret any more. https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ */
export function inputMessages(turns: readonly LlmTurn[]): string {
  return JSON.stringify(turns.map(messageOf));
}

/** The same for what the model wrote. */
export function outputMessages(reply: Extract<LlmReply, { readonly ok: true }>): string {
  return JSON.stringify([{ role: 'assistant', parts: partsOf(reply), finish_reason: reply.cut ? 'length' : 'stop' }]);
}

/** The model never saw a secret, but nothing keeps it from writing what looks like one. */
function partsOf({ text, calls }: Pick<Extract<LlmReply, { readonly ok: true }>, 'text' | 'calls'>) {
  return [
    ...(text ? [{ type: 'text', content: redact(text) }] : []),
    ...calls.map(({ id, name, input }) => ({ type: 'tool_call', id, name, arguments: redact(input) })),
  ];
}

function messageOf(turn: LlmTurn): unknown {
  switch (turn.role) {
    case 'user':
      return { role: 'user', parts: [{ type: 'text', content: turn.text }] };
    case 'assistant':
      return { role: 'assistant', parts: partsOf(turn) };
    case 'tools':
      return { role: 'tool', parts: turn.results.map(({ id, text }) => ({ type: 'tool_call_response', id, response: text })) };
  }
}
