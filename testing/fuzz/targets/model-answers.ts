import type { LlmFailureKind } from '#agent/model.ts';
import { type AgentResult, runAgent } from '#agent/run-agent.ts';
import type { Analysis } from '#domain/report.ts';
import { type Line, scriptedLlm } from '#testing/models/scripted-llm.ts';
import { honest, LOOK, limits, shopRun } from '#testing/models/shop-case.ts';
import { sampleReports } from '#testing/sample-reports.ts';
import type { Pages } from '#web/pages.ts';
import { examineReport } from '../examine-report.ts';
import { mutateJson } from '../mutate-json.ts';
import { mutateText } from '../mutate-text.ts';
import { oddString, oddValue } from '../odd-values.ts';
import type { Random } from '../random.ts';
import { type Target, TooSlow, Violation } from '../target.ts';

const LIMIT_MS = 2_000;
const HUGE_CHARACTERS = 300_000;
const FAILURES: readonly LlmFailureKind[] = ['rate-limited', 'server-error', 'no-route', 'bad-request', 'refused', 'context-overflow', 'timeout', 'quota'];
/** What stands in the cluster of the case and must never reach a model nor a report. */
const SECRETS = ['hunter2-in-plain', 'mail-s3cret', 'ghp_a1B2a1B2a1B2'];
/** What a model sees another name for; on the report it stands as it is. */
const NAMES = ['jane.doe@example.com'];

/** What a model says and asks for: malformed, lying, huge or broken off, through the loop, the tools and the verification to the report and its page. */
export function createModelAnswersTarget(pages: Pages): Target {
  return {
    name: 'model-answers',
    share: 60,
    async run(random) {
      const script = Array.from({ length: random.whole(1, 4) }, () => createLine(random));
      // Most of them look first: only then is there something to cite.
      const llm = scriptedLlm(random.chance(0.8) ? [{ calls: LOOK }, ...script] : script);
      const began = performance.now();
      const result = await runAgent(shopRun(llm, { limits: { ...limits, steps: random.whole(1, 8), contextTokens: random.pick([4_000, 32_000]) } }));
      const took = performance.now() - began;
      if (took > LIMIT_MS) throw new TooSlow(`it took ${Math.round(took)} ms`, script);
      const sent = JSON.stringify(llm.requests.map(({ instructions, turns }) => [instructions, turns.filter(({ role }) => role !== 'assistant')]));
      for (const secret of [...SECRETS, ...NAMES]) if (sent.includes(secret)) throw new Violation(`${secret} was sent to the model`, script);
      examine(result, pages, script);
    },
    close: async () => {},
  };
}

function createLine(random: Random): Line {
  if (random.chance(0.1)) return { fails: random.pick(FAILURES) };
  const tokens = random.chance(0.1) ? random.pick([null, { input: -5, output: Number.NaN }, { input: 1e12, output: 1e12 }]) : { input: 1_000, output: 100 };
  if (random.chance(0.3)) return { calls: createCalls(random), tokens };
  return { text: createText(random), cut: random.chance(0.1), tokens };
}

function createCalls(random: Random): readonly { readonly name: string; readonly input: unknown }[] {
  return Array.from({ length: random.whole(1, 12) }, () => {
    const { name, input } = random.pick(LOOK);
    return {
      name: random.chance(0.85) ? name : oddString(random),
      input: random.chance(0.6) ? mutateJson(input, random) : random.chance(0.5) ? oddValue(random) : mutateText(JSON.stringify(input), random),
    };
  });
}

/** The honest answer with something wrong in what it says, in how it is written, or around it. */
function createText(random: Random): string {
  const answer = JSON.stringify(random.chance(0.85) ? mutateJson(honest, random) : oddValue(random)) ?? '';
  const text = random.chance(0.2) ? mutateText(answer, random) : answer;
  if (random.chance(0.05)) return text + oddString(random).padEnd(HUGE_CHARACTERS, 'lorem { ipsum } ');
  return random.chance(0.2) ? `${oddString(random)}\n\`\`\`json\n${text}\n\`\`\`\n${oddString(random)}` : text;
}

/** What came of it is a report like any other, and says nothing that its evidence does not carry. */
function examine({ analysis, problem, usage }: AgentResult, pages: Pages, script: unknown): void {
  if (![usage.steps, usage.inputTokens, usage.outputTokens].every(Number.isFinite)) throw new Violation(`used ${JSON.stringify(usage)}`, script);
  if (analysis === undefined) {
    if (!problem || problem.includes('could not be used')) throw new Violation(`a mistake of ours: ${problem}`, script);
    return;
  }
  const known = new Set(analysis.evidence.map(({ id }) => id));
  for (const id of citedBy(analysis)) if (!known.has(id)) throw new Violation(`cites ${id}, which is not there`, script);
  const uncertain = analysis.root_causes.find(({ confidence, evidence }) => confidence !== 'possible' && evidence.length === 0);
  if (uncertain) throw new Violation(`${uncertain.code} is ${uncertain.confidence} without evidence`, script);
  const text = JSON.stringify(analysis);
  for (const secret of SECRETS) if (text.includes(secret)) throw new Violation(`${secret} is on the report`, script);
  examineReport({ ...sampleReports.answered, analysis }, pages, script);
}

function citedBy({ root_causes: causes, ruled_out: ruledOut, timeline }: Analysis): readonly string[] {
  return [
    ...causes.flatMap(({ evidence }) => evidence),
    ...ruledOut.flatMap(({ evidence }) => evidence),
    ...timeline.flatMap(({ evidence }) => evidence ?? []),
  ];
}
