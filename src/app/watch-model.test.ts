import { expect, test } from 'vitest';
import type { LlmProbe } from '#agent/model.ts';
import { watchModel } from './watch-model.ts';

test('the log is told when a model cannot be asked, once, and when it can again', async () => {
  const wrong: LlmProbe = { state: 'disconnected', kind: 'wrong-model', detail: 'x/y: no such model. Known are a, b.', fix: 'Correct LLM_MODEL.' };
  const fine: LlmProbe = { state: 'connected', detail: 'x/y answers' };
  const half: LlmProbe = { ...fine, attention: { detail: 'LLM_FAST_MODEL x/z: no such model.', fix: 'Correct it.' } };
  const probes = [fine, wrong, wrong, half, fine, fine];
  const lines: string[] = [];
  const note = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const agent = watchModel({ model: 'x/y', refresh: async (_signal: AbortSignal) => probes.shift() ?? fine }, { info: note('info'), warn: note('warn') });
  for (let count = 0; count < 6; count += 1) await agent.refresh(new AbortController().signal);
  expect(lines).toEqual([
    expect.stringMatching(/^warn The model cannot be asked.*Known are a, b\..*Correct LLM_MODEL/),
    expect.stringMatching(/^warn The fast model cannot be asked.*x\/z/),
    expect.stringMatching(/^info The model can be asked/),
  ]);
});
