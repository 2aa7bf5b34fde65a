import { parseArgs } from 'node:util';
import { firstLook } from '#agent/first-look.ts';
import { estimateTokens } from '#agent/prices.ts';
import { runAgent } from '#agent/run-agent.ts';
import type { Analysis } from '#domain/report.ts';
import { alertsSource } from '#investigate/alerts-source.ts';
import { openDoor } from '#investigate/open-door.ts';
import { RULES } from '#rules/registry.ts';
import { scriptedLlm } from '#testing/models/scripted-llm.ts';
import { shopRun } from '#testing/models/shop-case.ts';
import { byRules, expectedIn, openIncident, type RecordedIncident } from './diagnosis/incident.ts';
import type { Expected } from './diagnosis/score.ts';
import { missingIn } from './digest/decisive.ts';
import { largeNamespace } from './large-namespace/incident.ts';

/**
 * Whether the digest that a model starts from holds the evidence that decides: `npm run bench:digest -- DIR [--only ID,ID] [--missing]`. What the rules conclude
 * does not count, only what was read: lines of evidence, alerts and the first look that stand in the digest. Measured twice: as in the product, and with the rules that found
 * the cause taken away, which is how it is where the rules do not know and the model is asked (`--missing` lists what then lacks).
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' }, missing: { type: 'boolean', default: false } } });
const [dir] = positionals;
if (!dir) {
  console.error('Usage: npm run bench:digest -- DIR [--only ID,ID] [--missing]');
  process.exit(2);
}

const MARK = 'b3nchM4rk';
const expected = expectedIn(dir, values.only);
for (const known of [true, false]) {
  let undescribed = 0;
  const missing: string[] = [];
  const tokens: number[] = [];
  for (const [id, right] of expected) {
    const measured = await measure(await openIncident(dir, id), right, known);
    tokens.push(measured.tokens);
    if (measured.lacks === undefined) undescribed += 1;
    else if (measured.lacks.length > 0) missing.push(`  ${id} ${right.root_cause} ${right.object}: ${measured.lacks.join(' and ')}`);
  }
  const described = expected.size - undescribed;
  const held = described - missing.length;
  const share = (held / Math.max(1, described)).toFixed(3);
  const how = known ? 'with all rules' : 'without the rule that found the cause';
  console.log(`${how}: decisive evidence in ${held} of ${described} (${share}), at most ${Math.max(...tokens)} tokens`);
  if (undescribed > 0) console.log(`  left out: ${undescribed} whose decisive evidence bench/digest/decisive.ts does not describe`);
  if (known || values.missing) for (const line of missing) console.log(line);
}
const large = await measure(largeNamespace(2_000), { root_cause: 'oom_killed', object: 'app/app-0', family: 'memory', namespace: 'shop' }, true);
console.log(`a namespace of 2,000 pods: ${large.tokens} tokens, ${large.lacks?.length === 0 ? 'with' : 'without'} the decisive evidence`);

async function measure(
  incident: RecordedIncident,
  right: Expected,
  known: boolean,
): Promise<{ readonly tokens: number; readonly lacks: readonly string[] | undefined }> {
  const { analysis } = await byRules(incident);
  const found = new Set(analysis.root_causes.slice(0, 1).map(({ rule }) => rule));
  const others = RULES.filter((rule) => !found.has(rule.id));
  const seen = known ? analysis : (await byRules(incident, others)).analysis;
  const digest = await digestOf(incident, seen);
  return { tokens: estimateTokens(digest), lacks: missingIn(readIn(digest, incident, seen), right) };
}

/** What the model is sent first, of a run as in the product. */
async function digestOf({ takenAt, source, episodes }: RecordedIncident, analysis: Analysis): Promise<string> {
  const llm = scriptedLlm([{ text: '{"causes": [], "inconclusive": true}' }]);
  const clock = () => new Date(takenAt);
  const signal = new AbortController().signal;
  const ask = openDoor([source, alertsSource(episodes, clock)], clock, signal).ask;
  await runAgent(shopRun(llm, { analysis, alerts: episodes, ask, clock, mark: MARK, look: firstLook }));
  const [turn] = llm.requests[0]?.turns ?? [];
  return turn?.role === 'user' ? turn.text : '';
}

/** Of the digest what was read, not what the rules say about it. */
function readIn(digest: string, { episodes }: RecordedIncident, { evidence }: Analysis): string {
  const [ofRules = '', looked = ''] = digest.split('A first look, asked for you already:');
  const read = [
    ...evidence.flatMap(({ title, excerpt }) => [title, ...excerpt.split('\n')]),
    ...episodes.flatMap(({ labels, annotations }) => [...Object.values(labels), ...Object.values(annotations)]),
  ];
  return [...read.filter((line) => line.trim() !== '' && ofRules.includes(line.trim())), looked].join('\n');
}
