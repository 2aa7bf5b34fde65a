import type { ComponentChildren, VNode } from 'preact';
import type { TranscriptEntry } from '#domain/transcript.ts';
import { displayBlock, displayLine } from '#lib/display-text.ts';
import { lengthOfTime } from '../client/ago.ts';
import { evidenceAnchor } from './links.ts';
import { count } from './words.ts';

const TEXT_CHARACTERS = 12_000;
const ARGUMENT_CHARACTERS = 4_000;
const CALLS_SHOWN = 16;
const DROPPED_SHOWN = 50;

interface EntryProps<E extends TranscriptEntry> {
  readonly entry: E;
  /** The step that it is, or belongs to; 0: before the first. */
  readonly step: number;
  /** Where evidence is on the report; undefined: it is not there. */
  readonly hrefOf: (evidence: string) => string | undefined;
}

/** One thing that was said or done. What is long is folded; all of it is text, never markup. */
export function Entry(props: EntryProps<TranscriptEntry>): VNode {
  const { entry } = props;
  switch (entry.kind) {
    case 'instructions':
      return <Told summary="The rules it works by" entry={entry} />;
    case 'message':
      return <Told summary={props.step === 0 ? 'What it starts from' : 'It is told'} entry={entry} />;
    case 'reply':
      return <Reply {...props} entry={entry} />;
    case 'result':
      return <Result {...props} entry={entry} />;
    case 'failure':
      return (
        <li class="card">
          <h2>It came to nothing</h2>
          <p class="quiet">{at(entry)}</p>
          <p>{textOfFailure(entry)}</p>
        </li>
      );
    case 'verdict':
      return <Verdict entry={entry} />;
  }
}

/** `timeout: no answer in time`. */
export function textOfFailure({ failure, text }: Extract<TranscriptEntry, { kind: 'failure' }>, characters = 1_000): string {
  return `${displayLine(failure, 40)}: ${displayLine(text, characters)}`;
}

function Told({ summary, entry }: { readonly summary: string; readonly entry: Extract<TranscriptEntry, { kind: 'instructions' | 'message' }> }): VNode {
  return (
    <li class="card folded">
      <Folded summary={<span class="summary-title">{summary}</span>} about={summary} text={entry.text} />
    </li>
  );
}

function Reply({ entry, step }: EntryProps<Extract<TranscriptEntry, { kind: 'reply' }>>): VNode {
  const { calls, text, tookMs, inputTokens, outputTokens } = entry;
  const tokens =
    inputTokens === null ? 'tokens not told' : `${inputTokens.toLocaleString('en')} tokens sent, ${(outputTokens ?? 0).toLocaleString('en')} received`;
  return (
    <li class="card">
      <h2>
        Step {step}: {calls.length > 0 ? `it asks ${count(calls.length, 'question')}` : 'it answers'}
      </h2>
      <p class="quiet">
        {at(entry)}, took {lengthOfTime(tookMs)}, {tokens}
      </p>
      {text.trim() === '' ? null : <Block about={`What it wrote in step ${step}`} text={text} characters={TEXT_CHARACTERS} />}
      {calls.slice(0, CALLS_SHOWN).map(({ id, name, input }, index) => (
        <div key={`${id} ${index}`} class="call">
          <h3>
            <code>{displayLine(name, 80)}</code>
          </h3>
          <Block about={`Arguments of ${displayLine(name, 80)}`} text={argumentsOf(input)} characters={ARGUMENT_CHARACTERS} />
        </div>
      ))}
    </li>
  );
}

function Result({ entry, hrefOf }: EntryProps<Extract<TranscriptEntry, { kind: 'result' }>>): VNode {
  const { evidence, tool, text } = entry;
  const href = evidence === undefined ? undefined : hrefOf(evidence);
  const name = displayLine(tool, 80);
  return (
    <li class="card folded result">
      <Folded
        summary={
          <>
            {evidence && evidenceAnchor(evidence) ? <span class="tag">{evidence}</span> : null} <code>{name}</code>{' '}
            <span class="quiet">answers, {at(entry)}</span>
          </>
        }
        about={`Answer of ${name}`}
        text={text}
      />
      {href ? (
        <p>
          <a class="further" href={href}>
            Evidence {evidence} on the report
          </a>
        </p>
      ) : null}
    </li>
  );
}

function Verdict({ entry }: { readonly entry: Extract<TranscriptEntry, { kind: 'verdict' }> }): VNode {
  const { made, verified, dropped } = entry;
  return (
    <li class="card">
      <h2>OnCallM checks the answer</h2>
      <p class="quiet">{at(entry)}</p>
      <p>
        {made === 0 ? 'There was no statement to check.' : `The evidence that they cite carries ${verified} of ${count(made, 'statement')}.`}
        {dropped.length > 0 ? ' Left out, and why:' : ''}
      </p>
      {dropped.length > 0 ? (
        <ul class="plain">
          {dropped.slice(0, DROPPED_SHOWN).map((line, index) => (
            <li key={index}>{displayLine(line, 600)}</li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function Folded({ summary, about, text }: { readonly summary: ComponentChildren; readonly about: string; readonly text: string }): VNode {
  return (
    <details>
      <summary>{summary}</summary>
      <Block about={about} text={text} characters={TEXT_CHARACTERS} />
    </details>
  );
}

function Block({ about, text, characters }: { readonly about: string; readonly text: string; readonly characters: number }): VNode {
  return (
    // Long texts scroll, so a keyboard must be able to reach them.
    <section class="excerpt" tabindex={0} aria-label={about}>
      <pre>{displayBlock(text, characters)}</pre>
    </section>
  );
}

function at({ atMs }: TranscriptEntry): string {
  return `after ${lengthOfTime(atMs)}`;
}

/** A line per argument, as a person reads it; what is no JSON object stays as the model wrote it. */
function argumentsOf(input: string): string {
  const fields = parse(input);
  if (fields === undefined) return input;
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return lines.join('\n') || 'none';
}

function parse(input: string): object | undefined {
  try {
    const value: unknown = JSON.parse(input);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
