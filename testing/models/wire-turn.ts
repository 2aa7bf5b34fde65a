/** The wire formats that models are spoken to in. */
export type WireFormat = 'chat' | 'responses' | 'anthropic' | 'google' | 'bedrock';

/** A turn of a scripted model. */
export type WireTurn =
  | { readonly text: string }
  | { readonly calls: readonly { readonly name: string; readonly input: unknown }[]; readonly text?: string }
  /** By the filter of the provider; or by the model itself, which then says so (only OpenAI's formats tell the two apart). */
  | { readonly refuses: 'filter' | 'model' };

const DECLINED = "I'm sorry, I cannot assist with that request.";

/** The turn as the server of a provider sends it; `index` counts the requests. */
export function turnOf(format: WireFormat, turn: WireTurn, index: number): unknown {
  const text = 'text' in turn ? (turn.text ?? '') : '';
  const calls = 'calls' in turn ? turn.calls.map((call, at) => ({ ...call, id: `call_${index}_${at}` })) : [];
  const refuses = 'refuses' in turn;
  const declines = refuses && turn.refuses === 'model';
  switch (format) {
    case 'chat':
      return {
        id: `chat-${index}`,
        object: 'chat.completion',
        created: 1_767_225_600,
        model: 'test-model',
        choices: [
          {
            index: 0,
            finish_reason: refuses && !declines ? 'content_filter' : calls.length > 0 ? 'tool_calls' : 'stop',
            message: {
              role: 'assistant',
              content: text || null,
              ...(declines && { refusal: DECLINED }),
              ...(calls.length > 0 && {
                tool_calls: calls.map(({ id, name, input }) => ({ id, type: 'function', function: { name, arguments: argumentsOf(input) } })),
              }),
            },
          },
        ],
        usage: { prompt_tokens: 1_000, completion_tokens: 50, total_tokens: 1_050 },
      };
    case 'responses':
      return {
        id: `resp_${index}`,
        object: 'response',
        created_at: 1_767_225_600,
        status: refuses && !declines ? 'incomplete' : 'completed',
        error: null,
        incomplete_details: refuses && !declines ? { reason: 'content_filter' } : null,
        model: 'test-model',
        output: [
          ...(declines
            ? [{ type: 'message', id: `msg_${index}`, status: 'completed', role: 'assistant', content: [{ type: 'refusal', refusal: DECLINED }] }]
            : []),
          ...(text
            ? [{ type: 'message', id: `msg_${index}`, status: 'completed', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }]
            : []),
          ...calls.map(({ id, name, input }) => ({
            type: 'function_call',
            id: `fc_${id}`,
            call_id: id,
            name,
            arguments: argumentsOf(input),
            status: 'completed',
          })),
        ],
        usage: {
          input_tokens: 1_000,
          output_tokens: 50,
          total_tokens: 1_050,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens_details: { reasoning_tokens: 0 },
        },
      };
    case 'anthropic':
      return {
        id: `msg_${index}`,
        type: 'message',
        role: 'assistant',
        model: 'test-model',
        content: [...(text ? [{ type: 'text', text }] : []), ...calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input }))],
        stop_reason: refuses ? 'refusal' : calls.length > 0 ? 'tool_use' : 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 1_000, output_tokens: 50 },
      };
    case 'google':
      return {
        candidates: [
          {
            content: { role: 'model', parts: [...(text ? [{ text }] : []), ...calls.map(({ name, input }) => ({ functionCall: { name, args: input } }))] },
            finishReason: refuses ? 'SAFETY' : 'STOP',
            index: 0,
          },
        ],
        usageMetadata: { promptTokenCount: 1_000, candidatesTokenCount: 50, totalTokenCount: 1_050 },
      };
    case 'bedrock':
      return {
        output: {
          message: {
            role: 'assistant',
            content: [...(text ? [{ text }] : []), ...calls.map(({ id, name, input }) => ({ toolUse: { toolUseId: id, name, input } }))],
          },
        },
        stopReason: refuses ? 'content_filtered' : calls.length > 0 ? 'tool_use' : 'end_turn',
        usage: { inputTokens: 1_000, outputTokens: 50, totalTokens: 1_050 },
        metrics: { latencyMs: 5 },
      };
  }
}

function argumentsOf(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}

/** The body of an answer that is an error. */
export function errorOf(format: WireFormat, message: string): unknown {
  if (format === 'anthropic') return { type: 'error', error: { type: 'error', message } };
  if (format === 'bedrock') return { message };
  if (format === 'google') return { error: { code: 400, message, status: 'FAILED' } };
  return { error: { message, type: 'error', code: null, param: null } };
}
