import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Agent } from '#agent/agent.ts';
import { createModelAgent } from '#app/create-model-agent.ts';
import { loadConfig } from '#config/load-config.ts';
import { messageOf } from '#domain/error.ts';
import { expectedIn, openIncident } from './diagnosis/incident.ts';
import { evaluate } from './eval-model/evaluate.ts';
import { printOutcomes } from './eval-model/print.ts';
import { openResults } from './eval-model/results.ts';

const USAGE = 'Usage: npm run eval:model -- DIR --model provider/name [--base URL] [--only ID,ID] [--always] [--results FILE]';

/**
 * Measures what a model adds to the rules on recorded incidents, in the folder that bench:diagnosis measures the rules on. Key and bounds come from
 * the environment, as in the product (docs/models.md). `--base`: a server that speaks OpenAI's format. `--always`: ask it also where the rules are certain.
 * Results are kept in a file; what is in it is not asked again.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    base: { type: 'string' },
    only: { type: 'string' },
    results: { type: 'string', default: 'eval-model.jsonl' },
    always: { type: 'boolean', default: false },
  },
});
const [dir] = positionals;
if (!dir || !values.model) fail(USAGE);

const loaded = loadConfig({
  env: {
    ...process.env,
    LLM_MODEL: values.model,
    ...(values.base && { LLM_API_BASE: values.base }),
    ...(values.always && { LLM_SKIP_CERTAIN: 'off' }),
  },
  readFile: (path) => readFileSync(path, 'utf8'),
});
if (!loaded.ok) fail(loaded.problems.join('\n'));
const { config } = loaded;

try {
  const expected = expectedIn(dir, values.only);
  const results = openResults(values.results, (await agentAt(new Date())).model);
  const known = new Set(results.all().map(({ id }) => id));
  for (const [id, right] of expected) {
    if (known.has(id)) continue;
    const incident = await openIncident(dir, id);
    const outcome = await evaluate(incident, right, await agentAt(new Date(incident.takenAt)));
    if (typeof outcome === 'string') fail(`${id}: ${outcome}\nStopped; the same command goes on with ${id}, results so far are in ${values.results}.`);
    results.add(outcome);
    console.error(`${id} ${outcome.did}${outcome.failure ? ` (${outcome.failure})` : ''} ${outcome.answer.first ? 'right' : 'wrong'}`);
  }
  printOutcomes(
    results.all().filter(({ id }) => expected.has(id)),
    (line) => console.log(line),
  );
} catch (thrown) {
  fail(messageOf(thrown));
}

/** A new agent for each incident: its clock is that of the recording, and a failure must not close the circuit for the next. */
async function agentAt(now: Date): Promise<Agent> {
  const agent = await createModelAgent(config, { clock: () => now });
  return agent ?? fail(USAGE);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
