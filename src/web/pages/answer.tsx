import type { VNode } from 'preact';
import type { Analysis, Report, ReportAction, ReportCause, ReportSubject } from '#domain/report.ts';
import { displayLine } from '#lib/display-text.ts';
import { Action } from './command.tsx';
import { evidenceAnchor } from './links.ts';
import { Moment } from './moment.tsx';
import type { View } from './view.ts';
import { ACTION_KIND, CONFIDENCE } from './words.ts';

/** How a person reads an object: `Deployment production/checkout`. */
export function Subject({ subject }: { readonly subject: ReportSubject }): VNode {
  const name = displayLine(subject.name, 260);
  return (
    <span class="subject">
      {displayLine(subject.kind, 64)} <b>{subject.namespace ? `${displayLine(subject.namespace, 64)}/${name}` : name}</b>
    </span>
  );
}

/** Links from a claim to what it rests on. */
export function EvidenceLinks({ ids }: { readonly ids: readonly string[] }): VNode | null {
  const known = [...new Set(ids)].filter((id) => evidenceAnchor(id) !== null).slice(0, 20);
  if (known.length === 0) return null;
  return (
    <span class="evidence-links">
      {known.map((id) => (
        <a key={id} href={`#${evidenceAnchor(id)}`} aria-label={`Evidence ${id}`}>
          {id}
        </a>
      ))}
    </span>
  );
}

export function ConfidenceWord({ confidence }: { readonly confidence: ReportCause['confidence'] }): VNode {
  const { word, meaning } = CONFIDENCE[confidence] ?? CONFIDENCE.possible;
  return (
    <p class={`confidence confidence-${confidence in CONFIDENCE ? confidence : 'possible'}`}>
      <b>{word}</b>: {meaning}.
    </p>
  );
}

/**
 * The first thing to do about the first cause, with a command. Where the cause is certain the actions come in their order already (report/build-analysis.ts);
 * where it is not, what can be done at once goes first.
 */
export function leadAction(analysis: Analysis): ReportAction | undefined {
  const fitting = analysis.actions.filter(({ cause }) => cause === null || cause === (analysis.root_causes[0]?.rank ?? null));
  const atOnce = analysis.root_causes[0]?.confidence === 'certain' ? undefined : fitting.find(({ kind, command }) => kind === 'immediate' && command);
  return atOnce ?? fitting.find(({ command }) => command) ?? fitting[0];
}

/** What is wrong, how sure that is, what to change, what to run. */
export function Answer({ cause, analysis, view }: { readonly cause: ReportCause; readonly analysis: Analysis; readonly view: View }): VNode {
  const lead = leadAction(analysis);
  return (
    <>
      <ConfidenceWord confidence={cause.confidence} />
      <dl class="facts">
        <div>
          <dt>Change this</dt>
          <dd>
            <Subject subject={cause.subject} />
          </dd>
        </div>
        {cause.since ? (
          <div>
            <dt>Since</dt>
            <dd>
              <Moment at={cause.since} view={view} show="both" />
            </dd>
          </div>
        ) : null}
      </dl>
      {lead ? (
        <section class="card lead" aria-labelledby="lead-title">
          <h2 id="lead-title">{lead.command ? 'Run this' : 'Do this'}</h2>
          <Action action={lead} />
        </section>
      ) : null}
      {cause.explanation ? <p class="explanation">{displayLine(cause.explanation, 2_000)}</p> : null}
      <Reasons cause={cause} />
    </>
  );
}

/** Every reason with the evidence that carries it. */
export function Reasons({ cause }: { readonly cause: ReportCause }): VNode | null {
  const reasons = cause.reasons.slice(0, 20);
  if (reasons.length === 0) return cause.evidence.length > 0 ? <EvidenceLinks ids={cause.evidence} /> : null;
  return (
    <ul class="reasons">
      {reasons.map((reason, index) => (
        <li key={index}>
          {displayLine(reason, 500)} <EvidenceLinks ids={cause.evidence.slice(index, index + 1)} />
        </li>
      ))}
    </ul>
  );
}

/** What else to do about the first cause, by when it helps. */
export function MoreActions({ analysis }: { readonly analysis: Analysis }): VNode | null {
  const lead = leadAction(analysis);
  const first = analysis.root_causes[0]?.rank ?? null;
  const rest = analysis.actions.filter((action) => action !== lead && (action.cause === null || action.cause === first)).slice(0, 20);
  if (rest.length === 0) return null;
  return (
    <section class="card" aria-labelledby="actions-title">
      <h2 id="actions-title">What else to do</h2>
      {(['immediate', 'fix', 'prevent'] as const).map((kind) => {
        const actions = rest.filter((action) => action.kind === kind);
        return actions.length === 0 ? null : (
          <div key={kind} class="action-group">
            <h3>{ACTION_KIND[kind]}</h3>
            {actions.map((action, index) => (
              <Action key={index} action={action} />
            ))}
          </div>
        );
      })}
    </section>
  );
}

/** The sentence that the page opens with. */
export function headline(report: Report): string {
  const { analysis } = report;
  const cause = analysis?.root_causes[0];
  if (cause) return displayLine(cause.title, 400);
  if (analysis?.healthy) return 'Nothing wrong found';
  if (analysis) return 'No cause found';
  const what = displayLine(report.alert_name, 120);
  if (report.status === 'queued') return `${what} waits to be investigated`;
  if (report.status === 'investigating') return `Looking for the cause of ${what}`;
  if (report.status === 'failed') return `${what} could not be investigated`;
  return `${what} was not investigated`;
}
