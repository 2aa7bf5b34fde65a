import { describe, expect, test, vi } from 'vitest';
import { type Line, scriptedLlm } from '#testing/models/scripted-llm.ts';
import { honest, LOOK, limits, shopAnalysis, shopRun } from '#testing/models/shop-case.ts';
import { runAgent } from './run-agent.ts';

const ANSWER: Line = { text: JSON.stringify(honest) };

describe('an honest model', () => {
  test('is held to its limits also where its provider counts tokens as no number', async () => {
    const { usage, analysis } = await runAgent(shopRun(scriptedLlm([{ calls: LOOK, tokens: { input: Number.NaN, output: Number.NaN } }, ANSWER])));
    expect(analysis?.mode).toBe('rules+llm');
    expect(usage.inputTokens).toBeGreaterThan(1_000);
    expect(Number.isFinite(usage.outputTokens)).toBe(true);
  });

  test('looks with several tools at once and ends in a verified report', async () => {
    const llm = scriptedLlm([{ calls: LOOK }, ANSWER]);
    const said: string[] = [];
    const { analysis, problem, usage, claims, dropped } = await runAgent(shopRun(llm, { step: (line) => said.push(line) }));
    expect(problem).toBeUndefined();
    expect(dropped).toEqual([]);
    expect(analysis?.mode).toBe('rules+llm');
    expect(analysis?.root_causes[0]).toMatchObject({
      rank: 1,
      code: 'DependencyWrongPort',
      confidence: 'likely',
      subject: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
      evidence: ['E5', 'E4', 'E6'],
    });
    expect(analysis?.inconclusive).toBe(false);
    expect(analysis?.summary).toContain('Most likely: Container server of checkout connects to orders-db');
    expect(analysis?.root_cause).toContain('5433');
    expect(analysis?.evidence.map(({ id }) => id)).toEqual(['E1', 'E2', 'E5', 'E4', 'E6']);
    expect(analysis?.evidence.find(({ id }) => id === 'E5')).toMatchObject({ source: 'logs', query: expect.stringContaining('--previous') });
    expect(analysis?.actions.map(({ command, risk }) => [command, risk])).toContainEqual(['kubectl -n shop edit configmap checkout-config', 'medium']);
    expect(analysis?.usage.llm).toMatchObject({ model: 'scripted/model', steps: 2, input_tokens: 2_000, output_tokens: 200 });
    expect(usage.steps).toBe(2);
    expect(claims.verified).toBe(claims.made);
    expect(said).toContain('Reading the previous log of pod shop/checkout-6d9f7c5b48-x2vlq, which E1 names');
  });

  test('secrets neither leave the process nor reach the report; mail comes back on it', async () => {
    const answer = structuredClone(honest);
    answer.causes[0]?.reasons.push({ evidence: 'E5', quote: 'user=⟦EMAIL-1⟧', statement: 'The user is ⟦EMAIL-1⟧.' });
    const llm = scriptedLlm([
      { calls: [...LOOK, { name: 'describe_object', input: { kind: 'Pod', namespace: 'shop', name: 'checkout-6d9f7c5b48-x2vlq' } }] },
      { text: JSON.stringify(answer) },
    ]);
    const { analysis, redactions } = await runAgent(shopRun(llm));
    const sent = JSON.stringify(llm.requests);
    for (const secret of ['hunter2-in-plain', 'mail-s3cret', 'ghp_a1B2', 'jane.doe@example.com']) expect(sent).not.toContain(secret);
    const report = JSON.stringify(analysis);
    for (const secret of ['hunter2-in-plain', 'mail-s3cret', 'ghp_a1B2', '⟦']) expect(report).not.toContain(secret);
    expect(report).toContain('jane.doe@example.com');
    expect(redactions).toMatchObject({ SECRET: 3, EMAIL: 1 });
  });

  test('that finds nothing leaves the rules as they were', async () => {
    const { analysis } = await runAgent(shopRun(scriptedLlm([{ text: '{"causes": [], "inconclusive": true}' }])));
    expect(analysis).toMatchObject({ mode: 'rules+llm', inconclusive: true, root_causes: [], summary: shopAnalysis.summary });
  });

  test('the same call again is answered from the record', async () => {
    const llm = scriptedLlm([
      { calls: [LOOK[0]] },
      { calls: [{ name: 'list_objects', input: { namespace: 'shop', kind: 'pods' } }] },
      { text: '{"causes":[],"inconclusive":true}' },
    ]);
    await runAgent(shopRun(llm));
    const last = llm.requests[2]?.turns.at(-1);
    expect(last).toMatchObject({ role: 'tools', results: [{ text: expect.stringContaining('see E4') }] });
  });
});

describe('bounds', () => {
  const curious = scriptedCurious();
  test('the last step cannot call tools and must answer', async () => {
    const llm = curious();
    const { analysis, usage } = await runAgent(shopRun(llm, { limits: { ...limits, steps: 3 } }));
    expect(analysis?.mode).toBe('rules+llm');
    expect(usage.steps).toBe(3);
    expect(llm.requests.map(({ mayCallTools }) => mayCallTools)).toEqual([true, true, false]);
    expect(llm.requests[2]?.answerSchema).toBeDefined();
  });

  test('tokens: it concludes before they are gone', async () => {
    const llm = curious();
    const { analysis, usage } = await runAgent(shopRun(llm, { limits: { ...limits, tokens: 20_000 } }));
    expect(analysis?.mode).toBe('rules+llm');
    expect(usage.inputTokens + usage.outputTokens).toBeLessThanOrEqual(20_000);
    expect(usage.steps).toBeGreaterThan(1);
    expect(usage.steps).toBeLessThan(8);
  });

  test('tokens that do not suffice for one request: the rules stand, and it says so', async () => {
    const { analysis, problem, failure } = await runAgent(shopRun(curious(), { limits: { ...limits, tokens: 2_000 } }));
    expect(analysis).toBeUndefined();
    expect(failure).toBe('budget');
    expect(problem).toContain('2000 tokens');
  });

  test('money', async () => {
    const price = { input: 10, output: 10 };
    const { usage, analysis } = await runAgent(shopRun(curious(), { limits: { ...limits, price, costUsd: 0.15 } }));
    expect(analysis?.usage.llm?.cost_usd).toBeGreaterThan(0);
    expect(usage.costUsd).toBeLessThanOrEqual(0.15);
    const { failure } = await runAgent(shopRun(curious(), { limits: { ...limits, price, costUsd: 0.01 } }));
    expect(failure).toBe('budget');
  });

  test('seconds: past most of them it must conclude', async () => {
    let now = 0;
    const llm = curious(() => {
      now += 8_000;
    });
    const { analysis } = await runAgent(shopRun(llm, { stopwatch: () => now }));
    expect(analysis?.mode).toBe('rules+llm');
    expect(llm.requests.map(({ mayCallTools }) => mayCallTools)).toEqual([true, true, false]);
  });

  test('a model that hangs ends at the deadline', async () => {
    const began = performance.now();
    const { problem, failure } = await runAgent(shopRun(scriptedLlm([{ hangs: true }]), { limits: { ...limits, seconds: 0.2 } }));
    expect(failure).toBe('timeout');
    expect(problem).toContain('no answer in time');
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test('a tool that hangs ends at the deadline', async () => {
    const { failure } = await runAgent(
      shopRun(scriptedLlm([{ calls: LOOK }]), { ask: (() => new Promise(() => undefined)) as never, limits: { ...limits, seconds: 0.2 } }),
    );
    expect(failure).toBe('timeout');
  });

  test('the signal ends it', async () => {
    const control = new AbortController();
    const running = runAgent(shopRun(scriptedLlm([{ hangs: true }]), { signal: control.signal }));
    control.abort();
    expect((await running).failure).toBe('cancelled');
  });

  test('a hundred calls at once: eight are made', async () => {
    const calls = Array.from({ length: 100 }, (_, index) => ({ name: 'list_objects', input: { kind: 'pods', namespace: 'shop', name_contains: `x${index}` } }));
    const llm = scriptedLlm([{ calls }, { text: '{"causes":[],"inconclusive":true}' }]);
    await runAgent(shopRun(llm));
    const last = llm.requests[1]?.turns.at(-1);
    expect(last?.role === 'tools' && last.results.filter(({ text }) => text.includes('at once')).length).toBe(92);
  });

  test('our own part of a step takes less than 10 ms', async () => {
    const times: number[] = [];
    for (let round = 0; round < 9; round++) {
      const began = performance.now();
      const { usage } = await runAgent(shopRun(curious()));
      times.push((performance.now() - began) / usage.steps);
    }
    expect(times.toSorted((left, right) => left - right)[4]).toBeLessThan(10);
  });
});

describe('failures', () => {
  test.each(['wrong-key', 'wrong-model', 'quota', 'refused', 'context-overflow', 'timeout'] as const)('%s: one line, no second attempt', async (kind) => {
    const llm = scriptedLlm([{ fails: kind, why: `it was ${kind}` }]);
    const { analysis, problem, failure } = await runAgent(shopRun(llm));
    expect({ analysis, problem, failure }).toEqual({ analysis: undefined, problem: `it was ${kind}`, failure: kind });
    expect(llm.requests).toHaveLength(1);
  });

  test.each(['rate-limited', 'server-error', 'no-route'] as const)('%s: tried again after a pause, then given up', async (kind) => {
    const pause = vi.fn(async () => undefined);
    const lasting = scriptedLlm([{ fails: kind }]);
    expect((await runAgent(shopRun(lasting, { pause }))).failure).toBe(kind);
    expect(lasting.requests).toHaveLength(3);
    expect(pause).toHaveBeenCalledTimes(2);
    const passing = scriptedLlm([{ fails: kind }, { calls: LOOK }, ANSWER]);
    expect((await runAgent(shopRun(passing))).analysis?.mode).toBe('rules+llm');
  });

  test('a malformed answer is repaired once', async () => {
    const llm = scriptedLlm([{ calls: LOOK }, { text: 'I think that {"causes": [' }, ANSWER]);
    const { analysis } = await runAgent(shopRun(llm));
    expect(analysis?.root_causes).toHaveLength(1);
    expect(llm.requests[2]?.turns.at(-1)).toMatchObject({ role: 'user', text: expect.stringContaining('cannot be read') });
  });

  test.each([
    ['not JSON', 'The root cause is DNS.'],
    ['the wrong shape', '{"causes": "dns"}'],
    ['a list', '[1, 2]'],
    ['nothing', ''],
    ['something else', '{"hello": "world"}'],
  ])('%s, twice: the rules stand', async (_, text) => {
    const llm = scriptedLlm([{ text }]);
    const { analysis, failure } = await runAgent(shopRun(llm));
    expect(analysis).toBeUndefined();
    expect(failure).toBe('bad-answer');
    expect(llm.requests).toHaveLength(2);
  });

  test('an invented tool and wrong arguments are told, and nothing is asked', async () => {
    const ask = vi.fn();
    const calls = [
      { name: 'run_shell', input: { command: 'cat /etc/passwd' } },
      { name: 'describe_object', input: { kind: 'Secret', namespace: 'shop', name: 'db' } },
      { name: 'list_objects', input: { kind: 'secrets', namespace: 'shop' } },
      { name: 'read_log', input: '{"namespace": ' },
      { name: 'read_log', input: { namespace: '../../etc', pod: 'x' } },
      { name: 'metric', input: { metric: 'up{}; drop', matchers: [] } },
    ];
    const llm = scriptedLlm([{ calls }, { text: '{"causes":[],"inconclusive":true}' }]);
    await runAgent(shopRun(llm, { ask: ask as never }));
    expect(ask).not.toHaveBeenCalled();
    const last = llm.requests[1]?.turns.at(-1);
    const told = last?.role === 'tools' ? last.results.map(({ text }) => text) : [];
    expect(told[0]).toContain('There is no tool "run_shell"');
    expect(told[1]).toContain('Secrets are never read');
    expect(told[2]).toContain('Secrets are never read');
    expect(told[3]).toContain('arguments are wrong');
  });

  test('what cannot be looked at is no evidence', async () => {
    const llm = scriptedLlm([{ calls: [LOOK[0]] }, { text: '{"causes":[],"inconclusive":true}' }]);
    await runAgent(shopRun(llm, { world: { gaps: { pods: 'forbidden' } } }));
    const last = llm.requests[1]?.turns.at(-1);
    expect(last?.role === 'tools' && last.results[0]?.text).toContain('This proves nothing');
    expect(last?.role === 'tools' && last.results[0]?.text).not.toContain('E4');
  });
});

/** Looks at something else every time, and answers only when it must. */
function scriptedCurious() {
  return (each: () => void = () => undefined) =>
    scriptedLlm(({ mayCallTools }, index) => {
      each();
      return mayCallTools
        ? { calls: [{ name: 'list_objects', input: { kind: 'pods', namespace: 'shop', name_contains: `n${index}` } }], tokens: { input: 3_000, output: 100 } }
        : { text: '{"causes":[],"inconclusive":true}', tokens: { input: 3_000, output: 100 } };
    });
}
