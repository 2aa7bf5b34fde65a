import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, jsonSchema, type ToolSet, tool } from 'ai';
import { createAgent } from '#agent/agent.ts';
import { type ModelOptions, modelOptions } from '#agent/options.ts';
import type { Transcript } from '#domain/transcript.ts';
import { queryFor } from '#report/kubectl.ts';
import { plainFields } from '#report/plain-fields.ts';
import { type ServerLine, startModelServer } from '#testing/models/model-server.ts';
import { honest, LOOK, shopAlerts, shopAnalysis, shopWorld } from '#testing/models/shop-case.ts';
import { askIn } from '#testing/world.ts';
import { median } from './statistics.ts';

/**
 * What our loop costs besides the model: `npm run bench:agent`. The same five steps with the same texts over HTTP against the same scripted server, by our
 * agent (redaction, evidence, bounds, verification, report) and by the SDK's own loop; medians of many runs, in turn. Exit code 1 when a figure is worse than it must be.
 */
const MUST_MS = 10;
const ROUNDS = 60;
const WARM_UP = 15;

const script: readonly ServerLine[] = [
  { calls: LOOK },
  { calls: [{ name: 'events', input: { namespace: 'shop' } }] },
  { calls: [{ name: 'list_objects', input: { kind: 'nodes' } }] },
  { calls: [{ name: 'search_evidence', input: { evidence: 'E5', text: 'refused' } }] },
  { text: JSON.stringify(honest) },
];
const steps = script.length;
const defaults = Object.fromEntries(Object.entries(modelOptions).map(([name, { schema, default: text }]) => [name, schema.parse(text)])) as ModelOptions;

const first = await ours();
const specs = first.tools as readonly { readonly function: { readonly name: string; readonly description: string; readonly parameters: object } }[];
const times = { ours: [] as number[], bare: [] as number[] };
for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
  const mine = (await ours()).ms;
  const bare = await theirs(first.transcript);
  if (round < WARM_UP) continue;
  times.ours.push(mine);
  times.bare.push(bare);
}

const [mine, bare] = [median(times.ours), median(times.bare)];
const overhead = (mine - bare) / steps;
console.log(`median of ${ROUNDS} runs of ${steps} steps                 a run     a step`);
console.log(`our agent                                ${cell(mine)}${cell(mine / steps)}`);
console.log(`the SDK's own loop, same texts           ${cell(bare)}${cell(bare / steps)}`);
console.log(`our overhead                             ${cell(mine - bare)}${cell(overhead)}   must be less than ${MUST_MS} ms a step`);
if (overhead >= MUST_MS) process.exitCode = 1;

async function ours(): Promise<{ readonly ms: number; readonly transcript: Transcript; readonly tools: unknown }> {
  const server = await startModelServer('chat', script);
  const agent = createAgent({
    options: { ...defaults, firstLook: false, model: 'test-model', apiBase: server.baseUrl, openaiKey: 'right-key' },
    fetch,
    clock: () => new Date('2026-03-01T12:00:00Z'),
    stopwatch: () => performance.now(),
    pause: async () => undefined,
    newMark: () => 'q7Zk2',
    query: queryFor,
    plainFields,
  });
  const began = performance.now();
  const outcome = await agent?.investigate({
    analysis: shopAnalysis,
    alerts: shopAlerts,
    severity: 'warning',
    ask: askIn(shopWorld),
    step: () => undefined,
    signal: new AbortController().signal,
  });
  const ms = performance.now() - began;
  await server.close();
  if (outcome?.did !== 'answer') throw new Error('The agent did not answer.');
  return { ms, transcript: outcome.result.transcript, tools: server.requests[0]?.body['tools'] };
}

async function theirs({ entries }: Transcript): Promise<number> {
  const server = await startModelServer('chat', script);
  const said = (kind: 'instructions' | 'message') => entries.flatMap((entry) => (entry.kind === kind ? [entry.text] : []))[0] ?? '';
  const told = new Map(entries.flatMap((entry) => (entry.kind === 'result' ? [[entry.tool, entry.text] as const] : [])));
  const tools: ToolSet = Object.fromEntries(
    specs.map(({ function: { name, description, parameters } }) => [
      name,
      tool({ description, inputSchema: jsonSchema(parameters), execute: async () => told.get(name) ?? '' }),
    ]),
  );
  const provider = createOpenAICompatible({ name: 'bare', baseURL: server.baseUrl, apiKey: 'right-key' });
  const began = performance.now();
  const { steps: made } = await generateText({
    model: provider.chatModel('test-model'),
    system: said('instructions'),
    prompt: said('message'),
    tools,
    stopWhen: isStepCount(steps),
  });
  const ms = performance.now() - began;
  await server.close();
  if (made.length !== steps) throw new Error(`The SDK's loop made ${made.length} steps.`);
  return ms;
}

function cell(ms: number): string {
  return `${ms.toFixed(2)} ms`.padStart(11);
}
