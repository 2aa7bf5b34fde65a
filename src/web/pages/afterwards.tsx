import type { VNode } from 'preact';
import type { Analysis, ModelUsage, Report } from '#domain/report.ts';
import type { Feedback } from '#domain/views.ts';
import { displayLine } from '#lib/display-text.ts';
import { lengthOfTime } from '../client/ago.ts';
import { reportHref, transcriptHref } from './links.ts';
import { Moment } from './moment.tsx';
import type { View } from './view.ts';
import { count } from './words.ts';

/** When this alert fired before, and why. */
export function History({ report, view }: { readonly report: Report; readonly view: View }): VNode | null {
  if (report.history.length < 2) return null;
  return (
    <section class="card" aria-labelledby="history-title">
      <h2 id="history-title">Fired {count(report.history.length, 'time')}</h2>
      <ol class="history">
        {report.history.slice(0, 20).map((episode) => (
          <li key={episode.episode}>
            <a href={reportHref(view, { ...report, episode: episode.episode })}>
              <Moment at={episode.startsAt} view={view} show="clock" /> UTC
            </a>
            {', '}
            {episode.endsAt
              ? `for ${lengthOfTime(Date.parse(episode.endsAt) - Date.parse(episode.startsAt))}`
              : episode.state === 'open'
                ? 'still firing'
                : 'end unknown'}
            <br />
            <span class={episode.cause ? undefined : 'quiet'}>{episode.cause ? displayLine(episode.cause) : 'No cause recorded'}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const VERDICTS = [
  ['right', 'Right'],
  ['partly', 'Partly'],
  ['wrong', 'Wrong'],
] as const;

/** Asks whether the answer was right. A form, so that it works without JavaScript. */
export function FeedbackForm({
  report,
  feedback,
  view,
}: {
  readonly report: Report;
  readonly feedback: readonly Feedback[];
  readonly view: View;
}): VNode | null {
  if (report.investigation === null) return null;
  return (
    <section class="card no-print" aria-labelledby="feedback-title" id="feedback">
      <h2 id="feedback-title">Was this right?</h2>
      {feedback.length > 0 ? (
        <ul class="plain">
          {feedback.slice(-10).map((item) => (
            <li key={item.at}>
              <b>{VERDICTS.find(([verdict]) => verdict === item.verdict)?.[1] ?? ''}</b>, <Moment at={item.at} view={view} />
              {item.comment ? `: ${displayLine(item.comment, 500)}` : ''}
            </li>
          ))}
        </ul>
      ) : null}
      <form method="post" action={view.href(`/api/v1/investigations/${encodeURIComponent(report.investigation.id)}/feedback`)}>
        <label for="comment">What was it really? (optional)</label>
        <textarea id="comment" name="comment" rows={2} maxlength={2_000} />
        <fieldset class="verdicts">
          <legend class="hidden">The answer was</legend>
          {VERDICTS.map(([verdict, word]) => (
            <button key={verdict} type="submit" name="verdict" value={verdict} class="button quiet-button">
              {word}
            </button>
          ))}
        </fieldset>
      </form>
    </section>
  );
}

interface UsageProps {
  readonly report: Report;
  readonly analysis: Analysis;
  readonly hasTranscript: boolean;
  readonly view: View;
}

/** What the answer cost, and where to read how it was found. */
export function Usage({ report, analysis, hasTranscript, view }: UsageProps): VNode {
  const { usage } = analysis;
  return (
    <p class="quiet usage">
      {analysis.mode === 'rules' ? 'Found by rules' : `Found by rules and ${displayLine(usage.llm?.model ?? 'a model', 60)}`} in{' '}
      {lengthOfTime(usage.duration_ms)} with {count(usage.kubernetes_requests, 'Kubernetes request')}
      {usage.llm ? `, ${usedBy(usage.llm)}` : ''}
      {usage.llm?.fast ? `, and ${usedBy(usage.llm.fast)} of ${displayLine(usage.llm.fast.model, 60)}` : ''}.
      {report.completed_at ? (
        <>
          {' '}
          Finished <Moment at={report.completed_at} view={view} show="both" />.
        </>
      ) : null}
      {hasTranscript && report.investigation && !view.link ? (
        <>
          {' '}
          <a href={transcriptHref(view, report.investigation.id)}>What the model was asked, and did</a>
        </>
      ) : null}
    </p>
  );
}

function usedBy({ steps, input_tokens, output_tokens, cost_usd }: ModelUsage): string {
  const cost = cost_usd === null ? '' : `, $${cost_usd.toFixed(4)}`;
  return `${count(steps, 'model step')}, ${(input_tokens + output_tokens).toLocaleString('en')} tokens${cost}`;
}
