import { describe, expect, test } from 'vitest';
import { scriptedLlm } from '#testing/models/scripted-llm.ts';
import { honest, LOOK, limits, shopRun } from '#testing/models/shop-case.ts';
import { runAgent } from './run-agent.ts';
import { openTranscript } from './transcript.ts';

describe('the transcript of a run', () => {
  test('holds what was said, called, answered and judged, in its order, and no secret', async () => {
    const { transcript, claims } = await runAgent(shopRun(scriptedLlm([{ calls: LOOK }, { text: JSON.stringify(honest) }])));
    expect(transcript.entries.map(({ kind }) => kind)).toEqual(['instructions', 'message', 'reply', 'result', 'result', 'result', 'reply', 'verdict']);
    expect(transcript.entries[2]).toMatchObject({ calls: LOOK.map(({ name }) => ({ name })), inputTokens: 1_000, outputTokens: 100 });
    expect(transcript.entries[3]).toMatchObject({ tool: 'list_objects', call: 'call-0-0', evidence: 'E4', text: expect.stringContaining('restarts=7') });
    expect(transcript.entries.at(-1)).toEqual({ kind: 'verdict', atMs: expect.any(Number), ...claims, dropped: [] });
    expect(JSON.parse(JSON.stringify(transcript))).toEqual(transcript);
    for (const secret of ['hunter2-in-plain', 'mail-s3cret', 'ghp_a1B2', 'jane.doe@example.com']) expect(JSON.stringify(transcript)).not.toContain(secret);
  });

  test('says how a run failed', async () => {
    const failed = await runAgent(shopRun(scriptedLlm([{ fails: 'server-error', why: 'it broke' }])));
    expect(failed.transcript.entries.filter(({ kind }) => kind === 'failure')).toHaveLength(3);
    const broke = await runAgent(shopRun(scriptedLlm([]), { limits: { ...limits, tokens: 2_000 } }));
    expect(broke.transcript.entries.at(-1)).toMatchObject({ kind: 'failure', failure: 'budget', text: expect.stringContaining('2000 tokens') });
  });

  test('names what looks like a secret in what the model writes', async () => {
    const { transcript } = await runAgent(shopRun(scriptedLlm([{ text: 'password=Tr0ub4dor-and-3' }])));
    expect(JSON.stringify(transcript)).not.toContain('Tr0ub4dor');
  });

  test('is of bounded size, the longest texts are cut first', () => {
    const writer = openTranscript('scripted/model', '2026-03-01T12:00:00Z', () => 0);
    writer.told('instructions', 'Look.');
    for (let index = 0; index < 500; index++) writer.answered([{ id: `c${index}`, name: 'read_log', text: `first ${'x'.repeat(40_000)} last` }]);
    writer.judged({ made: 2, verified: 1 }, ['a lie']);
    const { entries, leftOut } = writer.transcript();
    expect(JSON.stringify(entries).length).toBeLessThan(400_000);
    expect(leftOut).toBeGreaterThan(19_000_000);
    expect(entries).toHaveLength(502);
    expect(entries[0]).toMatchObject({ text: 'Look.' });
    expect(entries[1]).toMatchObject({ text: expect.stringMatching(/^first x+\n\.\.\. \d+ characters left out \.\.\.\nx+ last$/) });
  });

  test('ends after a thousand entries', () => {
    const writer = openTranscript('scripted/model', '2026-03-01T12:00:00Z', () => 0);
    for (let index = 0; index < 5_000; index++) writer.told('message', 'again');
    expect(writer.transcript().entries).toHaveLength(1_000);
  });
});
