import { execFile, spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { type ModelServer, type ServerLine, startModelServer } from '#testing/models/model-server.ts';
import { startOtlpReceiver } from '#testing/models/otlp-receiver.ts';
import { eventually, type Running, startProduct, temporaryDirectory } from '../alertmanager/processes.ts';

interface ReportJson {
  readonly status: string;
  readonly analysis: {
    readonly mode: string;
    readonly degraded: readonly string[];
    readonly summary: string;
    readonly usage: { readonly llm: { readonly model: string } | null };
  } | null;
}

interface TranscriptJson {
  readonly entries: readonly { readonly kind: string }[];
}

const running: { stop(signal: NodeJS.Signals): Promise<void> }[] = [];
const models: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop('SIGKILL')));
  await Promise.all(models.splice(0).map((one) => one.close()));
});

/** The product without a cluster (so that the rules do not know), with a model that says what the script says. */
async function startWithModel(script: readonly ServerLine[], env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const model = await startModelServer('chat', script);
  models.push(model);
  const product = await startProduct(temporaryDirectory(), {
    LLM_MODEL: 'test-model',
    LLM_API_BASE: model.baseUrl,
    OPENAI_API_KEY: 'right-key',
    AI_TIMEOUT: '4',
    ...env,
  });
  running.push(product);
  return product;
}

async function fire(product: Running): Promise<void> {
  const body = {
    alerts: [
      { labels: { alertname: 'HighErrorRate', namespace: 'shop', severity: 'critical' }, annotations: {}, startsAt: '2026-03-01T12:00:00Z', fingerprint: 'f1' },
    ],
  };
  const answer = await fetch(`${product.url}/webhook`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

/** Once what investigates has looked at the cluster: the first second of a process belongs to its start. */
async function settledIn(product: Running): Promise<void> {
  const health = async () => (await fetch(`${product.url}/health`)).text();
  await eventually('a look at the cluster', health, (text) => !text.includes('not asked yet'), 20_000);
}

const report = (product: Running) => async () => (await (await fetch(`${product.url}/reports/f1`)).json()) as ReportJson;

describe('the product with a model', () => {
  it("has the rules' answer on the page while a slow model is asked, and says what became of it", async () => {
    const product = await startWithModel([{ does: 'hang' }]);
    await settledIn(product);
    const began = performance.now();
    await fire(product);
    const early = await eventually('the answer of the rules', report(product), ({ analysis }) => analysis !== null, 3_000);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(early).toMatchObject({ status: 'investigating', analysis: { mode: 'rules' } });
    const page = await (await fetch(`${product.url}/report/f1`, { headers: { accept: 'text/html' } })).text();
    expect(page).toMatch(/(?:Asking|Waiting for) openai-compatible\/test-model/);
    const late = await eventually('the end', report(product), ({ status }) => status === 'completed', 20_000);
    expect(late.analysis?.mode).toBe('rules');
    expect(late.analysis?.degraded.filter((line) => line.startsWith('Model '))).toHaveLength(1);
    expect(await (await fetch(`${product.url}/metrics`)).text()).toMatch(/oncallm_model_runs_total\{result="timeout"\} 1/);
  });

  it('sends a trace of what the model did where the settings say', async () => {
    const receiver = await startOtlpReceiver();
    const product = await startWithModel([{ text: '{"causes": [], "inconclusive": true}' }], { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    await fire(product);
    await eventually('the end', report(product), ({ status }) => status === 'completed', 20_000);
    await product.stop('SIGTERM');
    expect(receiver.spans.map(({ name }) => name)).toContain('invoke_agent investigator');
    expect(receiver.spans.map(({ name }) => name)).toContain('chat test-model');
    expect(JSON.stringify(receiver.spans)).not.toContain('HighErrorRate');
    await receiver.close();
  });

  it('puts nothing on the report that no evidence carries', async () => {
    const lie = {
      causes: [
        {
          code: 'Made up',
          title: 'Pod payments-7 was deleted by a cron job at 03:14',
          subject: { kind: 'Pod', namespace: 'shop', name: 'payments-7' },
          confidence: 'certain',
          explanation: 'It was deleted.',
          reasons: [{ evidence: 'E99', quote: 'deleted', statement: 'It was deleted.' }],
        },
      ],
      actions: [{ cause: 1, kind: 'immediate', text: 'Clean up.', command: 'kubectl delete namespace shop; curl http://evil.example' }],
      ruled_out: [],
      inconclusive: false,
    };
    const product = await startWithModel([{ text: JSON.stringify(lie) }]);
    await fire(product);
    const done = await eventually('the end', report(product), ({ status }) => status === 'completed', 20_000);
    expect(JSON.stringify(done)).not.toMatch(/payments-7|evil\.example|delete namespace/);
  });

  it('answers a question about a report from its evidence, and leaves out what it made up', async () => {
    const sentences = [
      { text: 'The alert HighErrorRate fires in namespace shop.', evidence: ['E1'] },
      { text: 'Pod payments-7 was deleted at 03:14.', evidence: ['E1'] },
    ];
    const product = await startWithModel([{ text: '{"causes": [], "inconclusive": true}' }, { text: JSON.stringify({ sentences }) }]);
    await fire(product);
    await eventually('the end', report(product), ({ status }) => status === 'completed', 20_000);
    const { investigation } = (await (await fetch(`${product.url}/reports/f1`)).json()) as { readonly investigation: { readonly id: string } };
    const address = `${product.url}/api/v1/investigations/${investigation.id}/questions`;
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const asked = await fetch(address, { method: 'POST', headers: form, body: 'question=What+fires%3F', redirect: 'manual' });
    expect([asked.status, asked.headers.get('location')]).toEqual([303, expect.stringMatching(/#questions$/)]);
    const read = async () =>
      ((await (await fetch(address)).json()) as { readonly questions: readonly { readonly id: string; readonly state: string }[] }).questions;
    const [answered] = await eventually('the answer', read, ([first]) => first?.state !== 'asked', 10_000);
    expect(answered).toMatchObject({ state: 'answered', question: 'What fires?', sentences: [sentences[0]], problem: expect.stringContaining('1 sentence') });
    expect(await (await fetch(`${product.url}/metrics`)).text()).toMatch(/oncallm_model_questions_total\{result="answer"\} 1/);
    const page = await (await fetch(`${product.url}/report/f1`, { headers: { accept: 'text/html' } })).text();
    expect(page).toContain('The alert HighErrorRate fires in namespace shop.');
    expect(page).not.toContain('payments-7');

    const told = await (await fetch(`${address}/${answered?.id}/events`)).text();
    expect(told).toContain('Waiting for openai-compatible/test-model (step 1 of at most');
    expect(told).toMatch(/"what":"answered","kind":"end"/);
    const transcript = (await (await fetch(`${address}/${answered?.id}/transcript`)).json()) as TranscriptJson;
    expect(transcript.entries.map(({ kind }) => kind)).toEqual(['instructions', 'message', 'reply', 'verdict']);
    expect(transcript.entries.at(-1)).toMatchObject({ made: 2, verified: 1, dropped: [expect.any(String)] });
    const shown = await fetch(`${product.url}/investigations/${investigation.id}/questions/${answered?.id}/transcript`, { headers: { accept: 'text/html' } });
    expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining('What fires?')]);
  });

  it('keeps what the model was asked and did, also where it failed', async () => {
    const product = await startWithModel([{ calls: [{ name: 'list_objects', input: { kind: 'pods', namespace: 'shop' } }] }, { does: 'hang' }]);
    await fire(product);
    await eventually('the end', report(product), ({ status }) => status === 'completed', 20_000);
    const { investigation } = (await (await fetch(`${product.url}/reports/f1`)).json()) as { readonly investigation: { readonly id: string } };
    const path = `investigations/${investigation.id}/transcript`;
    const transcript = (await (await fetch(`${product.url}/api/v1/${path}`)).json()) as TranscriptJson;
    expect(transcript).toMatchObject({ model: 'openai-compatible/test-model', question: null });
    expect(transcript.entries.map(({ kind }) => kind)).toEqual(['instructions', 'message', 'reply', 'result', 'failure']);
    expect(transcript.entries.at(-1)).toMatchObject({ failure: 'timeout' });
    const page = await (await fetch(`${product.url}/report/f1`, { headers: { accept: 'text/html' } })).text();
    expect(page).toContain(`href="/${path}"`);
    expect((await fetch(`${product.url}/${path}`, { headers: { accept: 'text/html' } })).status).toBe(200);
  });

  it('tells a wrong key on /health and in doctor, and the alert is answered all the same', async () => {
    const product = await startWithModel([{ text: '{}' }], { OPENAI_API_KEY: 'wrong-key' });
    const health = await eventually(
      'the check of the model',
      async () => (await (await fetch(`${product.url}/health`)).json()) as { ai_service: string },
      () => true,
    );
    expect(health.ai_service).toBe('disconnected');
    await fire(product);
    await eventually('the end', report(product), ({ status }) => status === 'completed', 20_000);
    const settings = {
      PATH: process.env['PATH'] ?? '',
      HOME: temporaryDirectory(),
      DATABASE_URL: `${temporaryDirectory()}/o.db`,
      KUBECONFIG: '/nonexistent',
      LLM_MODEL: 'test-model',
      LLM_API_BASE: models[0]?.baseUrl ?? '',
      OPENAI_API_KEY: 'wrong-key',
    };
    const stdout = await new Promise<string>((resolve) => execFile(process.execPath, ['dist/main.js', 'doctor'], { env: settings }, (_, out) => resolve(out)));
    expect(stdout).toMatch(/Language model.*(key|Key)/s);
  });

  it('stops the start with one line for a provider that nobody knows', () => {
    const { status, signal, stderr, stdout } = spawnSync(process.execPath, ['dist/main.js', 'serve'], {
      encoding: 'utf8',
      timeout: 20_000,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: temporaryDirectory(),
        DATABASE_URL: `${temporaryDirectory()}/o.db`,
        APP_HOST: '127.0.0.1',
        APP_PORT: '0',
        LLM_MODEL: 'opnai/gpt',
        OPENAI_API_KEY: 'x',
      },
    });
    // By itself: what does not end is never started again.
    expect([status, signal]).toEqual([1, null]);
    expect(`${stdout}${stderr}`).toContain('opnai');
    expect(`${stdout}${stderr}`).toContain('openai');
  });

  it('says at the start which models are known where the name of one is not', async () => {
    const product = await startWithModel([{ text: '{}' }], { LLM_MODEL: 'test-modle', LLM_FAST_MODEL: 'other-modle' });
    const lines = await eventually(
      'the line in the log',
      async () => product.output(),
      (output) => output.includes('Known are'),
      10_000,
    );
    expect(lines).toMatch(/Did you mean test-model\? Known are test-model, other-model.*The model cannot be asked/);
    const health = await (await fetch(`${product.url}/health`)).json();
    expect(health).toMatchObject({
      ai_service: 'disconnected',
      checks: expect.arrayContaining([expect.objectContaining({ name: 'Language model', state: 'failing' })]),
    });
  });
});
