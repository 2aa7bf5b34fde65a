import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ModelServer, type ServerLine, startModelServer } from '#testing/models/model-server.ts';
import { temporaryDirectory } from '../alertmanager/processes.ts';

const servers: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** `npm run eval:model` on recordings of ours, of which the rules have the last one wrong. */
function evaluate(baseUrl: string, results: string, more: readonly string[] = [], key = 'right-key'): Promise<Ended> {
  const given = ['testing/incidents', '--only', 'config-map,memory-worker,volume-permission', '--model', 'test-model', '--base', baseUrl, '--results', results];
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      ['--conditions=oncallm', 'bench/eval-model.ts', ...given, ...more],
      { env: { PATH: process.env['PATH'] ?? '', OPENAI_API_KEY: key, LLM_PRICES: 'test-model=1/2' } },
      (error, out, errors) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, errors }),
    ),
  );
}

async function server(script: readonly ServerLine[]): Promise<ModelServer> {
  const one = await startModelServer('chat', script);
  servers.push(one);
  return one;
}

/** Knows nothing, but for the claim that may not be written to; adds a statement that nothing carries. */
const knowing: ServerLine = (asked) => {
  const digest = asked.replaceAll('\\n', '\n');
  const evidence = [...digest.matchAll(/<<<DATA \w+ (E\d+) [^\n]*\n([\s\S]*?)>>>END/g)].find(([, , text]) => text?.includes('Permission denied'))?.[1];
  if (!evidence) return { text: '{"causes": [], "inconclusive": true}' };
  const reason = { evidence, quote: 'Permission denied', statement: 'Permission denied.' };
  const cause = {
    code: 'VolumePermissionDenied',
    title: 'StatefulSet postgres is denied permission',
    subject: { kind: 'StatefulSet', namespace: 'newsroom', name: 'postgres' },
    confidence: 'likely',
    explanation: '',
    reasons: [reason, { ...reason, statement: 'It was restarted 4711 times.' }],
  };
  return { text: JSON.stringify({ causes: [cause] }) };
};

describe('the evaluation of a model', () => {
  it('says what a model adds to the rules, what it costs and how much of what it says is proved; asks nothing twice', async () => {
    const model = await server([knowing]);
    const results = path.join(temporaryDirectory(), 'results.jsonl');
    const first = await evaluate(model.baseUrl, results);
    expect(first).toMatchObject({ code: 0 });
    expect(first.out).toMatch(/rules alone +3 +0\.667 +0\.667/);
    expect(first.out).toMatch(/with the model +3 +0\.667 +1\.000/);
    expect(first.out).toMatch(/where it was asked: rules alone +2 +0\.500/);
    expect(first.out).toContain('not asked, by policy: 1\n');
    expect(first.out).toContain('statements verified: 2 of 3 (0.667)');
    expect(first.out).toContain('cost: 0.0022 US dollars, 0.0011 an incident asked');
    expect(first.out).toMatch(/tokens sent +1000 +1000 +1000/);
    expect(model.requests).toHaveLength(2);

    const again = await evaluate(model.baseUrl, results);
    expect(again.out).toBe(first.out);
    expect(model.requests).toHaveLength(2);

    await evaluate(model.baseUrl, `${results}.always`, ['--always']);
    expect(model.requests).toHaveLength(5);
  });

  it('stops where the provider cannot be asked, and goes on from there', async () => {
    const model = await server([{ text: '{"causes": [], "inconclusive": true}' }, { status: 401 }, { text: '{"causes": [], "inconclusive": true}' }]);
    const results = path.join(temporaryDirectory(), 'results.jsonl');
    const stopped = await evaluate(model.baseUrl, results, ['--always']);
    expect(stopped).toMatchObject({ code: 2, errors: expect.stringContaining('memory-worker: Model openai-compatible/test-model: the key was refused') });
    expect(readFileSync(results, 'utf8').trim().split('\n')).toHaveLength(1);
    // As a process leaves it that is killed while it writes.
    appendFileSync(results, '{"id":"memory-wor');
    expect(await evaluate(model.baseUrl, results, ['--always'])).toMatchObject({ code: 0, out: expect.stringContaining('with the model') });
    expect(model.requests).toHaveLength(4);
    await evaluate(model.baseUrl, results, ['--always']);
    expect(model.requests).toHaveLength(4);
  });

  it('says what it wants', async () => {
    const results = path.join(temporaryDirectory(), 'results.jsonl');
    expect(await evaluate('http://127.0.0.1:9/v1', results, ['--model', ''])).toMatchObject({ code: 2, errors: expect.stringContaining('Usage') });
    expect(await evaluate('http://127.0.0.1:9/v1', results, ['--always'])).toMatchObject({ code: 2, errors: expect.stringContaining('cannot be reached') });
    expect(existsSync(results)).toBe(false);
  });
});
