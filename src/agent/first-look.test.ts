import { describe, expect, test } from 'vitest';
import { INJECTIONS, PLACES, planted } from '#testing/models/injections.ts';
import { scriptedLlm } from '#testing/models/scripted-llm.ts';
import { limits, shopAlerts, shopAnalysis, shopRun, shopWorld } from '#testing/models/shop-case.ts';
import { askIn, pod } from '#testing/world.ts';
import { firstLook } from './first-look.ts';
import { estimateTokens } from './prices.ts';
import { runAgent } from './run-agent.ts';

const DONE = { text: '{"causes": [], "inconclusive": true}' };

async function startsWith(more: Parameters<typeof shopRun>[1] = {}) {
  const llm = scriptedLlm([DONE]);
  const result = await runAgent(shopRun(llm, { look: firstLook, ...more }));
  const [turn] = llm.requests[0]?.turns ?? [];
  return { text: turn?.role === 'user' ? turn.text : '', result, llm };
}

describe('a first look', () => {
  test('is what is in trouble, as evidence, before the model is asked', async () => {
    const { text, result } = await startsWith();
    expect(text).toContain('E4 pods in shop (of 2, narrowed)');
    expect(text).toContain('server:not-ready,restarts=7,waiting=CrashLoopBackOff');
    expect(text).toContain('Warning BackOff x19');
    expect(text).toContain('called by Deployment shop/checkout (DATABASE_HOST)');
    expect(text).toContain('image: registry.example/checkout:2.4');
    expect(text).not.toContain('hunter2-in-plain');
    expect(result.usage.steps).toBe(1);
  });

  test('stays within the tokens of the digest, whatever there is', async () => {
    const pods = Array.from({ length: 500 }, (_, index) => pod(`web-${index}`, { status: { phase: 'Pending' } }));
    const { text } = await startsWith({ world: { ...shopWorld, pods } });
    expect(estimateTokens(text)).toBeLessThanOrEqual(8_000);
    expect(text).toContain('characters left out');
  });

  test('is not taken where the rules are certain', async () => {
    const [cause] = [{ confidence: 'certain' }];
    expect(await firstLook({ ...shopAnalysis, root_causes: [cause] } as never, shopAlerts, askIn(shopWorld))).toEqual([]);
  });

  test('that finds nobody to answer costs the model nothing but the attempt', async () => {
    const { text, result } = await startsWith({
      world: { gaps: { pods: 'forbidden', events: 'forbidden', services: 'forbidden', nodes: 'forbidden', resourcequotas: 'forbidden' } },
    });
    expect(text).toContain('This proves nothing');
    expect(result.analysis?.mode).toBe('rules+llm');
  });

  test('that hangs leaves the model its time', async () => {
    const { result } = await startsWith({ ask: (() => new Promise(() => undefined)) as never, limits: { ...limits, seconds: 1 } });
    expect(result.analysis?.mode).toBe('rules+llm');
  });

  test.each(PLACES)('keeps what is planted in the %s within the fences', async (place) => {
    for (const { planted: text } of INJECTIONS) {
      const { world, analysis, alerts } = planted(text, place);
      const outside = (await startsWith({ world, analysis, alerts })).text.replaceAll(/<<<DATA q7Zk2 [^\n]*\n[\s\S]*?\n>>>END q7Zk2/g, '[data]');
      for (const line of text.split('\n').filter((one) => one.trim().length > 12)) expect(outside).not.toContain(line.trim());
    }
  });

  test('is not asked for again', async () => {
    const llm = scriptedLlm([{ calls: [{ name: 'events', input: { namespace: 'shop', only_warnings: true } }] }, DONE]);
    await runAgent(shopRun(llm, { look: firstLook }));
    const turn = llm.requests[1]?.turns.at(-1);
    expect(turn?.role === 'tools' && turn.results[0]?.text).toContain('Asked before: see E5');
  });
});
