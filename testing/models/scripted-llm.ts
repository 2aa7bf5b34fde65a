import type { Llm, LlmFailureKind, LlmRequest, LlmTokens, LlmToolCall } from '#agent/model.ts';

/** One reply of a scripted model: what it says, which tools it calls, or how it fails. */
export type Line =
  | { readonly text: string; readonly cut?: boolean; readonly tokens?: LlmTokens | null }
  | { readonly calls: readonly { readonly name: string; readonly input: unknown }[]; readonly tokens?: LlmTokens | null }
  | { readonly fails: LlmFailureKind; readonly why?: string }
  | { readonly hangs: true };

export type Script = readonly Line[] | ((request: LlmRequest, index: number) => Line);

/** A model that says what the script says, and keeps what it was asked. The last line of a list repeats. */
export function scriptedLlm(script: Script): Llm & { readonly requests: LlmRequest[] } {
  const requests: LlmRequest[] = [];
  return {
    name: 'scripted/model',
    provider: 'scripted',
    model: 'model',
    requests,
    async complete(request, signal) {
      const index = requests.push(request) - 1;
      const line = typeof script === 'function' ? script(request, index) : (script[Math.min(index, script.length - 1)] as Line);
      if ('hangs' in line) {
        const { promise, resolve } = Promise.withResolvers<void>();
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
        await promise;
        return { ok: false, kind: (signal.reason as Error).name === 'TimeoutError' ? 'timeout' : 'cancelled', why: 'scripted/model: no answer in time' };
      }
      if ('fails' in line) return { ok: false, kind: line.fails, why: line.why ?? `scripted/model: ${line.fails}` };
      const calls: readonly LlmToolCall[] =
        'calls' in line
          ? line.calls.map(({ name, input }, at) => ({ id: `call-${index}-${at}`, name, input: typeof input === 'string' ? input : JSON.stringify(input) }))
          : [];
      const text = 'text' in line ? line.text : '';
      return {
        ok: true,
        text,
        calls,
        tokens: line.tokens === undefined ? { input: 1_000, output: 100 } : line.tokens,
        cut: 'cut' in line && line.cut === true,
        echo: { text, calls },
      };
    },
    probe: async () => ({ state: 'connected', detail: 'scripted/model answers' }),
  };
}
