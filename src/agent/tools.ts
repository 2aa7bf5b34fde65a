import { stringify } from 'yaml';
import { z } from 'zod';
import { messageOf } from '#domain/error.ts';
import type { Ask } from '#domain/evidence.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import type { Question } from '#domain/question.ts';
import { evidenceSource } from '#domain/report.ts';
import type { Condenser } from './condenser.ts';
import { cutTo } from './digest.ts';
import type { EvidenceRecord, RecordedEvidence } from './evidence-record.ts';
import type { Fence } from './fence.ts';
import type { LlmToolCall, LlmToolSpec } from './model.ts';
import { namedIn } from './named-in.ts';
import { estimateTokens } from './prices.ts';
import type { Redactor } from './redaction/redactor.ts';
import type { RunTrace } from './run-trace.ts';
import { eventsOf } from './tools/events.ts';
import { pastIncidents, readRunbooks } from './tools/knowledge.ts';
import { around, readLog } from './tools/logs.ts';
import { metricSeries } from './tools/metrics.ts';
import { describeObject, listObjects } from './tools/objects.ts';
import { rolloutChanges } from './tools/rollout.ts';
import { searchLogs } from './tools/search-logs.ts';
import { serviceMap } from './tools/service-map.ts';
import type { Tool, ToolAnswer } from './tools/tool.ts';

/** Everything that the model can do. Fixed: nothing that it reads or says adds to it. */
const TOOLS: readonly Tool[] = [
  listObjects,
  describeObject,
  eventsOf,
  readLog,
  searchLogs,
  metricSeries,
  rolloutChanges,
  serviceMap,
  readRunbooks,
  pastIncidents,
];

const SEARCH = 'search_evidence';
const searchInput = z.object({ evidence: z.string().max(12).describe('an id such as E7'), text: z.string().min(1).max(200).describe('plain text, any case') });

/** A result longer than this is kept in part: what a cluster can say has no end. */
const KEPT_CHARACTERS = 400_000;

/** A run that is about no stored incident (an evaluation, a replay). */
const NO_INCIDENT = { id: '', cluster: 'default' };

export interface ToolBoxParts {
  readonly ask: Ask;
  readonly incident?: { readonly id: string; readonly cluster: string } | undefined;
  readonly record: EvidenceRecord;
  readonly redactor: Redactor;
  readonly fence: Fence;
  readonly clock: () => Date;
  /** Writes the kubectl or PromQL that a person would run to see the same. */
  readonly query: (question: Question, about: ObjectRef | undefined) => string;
  /** Tokens that one result may hold; the rest stays searchable. */
  readonly resultTokens: number;
  /** Hears of every call that is made. */
  readonly trace: RunTrace;
  /** Looks through what is too long to be shown; without one it is cut. */
  readonly condenser?: Condenser | undefined;
  /** Hears what is looked at, a line each. */
  readonly step: (what: string) => void;
}

export interface ToolBox {
  readonly specs: readonly LlmToolSpec[];
  /** Answers calls that the model makes at once, in their order, with text for it. Never rejects; a call that cannot be made is told why. */
  answer(calls: readonly LlmToolCall[], tokensEach?: number): Promise<readonly string[]>;
}

/** A call that is understood: which tool with which input; or what to tell the model instead. */
type Understood = { readonly key: string; readonly tool: Tool; readonly input: unknown } | { readonly told: () => string; readonly wrong: boolean };

/** What the model is told; shortening may take a while. */
interface Told {
  readonly text: () => Promise<string>;
  readonly found: boolean;
}

interface Ran {
  readonly answer: ToolAnswer;
  readonly at: Date;
}

/** The tools of one run. Whatever is found is entered into the record before the model sees it; the same call is answered from the record. */
export function openToolBox(parts: ToolBoxParts): ToolBox {
  const { record, redactor, step } = parts;
  const entered = new Map<string, string>();

  function understand({ name, input }: LlmToolCall): Understood {
    const read = parse(input);
    if (name === SEARCH) return { told: () => search(read, parts), wrong: false };
    const tool = TOOLS.find((one) => one.name === name);
    if (!tool)
      return {
        told: () => `There is no tool ${JSON.stringify(name.slice(0, 60))}. The tools are ${[...TOOLS.map((one) => one.name), SEARCH].join(', ')}.`,
        wrong: true,
      };
    const checked = tool.input.safeParse(read);
    if (!checked.success) return { told: () => `The arguments are wrong: ${z.prettifyError(checked.error).slice(0, 400)}`, wrong: true };
    return { key: `${name} ${canonical(checked.data)}`, tool, input: checked.data };
  }

  async function run({ tool, input }: { readonly tool: Tool; readonly input: unknown }): Promise<Ran> {
    const why = namedIn(record, input);
    step(`${redactor.restore(redactor.redact(tool.saying(input)))}${why ? `, which ${why} names` : ''}`);
    try {
      const answer = await tool.run(input, { ask: parts.ask, incident: parts.incident ?? NO_INCIDENT, now: parts.clock() });
      return { answer, at: parts.clock() };
    } catch (thrown) {
      return { answer: { found: false, why: `The tool failed: ${messageOf(thrown).slice(0, 300)}. This proves nothing.` }, at: parts.clock() };
    }
  }

  /** What the model is told about a call; what was found is entered into the record first. */
  function tell(one: Understood, ran: Ran | undefined, tokens: number): Told {
    if ('told' in one) return { text: async () => one.told(), found: !one.wrong };
    const known = entered.get(one.key);
    if (known) return { text: async () => `Asked before: see ${known}, it has not changed.`, found: true };
    if (!ran) return { text: async () => 'The tool did not answer. This proves nothing.', found: false };
    const { answer } = ran;
    if (!answer.found) return { text: async () => redactor.redact(answer.why), found: false };
    const entry = enter(answer, parts);
    entered.set(one.key, entry.id);
    const shown = answer.shown === undefined ? entry.text : redactor.redact(answer.shown);
    return { text: async () => parts.fence.around(`${entry.id} ${entry.title}`, await fitting(entry, shown, tokens)), found: true };
  }

  /** What of a result fits: all, else what the fast model chooses from the whole of it, else its beginning and end. */
  async function fitting({ title, text }: RecordedEvidence, shown: string, tokens: number): Promise<string> {
    const condensed = estimateTokens(text) > tokens ? await parts.condenser?.condense(text, title, tokens) : undefined;
    return condensed ?? cutTo(shown, tokens);
  }

  return {
    specs: [
      ...TOOLS.map(specOf),
      { name: SEARCH, description: 'Looks for text in all of a piece of evidence, also where it was cut.', inputSchema: schemaOf(searchInput) },
    ],
    async answer(calls, tokensEach = parts.resultTokens) {
      const understood = calls.map(understand);
      const traced = calls.map((call) => parts.trace.tool({ ...call, input: redactor.redact(call.input) }));
      const running = new Map<string, Promise<Ran>>();
      for (const one of understood) if ('key' in one && !entered.has(one.key) && !running.has(one.key)) running.set(one.key, run(one));
      const answers = new Map(await Promise.all([...running].map(async ([key, ran]) => [key, await ran] as const)));
      // Entered in the order of the calls, whichever came back first, so that a run can be repeated.
      const told = understood.map((one) => tell(one, 'key' in one ? answers.get(one.key) : undefined, tokensEach));
      return Promise.all(
        told.map(async ({ text, found }, index) => {
          const one = understood[index];
          const ran = one && 'key' in one ? answers.get(one.key) : undefined;
          const said = await text();
          traced[index]?.(said, found, ran?.at ?? parts.clock());
          return said;
        }),
      );
    },
  };

  function enter(
    { fact, title, about, query, content, objects, hearsay }: Extract<ToolAnswer, { found: true }>,
    { query: queryOf }: ToolBoxParts,
  ): RecordedEvidence {
    const raw = 'text' in content ? redactor.redact(content.text) : stringify(redactor.redactData(content.data), { lineWidth: 0 });
    return record.add({
      origin: 'tool',
      source: evidenceSource(fact.question),
      title: redactor.redact(title),
      subject: about ? { kind: about.kind, namespace: about.namespace ?? null, name: about.name } : null,
      query: query ?? queryOf(fact.question, about),
      observedAt: fact.observedAt,
      text: raw.length > KEPT_CHARACTERS ? `${raw.slice(0, KEPT_CHARACTERS)}\n... more was not kept` : raw,
      objects,
      hearsay,
    });
  }
}

function search(read: unknown, { record, fence, resultTokens }: ToolBoxParts): string {
  const checked = searchInput.safeParse(read);
  if (!checked.success) return `The arguments are wrong: ${z.prettifyError(checked.error).slice(0, 400)}`;
  const { evidence: id, text } = checked.data;
  const entry = record.get(id);
  if (!entry) return `There is no evidence ${JSON.stringify(id)}.`;
  const lines = around(entry.text.split('\n'), text, 200);
  return lines.length === 0 ? `${id} does not contain that.` : fence.around(`${id}, lines with what was searched`, cutTo(lines.join('\n'), resultTokens));
}

function specOf({ name, description, input }: Tool): LlmToolSpec {
  return { name, description, inputSchema: schemaOf(input) };
}

function schemaOf(input: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input' });
  return schema;
}

function parse(input: string): unknown {
  try {
    // Some models write nothing where there are no arguments.
    return input.trim() === '' ? {} : JSON.parse(input);
  } catch {
    return undefined;
  }
}

/** The same text for the same arguments, in whatever order they stand. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([left], [right]) => left.localeCompare(right)))
      : item,
  );
}
