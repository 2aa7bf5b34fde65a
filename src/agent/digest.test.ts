import { expect, test } from 'vitest';
import { scriptedLlm } from '#testing/models/scripted-llm.ts';
import { LOOK, limits, shopAlerts, shopAnalysis, shopRun } from '#testing/models/shop-case.ts';
import { meta, pod } from '#testing/world.ts';
import { cutTo } from './digest.ts';
import { estimateTokens } from './prices.ts';
import { runAgent } from './run-agent.ts';

const DONE = { text: '{"causes":[],"inconclusive":true}' };

async function firstTurn(more: Parameters<typeof shopRun>[1]) {
  const llm = scriptedLlm([DONE]);
  await runAgent(shopRun(llm, more));
  const [turn] = llm.requests[0]?.turns ?? [];
  return turn?.role === 'user' ? turn.text : '';
}

test('holds the alert, what the rules found and ruled out, what could not be read, and the evidence with its ids', async () => {
  const text = await firstTurn({});
  for (const expected of [
    'KubePodCrashLooping',
    'No container was killed for memory.',
    'Prometheus: not configured',
    'E1 Pod shop/checkout',
    'restartCount: 7',
    'E3 Alert',
  ])
    expect(text).toContain(expected);
});

test('stays within its tokens however much there is, and keeps what is cited', async () => {
  const evidence = Array.from(
    { length: 500 },
    (_, index) =>
      ({ ...(shopAnalysis.evidence[0] ?? { id: '' }), id: `E${index + 1}`, excerpt: `${'noise '.repeat(2_000)}` }) as (typeof shopAnalysis.evidence)[number],
  );
  const cause = {
    rank: 1,
    code: 'X',
    title: 'T',
    subject: { kind: 'Pod', namespace: 'shop', name: 'x' },
    confidence: 'possible',
    explanation: '',
    evidence: ['E444'],
    rule: 'r',
    since: null,
    affects: [],
    reasons: ['decisive'],
  } as const;
  const annotations = { description: 'a'.repeat(500_000) };
  const text = await firstTurn({
    analysis: { ...shopAnalysis, root_causes: [cause], evidence },
    alerts: shopAlerts.map((alert) => ({ ...alert, annotations })),
  });
  expect(estimateTokens(text)).toBeLessThanOrEqual(8_000);
  expect(text).toContain('E444');
  expect(text).toContain('decisive');
});

test('a namespace of 2,000 pods is cut to its share, and what was cut can be searched', async () => {
  const pods = Array.from({ length: 2_000 }, (_, index) => pod(`web-${index}`, { metadata: meta(`web-${index}`) }));
  const llm = scriptedLlm([{ calls: [LOOK[0]] }, { calls: [{ name: 'search_evidence', input: { evidence: 'E4', text: 'web-1234 ' } }] }, DONE]);
  await runAgent(shopRun(llm, { world: { pods } }));
  const listed = llm.requests[1]?.turns.at(-1);
  const found = llm.requests[2]?.turns.at(-1);
  expect(listed?.role === 'tools' && estimateTokens(listed.results[0]?.text ?? '')).toBeLessThan(limits.contextTokens * 0.1);
  expect(listed?.role === 'tools' && listed.results[0]?.text).not.toContain('web-1234 ');
  expect(found?.role === 'tools' && found.results[0]?.text).toContain('Pod shop/web-1234 phase=Running');
});

test('a cut text keeps its beginning and its end and says what is missing', () => {
  const cut = cutTo(`begin ${'x'.repeat(100_000)} end`, 200);
  expect(cut).toMatch(/^begin/);
  expect(cut).toMatch(/end$/);
  expect(cut).toContain('characters left out');
  expect(estimateTokens(cut)).toBeLessThanOrEqual(220);
  expect(cutTo('short', 200)).toBe('short');
});
