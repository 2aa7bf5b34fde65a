import { afterEach, describe, expect, it } from 'vitest';
import { createAgent } from '#agent/agent.ts';
import { type ModelOptions, modelOptions } from '#agent/options.ts';
import { type TracingOptions, tracingOptions } from '#agent/tracing/options.ts';
import { createOtlpTracer } from '#agent/tracing/otlp-tracer.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '#testing/models/otlp-receiver.ts';
import { type Line, scriptedLlm } from '#testing/models/scripted-llm.ts';
import { honest, LOOK, shopRun } from '#testing/models/shop-case.ts';

const receivers: OtlpReceiver[] = [];
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((one) => one.close()));
});

const model = Object.fromEntries(Object.entries(modelOptions).map(([name, { schema, default: text }]) => [name, schema.parse(text)])) as ModelOptions;
const tracing = Object.fromEntries(Object.entries(tracingOptions).map(([name, { schema, default: text }]) => [name, schema.parse(text)])) as TracingOptions;

const ANSWER: Line = { text: JSON.stringify(honest) };

async function receiver(status?: number): Promise<OtlpReceiver> {
  const one = await startOtlpReceiver(status);
  receivers.push(one);
  return one;
}

/** One run over the shop, traced as the settings say; everything is sent when it returns. */
async function traced(script: readonly Line[], options: Partial<TracingOptions>): Promise<{ readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const llm = scriptedLlm(script);
  const run = shopRun(llm);
  const agent = createAgent({
    ...run,
    options: { ...model, firstLook: false, prices: { 'scripted/model': { input: 1, output: 1 } } },
    fetch,
    newMark: () => 'q7Zk2',
    llm,
    loadTracer: async () => createOtlpTracer({ options: { ...tracing, ...options }, version: '1.2.3', onProblem: (why) => problems.push(why) }),
  });
  await agent?.investigate({ ...run, severity: 'warning', investigation: '0199-investigation' });
  await agent?.close();
  return { problems };
}

const named = (spans: readonly ReceivedSpan[], start: string) => spans.filter(({ name }) => name.startsWith(start));

describe('traces of a run', () => {
  it('are one trace by the conventions: the agent, its requests, its tools, with what they used', async () => {
    const { url, spans, requests, services } = await receiver();
    await traced([{ calls: LOOK }, ANSWER], { endpoint: url, headers: { 'x-tenant': 'sre' } });
    expect(requests[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-tenant': 'sre' } });
    expect([...services]).toEqual(['oncallm']);
    const [agent] = named(spans, 'invoke_agent');
    expect(agent).toMatchObject({
      name: 'invoke_agent investigator',
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.provider.name': 'scripted',
        'gen_ai.request.model': 'model',
        'gen_ai.conversation.id': '0199-investigation',
        'gen_ai.usage.input_tokens': 2_000,
        'gen_ai.usage.output_tokens': 200,
        'oncallm.steps': 2,
      },
      failed: false,
    });
    expect(agent?.attributes['gen_ai.usage.cost']).toBeCloseTo(0.0022);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const parts = spans.filter((span) => span !== agent);
    expect(new Set(parts.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([agent?.spanId]));
    expect(named(spans, 'chat model').map(({ attributes }) => attributes['gen_ai.response.finish_reasons'])).toEqual([['tool_calls'], ['stop']]);
    expect(named(spans, 'chat model')[0]?.attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 1_000, 'gen_ai.usage.output_tokens': 100 });
    expect(named(spans, 'execute_tool').map(({ name }) => name)).toEqual([
      'execute_tool list_objects',
      'execute_tool read_log',
      'execute_tool describe_object',
    ]);
  });

  it('hold no contents unless the settings say so', async () => {
    const { url, spans } = await receiver();
    await traced([{ calls: LOOK }, ANSWER], { endpoint: url });
    const text = JSON.stringify(spans);
    for (const content of ['checkout', 'connection refused', 'KubePodCrashLooping', 'investigator of OnCallM']) expect(text).not.toContain(content);
  });

  it('hold them where the settings do, without the secrets', async () => {
    const { url, spans } = await receiver();
    await traced([{ calls: LOOK }, ANSWER], { endpoint: url, contents: true });
    const text = JSON.stringify(spans);
    for (const content of ['checkout', 'connection refused', 'KubePodCrashLooping', 'investigator of OnCallM']) expect(text).toContain(content);
    for (const secret of ['hunter2-in-plain', 'mail-s3cret', 'ghp_a1B2', 'jane.doe@example.com']) expect(text).not.toContain(secret);
    const messages = JSON.parse(String(named(spans, 'chat')[1]?.attributes['gen_ai.input.messages'])) as { role: string }[];
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  });

  it('say how a run failed', async () => {
    const { url, spans } = await receiver();
    await traced([{ calls: [{ name: 'run_shell', input: {} }] }, { fails: 'refused' }], { endpoint: url });
    expect(named(spans, 'invoke_agent')[0]).toMatchObject({ failed: true, attributes: { 'error.type': 'refused' } });
    expect(named(spans, 'chat')[1]).toMatchObject({ failed: true, attributes: { 'error.type': 'refused' } });
    expect(named(spans, 'execute_tool run_shell')[0]).toMatchObject({ failed: true });
  });

  it('go to Langfuse with its keys, and to a collector at the same time', async () => {
    const langfuse = await receiver();
    const collector = await receiver();
    await traced([ANSWER], { langfuseHost: langfuse.url, langfusePublicKey: 'pk-1', langfuseSecretKey: 'sk-2', tracesEndpoint: `${collector.url}/otlp` });
    expect(langfuse.requests[0]).toMatchObject({
      path: '/api/public/otel/v1/traces',
      headers: { authorization: `Basic ${Buffer.from('pk-1:sk-2').toString('base64')}` },
    });
    expect(collector.requests[0]).toMatchObject({ path: '/otlp' });
    expect(collector.requests[0]?.headers.authorization).toBeUndefined();
    expect(langfuse.spans).toHaveLength(collector.spans.length);
  });

  it('that cannot be delivered are told once, and cost the run nothing', async () => {
    const { url } = await receiver(400);
    const began = performance.now();
    const { problems } = await traced([{ calls: LOOK }, ANSWER], { endpoint: url });
    expect(problems).toEqual([expect.stringContaining(new URL(url).host)]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
