import type { VNode } from 'preact';
import type { Transcript, TranscriptEntry } from '#domain/transcript.ts';
import { displayLine } from '#lib/display-text.ts';
import { lengthOfTime } from '../client/ago.ts';
import type { TranscriptData } from '../pages.ts';
import { EVIDENCE_SHOWN } from './evidence-list.tsx';
import { Fact } from './fact.tsx';
import { Frame } from './frame.tsx';
import { evidenceAnchor, reportHref, transcriptHref } from './links.ts';
import { Moment } from './moment.tsx';
import { Entry, textOfFailure } from './transcript-entry.tsx';
import type { View } from './view.ts';
import { count } from './words.ts';

/** More than a run has steps for; the rest is in the JSON. */
const ENTRIES_SHOWN = 300;

interface TranscriptPageProps {
  readonly data: TranscriptData;
  readonly view: View;
}

/** What a model was told, what it looked at, what it said, and what became of that: for those who want to know how far to trust it. */
export function TranscriptPage({ data, view }: TranscriptPageProps): VNode {
  const { transcript, question, report } = data;
  const model = displayLine(transcript.model, 80);
  const title = question ? `How ${model} answered a question` : `What ${model} was asked, and did`;
  const back = report && reportHref(view, report);
  const known = new Set(report?.evidence.slice(0, EVIDENCE_SHOWN).filter((id) => evidenceAnchor(id) !== null));
  const hrefOf = (id: string): string | undefined => (back !== undefined && known.has(id) ? `${back}#${evidenceAnchor(id)}` : undefined);
  const shown = numbered(transcript.entries.slice(0, ENTRIES_SHOWN));
  return (
    <Frame view={view} title={`${title} · OnCallM`} kind="plain">
      <article class="transcript">
        {report && back !== undefined ? (
          <p class="eyebrow">
            <a href={question ? `${back}#questions` : back}>Report: {displayLine(report.title, 200)}</a>
          </p>
        ) : null}
        <h1>{title}</h1>
        {question ? <blockquote>{displayLine(question.question, 1_000)}</blockquote> : null}
        <Summary transcript={transcript} view={view} />
        <div class="note">
          <p>
            This is what left OnCallM and what came back, with placeholders where secrets stood. Anybody who writes to the cluster may have written what a tool
            answered, and a model may write anything: only what stands on the report was held against the evidence.
          </p>
        </div>
        <ol class="turns">
          {shown.map(({ entry, step }, index) => (
            <Entry key={index} entry={entry} step={step} hrefOf={hrefOf} />
          ))}
        </ol>
        {transcript.entries.length > ENTRIES_SHOWN ? <p class="quiet">and {transcript.entries.length - ENTRIES_SHOWN} more, in the JSON</p> : null}
        {transcript.leftOut > 0 ? <p class="quiet">{count(transcript.leftOut, 'character')} of long texts were not kept.</p> : null}
        <p class="quiet">
          <a class="further" href={view.href(`/api/v1${transcriptHref({ ...view, href: (path) => path }, data.investigation.id, question?.id)}`)}>
            The same as JSON
          </a>
        </p>
      </article>
    </Frame>
  );
}

/** Replies are steps, counted from 1. */
function numbered(entries: readonly TranscriptEntry[]): readonly { readonly entry: TranscriptEntry; readonly step: number }[] {
  let step = 0;
  return entries.map((entry) => {
    if (entry.kind === 'reply') step += 1;
    return { entry, step };
  });
}

function Summary({ transcript, view }: { readonly transcript: Transcript; readonly view: View }): VNode {
  const { entries, startedAt } = transcript;
  const replies = entries.filter((entry) => entry.kind === 'reply');
  const calls = replies.reduce((sum, reply) => sum + reply.calls.length, 0);
  return (
    <dl class="facts">
      <Fact name="Begun">
        <Moment at={startedAt} view={view} show="both" />
      </Fact>
      <Fact name="Took">
        {lengthOfTime(entries.at(-1)?.atMs ?? 0)}, {count(replies.length, 'step')}, {count(calls, 'question')} to its tools
      </Fact>
      <Fact name="Tokens">{tokensOf(replies)}</Fact>
      <Fact name="End">{endOf(entries.at(-1))}</Fact>
    </dl>
  );
}

function tokensOf(replies: readonly Extract<TranscriptEntry, { kind: 'reply' }>[]): string {
  if (replies.every(({ inputTokens }) => inputTokens === null)) return 'not told by the provider';
  const sum = (of: (reply: (typeof replies)[number]) => number | null) => replies.reduce((all, reply) => all + (of(reply) ?? 0), 0).toLocaleString('en');
  const some = replies.some(({ inputTokens }) => inputTokens === null) ? ', as far as the provider told' : '';
  return `${sum(({ inputTokens }) => inputTokens)} sent, ${sum(({ outputTokens }) => outputTokens)} received${some}`;
}

/** How it ended, in a line. */
function endOf(last: TranscriptEntry | undefined): string {
  if (last?.kind === 'verdict')
    return last.made === 0 ? 'It said nothing that could be checked' : `It answered; evidence carries ${last.verified} of ${count(last.made, 'statement')}`;
  if (last?.kind === 'failure') return textOfFailure(last, 200);
  return 'Its end was not written down';
}
