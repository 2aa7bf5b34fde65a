import { afterEach, describe, expect, test } from 'vitest';
import { type Agent, createAgent } from '#agent/agent.ts';
import { type ModelOptions, modelOptions } from '#agent/options.ts';
import { queryFor } from '#report/kubectl.ts';
import { plainFields } from '#report/plain-fields.ts';
import { type ModelServer, type ServerLine, startModelServer, type WireFormat } from '#testing/models/model-server.ts';
import { honest, LOOK, shopAlerts, shopAnalysis, shopWorld } from '#testing/models/shop-case.ts';
import { askIn } from '#testing/world.ts';

const POD = 'checkout-6d9f7c5b48-x2vlq';

const servers: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const defaults = Object.fromEntries(Object.entries(modelOptions).map(([name, { schema, default: text }]) => [name, schema.parse(text)])) as ModelOptions;

interface Provider {
  readonly format: WireFormat;
  readonly options: (base: string) => Partial<ModelOptions>;
  /** The provider's own address, where the settings cannot put another in its place: requests to it are led to the server. */
  readonly address?: string;
  /** Where it is asked, after the server's name. */
  readonly path: string;
}

/** How each wire format is configured. */
const PROVIDERS: Readonly<Record<string, Provider>> = {
  'OpenAI, chat completions': {
    format: 'chat',
    options: () => ({ model: 'openai/test-model', apiStyle: 'chat', openaiKey: 'right-key' }),
    address: 'https://api.openai.com/v1',
    path: '/v1/chat/completions',
  },
  'OpenAI, responses': {
    format: 'responses',
    options: () => ({ model: 'openai/test-model', openaiKey: 'right-key' }),
    address: 'https://api.openai.com/v1',
    path: '/v1/responses',
  },
  'OpenAI-compatible': {
    format: 'chat',
    options: (apiBase) => ({ model: 'test-model', apiBase, openaiKey: 'right-key' }),
    path: '/v1/chat/completions',
  },
  Anthropic: {
    format: 'anthropic',
    options: (apiBase) => ({ model: 'anthropic/test-model', apiBase, anthropicKey: 'right-key' }),
    path: '/v1/messages',
  },
  Google: {
    format: 'google',
    options: (apiBase) => ({ model: 'google/test-model', apiBase, geminiKey: 'right-key' }),
    path: '/v1/models/test-model:generateContent',
  },
  Azure: {
    format: 'responses',
    options: (base) => ({ model: 'azure/test-model', azureBase: base.replace(/\/v1$/, ''), azureKey: 'right-key' }),
    path: '/openai/v1/responses',
  },
  Bedrock: {
    format: 'bedrock',
    options: (base) => ({
      model: 'bedrock/test-model',
      apiBase: base.replace(/\/v1$/, ''),
      awsRegion: 'eu-central-1',
      awsKeyId: 'AKIDEXAMPLE',
      awsSecret: 'right-key',
      awsSession: 'a-session',
    }),
    path: '/model/test-model/converse',
  },
};

/** Other ways to be configured: where they differ, it is in the address and the key. */
const VARIANTS: Readonly<Record<string, Provider>> = {
  'OpenAI-compatible, responses': {
    format: 'responses',
    options: (apiBase) => ({ model: 'test-model', apiBase, apiStyle: 'responses', openaiKey: 'right-key' }),
    path: '/v1/responses',
  },
  'Azure, chat completions': {
    format: 'chat',
    options: (base) => ({ model: 'azure/test-model', azureBase: base.replace(/\/v1$/, ''), apiStyle: 'chat', azureKey: 'right-key' }),
    path: '/openai/v1/chat/completions',
  },
  'Azure, by deployment and version': {
    format: 'chat',
    options: (base) => ({ model: 'azure/test-model', azureBase: base.replace(/\/v1$/, ''), azureVersion: '2024-10-21', azureKey: 'right-key' }),
    path: '/openai/deployments/test-model/chat/completions?api-version=2024-10-21',
  },
  'Bedrock, with a bearer token': {
    format: 'bedrock',
    options: (base) => ({
      model: 'bedrock/test-model',
      apiBase: base.replace(/\/v1$/, ''),
      awsRegion: 'eu-central-1',
      awsBearer: 'right-key',
      awsKeyId: 'not-used',
    }),
    path: '/model/test-model/converse',
  },
};

/** A key that no provider takes. */
const WRONG_KEY: Partial<ModelOptions> = {
  openaiKey: 'wrong',
  anthropicKey: 'wrong',
  geminiKey: 'wrong',
  azureKey: 'wrong',
  awsSecret: 'wrong',
  awsBearer: '',
};

async function start(
  { format, options, address }: Pick<Provider, 'format' | 'options' | 'address'>,
  script: readonly ServerLine[],
  more: Partial<ModelOptions> = {},
): Promise<{ readonly server: ModelServer; readonly agent: Agent }> {
  const server = await startModelServer(format, script);
  servers.push(server);
  return { server, agent: agentOf({ ...options(server.baseUrl), ...more }, ledTo(address, server.baseUrl)) };
}

/** A network in which another address leads to the server. */
function ledTo(address: string | undefined, baseUrl: string): typeof fetch {
  if (address === undefined) return fetch;
  return (input, init) => {
    expect(String(input)).toContain(address);
    return fetch(String(input).replace(address, baseUrl), init);
  };
}

function agentOf(options: Partial<ModelOptions>, network: typeof fetch): Agent {
  const agent = createAgent({
    options: { ...defaults, firstLook: false, timeoutSeconds: 10, ...options },
    fetch: network,
    clock: () => new Date('2026-03-01T12:00:00Z'),
    stopwatch: () => performance.now(),
    pause: async () => undefined,
    newMark: () => crypto.randomUUID().replaceAll('-', ''),
    query: queryFor,
    plainFields,
  });
  if (!agent) throw new Error('No model is configured.');
  return agent;
}

function investigate(agent: Agent, signal = new AbortController().signal) {
  return agent.investigate({ analysis: shopAnalysis, alerts: shopAlerts, severity: 'warning', ask: askIn(shopWorld), step: () => undefined, signal });
}

describe.each(Object.entries({ ...PROVIDERS, ...VARIANTS }))('%s', (_, provider) => {
  const { format, options, path } = provider;
  const five: readonly ServerLine[] = [
    { calls: LOOK },
    {
      calls: [
        { name: 'events', input: { namespace: 'shop' } },
        { name: 'describe_object', input: { kind: 'Pod', namespace: 'shop', name: POD } },
      ],
    },
    { calls: [{ name: 'search_evidence', input: { evidence: 'E5', text: 'refused' } }] },
    {
      calls: [
        { name: 'rollout_changes', input: { namespace: 'shop', deployment: 'checkout' } },
        { name: 'list_objects', input: { kind: 'nodes' } },
      ],
    },
    { text: JSON.stringify(honest) },
  ];

  test('an investigation of five steps with calls at once ends in a verified report', async () => {
    const { server, agent } = await start(provider, five);
    const outcome = await investigate(agent);
    expect(outcome).toMatchObject({ did: 'answer', analysis: { mode: 'rules+llm', root_causes: [{ code: 'DependencyWrongPort', confidence: 'likely' }] } });
    if (outcome.did !== 'answer') return;
    expect(outcome.analysis.usage.llm).toMatchObject({ steps: 5, input_tokens: 5_000, output_tokens: 250 });
    expect(outcome.result.claims.verified).toBe(outcome.result.claims.made);
    expect(server.requests.map((request) => request.path)).toEqual(Array.from({ length: 5 }, () => path));
    if (format === 'responses') expect(server.requests.map(({ body }) => body['store'])).toEqual([false, false, false, false, false]);
    // Every result of the first step came back to the model, and no secret left.
    const sent = JSON.stringify(server.requests.map(({ body }) => body));
    expect(sent).toContain('connection refused');
    expect(sent).toContain('database.port');
    for (const secret of ['hunter2-in-plain', 'mail-s3cret', 'ghp_a1B2', 'jane.doe']) expect(sent).not.toContain(secret);
    expect(agent.health().state).toBe('connected');
  });

  test('at the bound of steps it must answer', async () => {
    const { agent, server } = await start(provider, [{ calls: [LOOK[0]] }, { calls: [LOOK[1]] }, { text: '{"causes": [], "inconclusive": true}' }], {
      maxSteps: 3,
    });
    expect((await investigate(agent)).did).toBe('answer');
    expect(server.requests).toHaveLength(3);
  });

  test('a model that calls tools when it may not is asked for its answer once more', async () => {
    const { agent } = await start(provider, [{ calls: [LOOK[0]] }, { calls: [LOOK[1]] }, { text: '{"causes": [], "inconclusive": true}' }], { maxSteps: 2 });
    expect((await investigate(agent)).did).toBe('answer');
  });

  test('malformed arguments are told to the model', async () => {
    const { agent } = await start(provider, [
      {
        calls: [
          { name: 'read_log', input: format === 'anthropic' || format === 'google' || format === 'bedrock' ? { namespace: 7 } : '{"namespace": ' },
          { name: 'rm', input: {} },
        ],
      },
      { text: '{"causes": [], "inconclusive": true}' },
    ]);
    expect((await investigate(agent)).did).toBe('answer');
  });

  test('the probe tells a right configuration', async () => {
    const { agent } = await start(provider, [{ text: 'ok' }]);
    expect(await agent.refresh(AbortSignal.timeout(5_000))).toMatchObject({ state: 'connected' });
  });

  test('the probe tells a wrong key', async () => {
    const { agent } = await start(provider, [{ text: 'ok' }], WRONG_KEY);
    const probe = await agent.refresh(AbortSignal.timeout(5_000));
    expect(probe).toMatchObject({ state: 'disconnected', kind: 'wrong-key' });
    expect(JSON.stringify(probe)).not.toContain('right-k');
  });

  test('the probe tells a wrong model', async () => {
    const { agent } = await start(provider, [{ text: 'ok' }], { model: (options('').model ?? '').replace('test-model', 'test-modle') });
    const probe = await agent.refresh(AbortSignal.timeout(5_000));
    expect(probe).toMatchObject({ state: 'disconnected', kind: 'wrong-model' });
    // Azure and Bedrock have no list for a key.
    if (!/^(?:azure|bedrock)/.test(options('').model ?? '')) expect(probe.detail).toMatch(/Did you mean test-model\? Known are test-model, other-model\./);
  });

  test('the probe tells no route', async () => {
    expect(await agentOf(options('http://127.0.0.1:9/v1'), ledTo(provider.address, 'http://127.0.0.1:9/v1')).refresh(AbortSignal.timeout(5_000))).toMatchObject(
      { state: 'disconnected', kind: 'no-route' },
    );
  });
});

describe.each(Object.entries(PROVIDERS))('%s: failures leave the answer of the rules, with one line', (_, provider) => {
  test.each<readonly [string, readonly ServerLine[], string | RegExp, string]>([
    ['429', [{ status: 429, headers: { 'retry-after': '1' } }], 'rate-limited', 'too many requests'],
    ['500', [{ status: 500 }], 'server-error', 'the server failed'],
    ['503 with a page', [{ status: 503, body: '<html>down</html>' }], 'server-error', 'the server failed'],
    [
      'no money',
      [
        {
          status: 429,
          body: { error: { message: 'You exceeded your current quota, please check your plan and billing details.', type: 'insufficient_quota' } },
        },
      ],
      'quota',
      'quota',
    ],
    [
      'too long',
      [{ status: 400, body: { error: { message: "This model's maximum context length is 8192 tokens.", type: 'invalid_request_error' } } }],
      'context-overflow',
      'longer than the model',
    ],
    ['a connection that breaks', [{ does: 'reset' }], 'no-route', 'cannot be reached'],
    ['no answer', [{ does: 'hang' }], 'timeout', 'no answer in time'],
    ['an answer that stalls', [{ does: 'stall' }], 'timeout', 'no answer in time'],
    ['an endless answer', [{ does: 'endless' }], 'bad-answer', 'cannot be read'],
    ['no JSON', [{ raw: 'this is not JSON' }], 'bad-answer', 'cannot be read'],
    ['a page', [{ raw: '<html>login</html>', contentType: 'text/html' }], 'bad-answer', 'cannot be read'],
    ['an empty answer', [{ raw: '{}' }], /^(?:bad-answer|server-error)$/, ''],
    ['a refusal by the filter', [{ refuses: 'filter' }], 'refused', 'refused'],
    ['a refusal by the model', [{ refuses: 'model' }], 'refused', 'refused'],
    ['prose instead of JSON', [{ text: 'It is DNS.' }], 'bad-answer', 'cannot be read'],
    ['a redirect to another host', [{ status: 302, headers: { location: 'http://127.0.0.1:9/steal' } }], 'no-route', 'cannot be reached'],
  ])('%s', async (_name, script, failure, words) => {
    const { agent } = await start(provider, script, { timeoutSeconds: 2 });
    const began = performance.now();
    const outcome = await investigate(agent);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(outcome).toMatchObject({ did: 'fail', failure: expect.stringMatching(failure) });
    if (outcome.did !== 'fail') return;
    const { degraded, usage: _usage, ...rest } = outcome.analysis;
    const { degraded: before, usage: _before, ...rules } = shopAnalysis;
    expect(rest).toEqual(rules);
    expect(degraded.slice(0, -1)).toEqual(before);
    expect(degraded.at(-1)).toContain(words);
    expect(degraded.at(-1)).not.toMatch(/\n|right-key/);
  });

  test('a wrong key, once: then the provider is left alone', async () => {
    const { agent, server } = await start(provider, [{ text: 'ok' }], WRONG_KEY);
    expect(await investigate(agent)).toMatchObject({ did: 'fail', failure: 'wrong-key' });
    expect(await investigate(agent)).toMatchObject({ did: 'fail', failure: 'circuit-open' });
    expect(server.requests).toHaveLength(0);
    expect(agent.health().state).toBe('disconnected');
  });

  test('the signal ends it at once', async () => {
    const { agent } = await start(provider, [{ does: 'hang' }]);
    expect(await investigate(agent, AbortSignal.timeout(100))).toMatchObject({ did: 'fail' });
  });
});

test('a bare key goes to the server that the settings name', async () => {
  const { agent } = await start(compatible, [{ text: '{"causes": [], "inconclusive": true}' }], { openaiKey: '', serverKey: 'right-key' });
  expect((await investigate(agent)).did).toBe('answer');
});

const compatible: Pick<Provider, 'format' | 'options'> = {
  format: 'chat',
  options: (apiBase) => ({ model: 'lmstudio/test-model', apiBase, openaiKey: 'right-key' }),
};

test('a server that knows no JSON Schema is asked without', async () => {
  const { agent, server } = await start(
    compatible,
    [
      { calls: [LOOK[0]] },
      { status: 400, body: { error: { message: "'response_format.type' must be 'text'" } } },
      { text: '{"causes": [], "inconclusive": true}' },
    ],
    { maxSteps: 2 },
  );
  expect((await investigate(agent)).did).toBe('answer');
  expect(server.requests.map(({ body }) => 'response_format' in body)).toEqual([false, true, false]);
});

test('extra headers, temperature and effort are sent', async () => {
  const { agent, server } = await start(compatible, [{ text: '{"causes": [], "inconclusive": true}' }], {
    headers: { 'x-team': 'sre' },
    temperature: 0.1,
    reasoningEffort: 'low',
  });
  await investigate(agent);
  expect(server.requests[0]).toMatchObject({ headers: { 'x-team': 'sre' }, body: { temperature: 0.1, reasoning_effort: 'low' } });
});
