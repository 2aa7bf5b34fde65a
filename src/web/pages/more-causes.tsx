import type { VNode } from 'preact';
import type { Analysis } from '#domain/report.ts';
import { displayLine } from '#lib/display-text.ts';
import { ConfidenceWord, EvidenceLinks, Reasons, Subject } from './answer.tsx';
import { Action } from './command.tsx';
import { count } from './words.ts';

/** Causes after the first, each with its own actions. */
export function OtherCauses({ analysis }: { readonly analysis: Analysis }): VNode | null {
  const others = analysis.root_causes.slice(1, 6);
  if (others.length === 0) return null;
  return (
    <section class="card" aria-labelledby="others-title">
      <h2 id="others-title">Other possible causes</h2>
      {others.map((cause) => (
        <details key={cause.rank} class="other">
          <summary>
            <span>{displayLine(cause.title)}</span>
          </summary>
          <ConfidenceWord confidence={cause.confidence} />
          <p>
            Change <Subject subject={cause.subject} />
          </p>
          {cause.explanation ? <p>{displayLine(cause.explanation, 2_000)}</p> : null}
          <Reasons cause={cause} />
          {analysis.actions
            .filter((action) => action.cause === cause.rank)
            .slice(0, 5)
            .map((action, index) => (
              <Action key={index} action={action} />
            ))}
        </details>
      ))}
    </section>
  );
}

/** What follows from the cause: shown so that nobody chases it. */
export function Consequences({ analysis }: { readonly analysis: Analysis }): VNode | null {
  if (analysis.consequences.length === 0) return null;
  return (
    <section class="card" aria-labelledby="consequences-title">
      <h2 id="consequences-title">What follows from it</h2>
      <p class="quiet">These are symptoms of the cause above; they should end with it.</p>
      <ul class="plain">
        {analysis.consequences.slice(0, 20).map((consequence, index) => (
          <li key={index}>
            {displayLine(consequence.title)} <EvidenceLinks ids={consequence.evidence} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was considered and is not it. Open where it is all there is to tell. */
export function RuledOut({ analysis }: { readonly analysis: Analysis }): VNode | null {
  if (analysis.ruled_out.length === 0) return null;
  const shown = analysis.ruled_out.slice(0, 60);
  return (
    <section class="card" aria-labelledby="ruled-out-title">
      <h2 id="ruled-out-title">{analysis.healthy ? 'What was checked' : 'What it is not'}</h2>
      <details open={analysis.root_causes.length === 0}>
        <summary>{count(analysis.ruled_out.length, 'cause')} ruled out</summary>
        <ul class="plain">
          {shown.map((exclusion, index) => (
            <li key={index}>
              <b>{displayLine(exclusion.code, 80)}</b>: {displayLine(exclusion.why, 500)} <EvidenceLinks ids={exclusion.evidence} />
            </li>
          ))}
          {analysis.ruled_out.length > shown.length ? <li>and {analysis.ruled_out.length - shown.length} more, in the JSON report</li> : null}
        </ul>
      </details>
    </section>
  );
}

/** Not being able to look is not the same as seeing nothing wrong, so it is said before anybody relies on the answer. */
export function CouldNotBeRead({ analysis }: { readonly analysis: Analysis }): VNode | null {
  if (analysis.degraded.length === 0) return null;
  return (
    <section class="note note-gap" aria-labelledby="gaps-title">
      <h2 id="gaps-title">What could not be read</h2>
      <ul class="plain">
        {analysis.degraded.slice(0, 20).map((gap, index) => (
          <li key={index}>{displayLine(gap, 400)}</li>
        ))}
      </ul>
      <p class="quiet">A cause that would only show there may be missing from this report.</p>
    </section>
  );
}
