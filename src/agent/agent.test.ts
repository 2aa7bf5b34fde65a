import { describe, expect, test } from 'vitest';
import { type Script, scriptedLlm } from '#testing/models/scripted-llm.ts';
import { honest, LOOK, shopAlerts, shopAnalysis, shopRun } from '#testing/models/shop-case.ts';
import { createAgent } from './agent.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { compact, sizeOf } from './conversation.ts';
import type { LlmTurn } from './model.ts';
import { type ModelOptions, modelOptions } from './options.ts';
import { estimateTokens, priceOf } from './prices.ts';
import { createSpending } from './spending.ts';
import { createTurns } from './turns.ts';

const defaults = Object.fromEntries(Object.entries(modelOptions).map(([name, { schema, default: text }]) => [name, schema.parse(text)])) as ModelOptions;

function agentWith(script: Script, options: Partial<ModelOptions> = {}) {
  const llm = scriptedLlm(script);
  let nowMs = Date.parse('2026-03-01T12:00:00Z');
  const agent = createAgent({
    ...shopRun(llm),
    options: { ...defaults, firstLook: false, ...options },
    fetch,
    newMark: () => 'q7Zk2',
    clock: () => new Date(nowMs),
    llm,
  });
  if (!agent) throw new Error('no agent');
  const task = { ...shopRun(llm), severity: 'warning' };
  return { llm, agent, task, pass: (ms: number) => (nowMs += ms) };
}

const certain = { ...shopAnalysis, root_causes: [{ confidence: 'certain' }] } as unknown as typeof shopAnalysis;

describe('whether the model is asked', () => {
  test.each<readonly [string, Partial<ModelOptions>, object, boolean]>([
    ['by default', {}, {}, true],
    ['where the rules are certain', {}, { analysis: certain }, false],
    ['where the rules are certain, if so set', { skipCertain: false }, { analysis: certain }, true],
    ['where all is well', {}, { analysis: { ...shopAnalysis, healthy: true } }, false],
    ['for another severity', { severities: ['critical'] }, {}, false],
    ['for its severity', { severities: ['warning'] }, {}, true],
    ['for other labels', { labels: [{ name: 'team', value: 'pay' }] }, {}, false],
    ['for its labels', { labels: [{ name: 'namespace', value: 'shop' }] }, {}, true],
  ])('%s', async (_, options, more, asked) => {
    const { agent, task, llm } = agentWith([{ text: '{"causes":[],"inconclusive":true}' }], options);
    expect(agent.wants({ ...task, ...more })).toBe(asked);
    expect((await agent.investigate({ ...task, ...more })).did).toBe(asked ? 'answer' : 'skip');
    expect(llm.requests.length > 0).toBe(asked);
  });
});

test('without a model there is no agent', () => {
  const { llm: _, ...parts } = shopRun(scriptedLlm([]));
  expect(createAgent({ ...parts, options: defaults, fetch, newMark: () => 'x' })).toBeUndefined();
});

test('a failure leaves the answer of the rules with one line more, and what it cost', async () => {
  const { agent, task } = agentWith([{ calls: LOOK }, { fails: 'refused', why: 'scripted/model: the model refused to answer' }]);
  const outcome = await agent.investigate(task);
  expect(outcome).toMatchObject({
    did: 'fail',
    failure: 'refused',
    analysis: {
      mode: 'rules',
      degraded: [...shopAnalysis.degraded, 'Model scripted/model: the model refused to answer'],
      usage: { llm: { steps: 1, input_tokens: 1_000 } },
    },
  });
});

test('money of the day: when it is used up the model is not asked, until the next day', async () => {
  const { agent, task, llm, pass } = agentWith([{ text: '{"causes":[],"inconclusive":true}', tokens: { input: 300_000, output: 0 } }], {
    prices: { 'scripted/model': { input: 1, output: 1 } },
    maxCostPerDayUsd: 0.25,
  });
  expect((await agent.investigate(task)).did).toBe('answer');
  expect(await agent.spentTodayUsd()).toBeCloseTo(0.3);
  const refused = await agent.investigate(task);
  expect(refused).toMatchObject({ did: 'fail', failure: 'budget' });
  expect(llm.requests).toHaveLength(1);
  pass(24 * 3_600_000);
  expect((await agent.investigate(task)).did).toBe('answer');
});

test('no more runs at once than allowed; who waits too long is told', async () => {
  const { agent, task } = agentWith([{ hangs: true }], { concurrency: 1, timeoutSeconds: 1 });
  const steps: string[] = [];
  const first = agent.investigate(task);
  const second = agent.investigate({ ...task, step: (what) => void steps.push(what) });
  expect(agent.running()).toBe(1);
  expect(steps).toEqual(['Waiting for a turn: scripted/model is busy with 1 other, for at most 1 s']);
  expect(await second).toMatchObject({ did: 'fail' });
  expect(await first).toMatchObject({ did: 'fail', failure: 'timeout' });
  expect(agent.running()).toBe(0);
});

describe('health', () => {
  test('is what the last run or probe saw', async () => {
    const { agent, task } = agentWith([{ fails: 'wrong-key', why: 'refused' }]);
    expect(agent.health().state).toBe('disconnected');
    await agent.refresh(new AbortController().signal);
    expect(agent.health().state).toBe('connected');
    await agent.investigate(task);
    expect(agent.health()).toMatchObject({ state: 'disconnected', detail: 'refused' });
  });

  test('a probe is not repeated while it is fresh', async () => {
    const { agent, llm, pass } = agentWith([]);
    let probes = 0;
    const probe = async () => {
      probes += 1;
      return { state: 'connected', detail: `probe ${probes}` };
    };
    Object.assign(llm, { probe });
    const { signal } = new AbortController();
    await agent.refresh(signal);
    await agent.refresh(signal);
    expect(probes).toBe(1);
    pass(6 * 60_000);
    await agent.refresh(signal);
    expect(probes).toBe(2);
    await agent.refresh(signal, 'now');
    expect(probes).toBe(3);
  });
});

test('the circuit breaker opens after three failures, tries again, and waits longer each time', () => {
  let now = 0;
  const breaker = createCircuitBreaker(() => new Date(now));
  for (let failure = 0; failure < 2; failure++) breaker.failed('server-error', 'it failed');
  expect(breaker.refusal()).toBeUndefined();
  breaker.failed('timeout', 'it failed');
  expect(breaker.refusal()).toContain('it failed; not asked again for 30 s');
  now += 30_000;
  expect(breaker.refusal()).toBeUndefined();
  expect(breaker.refusal()).toBeDefined();
  breaker.failed('server-error', 'still');
  now += 30_000;
  expect(breaker.refusal()).toContain('30 s');
  now += 30_000;
  expect(breaker.refusal()).toBeUndefined();
  breaker.succeeded();
  expect(breaker.refusal()).toBeUndefined();
});

test('an answer that cannot be read says nothing about the provider', () => {
  const breaker = createCircuitBreaker(() => new Date(0));
  for (let failure = 0; failure < 9; failure++) breaker.failed('bad-answer', 'x');
  expect(breaker.refusal()).toBeUndefined();
});

test('spending starts anew every day', async () => {
  let now = '2026-03-01T23:59:00Z';
  const spending = createSpending(() => new Date(now), 10);
  const before = await spending.reserve(4);
  expect(await spending.today()).toBe(4);
  now = '2026-03-02T00:00:00Z';
  expect(await spending.today()).toBe(0);
  expect(await spending.reserve(20)).toMatchObject({ ok: true, usd: 10 });
  // What began yesterday is yesterday's.
  if (before.ok) await before.settle(1);
  expect(await spending.today()).toBe(10);
});

test('runs at the same time set money aside first, and give back what they did not spend', async () => {
  const spending = createSpending(() => new Date(0), 1);
  const [first, second, third] = await Promise.all([spending.reserve(0.6), spending.reserve(0.6), spending.reserve(0.6)]);
  expect([first, second]).toMatchObject([{ usd: 0.6 }, { usd: 0.4 }]);
  expect(third).toMatchObject({ ok: false, why: 'the 1.00 US dollars of today are used up' });
  if (first.ok) await first.settle(0.1);
  expect(await spending.reserve(0.6)).toMatchObject({ ok: true, usd: 0.5 });
});

test('a ledger that cannot be read gives nothing, one that cannot be written keeps what was set aside', async () => {
  const broken = async (): Promise<never> => {
    throw new Error('database closed');
  };
  const reading = createSpending(() => new Date(0), 1, { reserveSpending: broken, correctSpending: broken, spendingOf: broken });
  expect(await reading.reserve(1)).toMatchObject({ ok: false, why: expect.stringContaining('database closed') });
  const writing = createSpending(() => new Date(0), 1, { reserveSpending: async () => 5, correctSpending: broken, spendingOf: async () => 5 });
  const reserved = await writing.reserve(1);
  if (reserved.ok) await reserved.settle(0);
  expect(reserved.ok).toBe(true);
});

test('turns are taken in order and given back once', async () => {
  const turns = createTurns(1);
  const { signal } = new AbortController();
  const first = await turns.take(signal);
  const order: number[] = [];
  const second = turns.take(signal).then((giveBack) => {
    order.push(2);
    return giveBack;
  });
  const third = turns.take(AbortSignal.abort(new Error('gone'))).catch((thrown: Error) => thrown.message);
  first();
  first();
  (await second)();
  expect(await third).toBe('gone');
  expect(order).toEqual([2]);
  expect(turns.taken()).toBe(0);
});

test('compaction shortens the oldest results, never a cited one, the digest or the newest', () => {
  const result = (id: string) => ({ id, name: 'read_log', text: `<<<DATA q7Zk2 ${id} Log\n${'x'.repeat(7_000)}\n>>>END q7Zk2` });
  const turns: readonly LlmTurn[] = [
    { role: 'user', text: 'd'.repeat(3_500) },
    { role: 'assistant', text: '', calls: [], echo: null },
    { role: 'tools', results: [result('E4'), result('E5')] },
    { role: 'assistant', text: 'E4 shows it.', calls: [], echo: null },
    { role: 'tools', results: [result('E6')] },
    { role: 'assistant', text: '', calls: [], echo: null },
    { role: 'tools', results: [result('E7')] },
  ];
  const kept = compact(turns, 5_500);
  const shortened = kept.flatMap((turn) => (turn.role === 'tools' ? turn.results.filter(({ text }) => text.includes('shortened')).map(({ id }) => id) : []));
  expect(shortened).toEqual(['E5', 'E6']);
  expect(sizeOf(kept)).toBeLessThanOrEqual(5_500);
  expect(compact(turns, 100_000)).toBe(turns);
});

test('prices: the longest known name wins, the configured one over all, and local models cost nothing known', () => {
  expect(priceOf('openai', 'gpt-4.1-mini-2025-04-14')).toEqual({ input: 0.4, output: 1.6 });
  expect(priceOf('openai', 'gpt-4.1')).toEqual({ input: 2, output: 8 });
  expect(priceOf('openai', 'gpt-4.1', { 'openai/gpt-4.1': { input: 9, output: 9 } })).toEqual({ input: 9, output: 9 });
  expect(priceOf('bedrock', 'eu.anthropic.claude-sonnet-4-5-v1:0')).toEqual({ input: 3, output: 15 });
  expect(priceOf('openai-compatible', 'gpt-4.1')).toBeUndefined();
});

test('tokens are estimated on the high side', () => {
  expect(estimateTokens('hello world')).toBe(4);
  expect(estimateTokens('忽略之前')).toBe(4);
});

test('the honest answer again, through the agent', async () => {
  const { agent, task } = agentWith([{ calls: LOOK }, { text: JSON.stringify(honest) }]);
  expect(await agent.investigate({ ...task, alerts: shopAlerts })).toMatchObject({
    did: 'answer',
    analysis: { root_causes: [{ code: 'DependencyWrongPort' }] },
  });
  expect(agent.health().state).toBe('connected');
});
