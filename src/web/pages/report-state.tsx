import type { ComponentChildren, VNode } from 'preact';
import type { ProgressStep } from '#domain/investigation.ts';
import type { Report } from '#domain/report.ts';
import { displayLine } from '#lib/display-text.ts';
import { lengthOfTime } from '../client/ago.ts';
import { Command } from './command.tsx';
import { Moment } from './moment.tsx';
import type { View } from './view.ts';
import { count } from './words.ts';

/** A calm box that says one thing about the report as a whole. */
export function Note({ kind, title, children }: { readonly kind: string; readonly title: string; readonly children?: ComponentChildren }): VNode {
  return (
    <div class={`note note-${kind}`}>
      <p class="note-title">{title}</p>
      {children}
    </div>
  );
}

/** True while the page will change by itself. */
export function isLive(report: Pick<Report, 'status'>): boolean {
  return report.status === 'queued' || report.status === 'investigating';
}

/** What a reader must know about the state of the alert and of its investigation before the answer means anything. */
export function StateNotes({ report, view }: { readonly report: Report; readonly view: View }): VNode {
  const { alert } = report;
  return (
    <>
      {alert.status === 'resolved' ? (
        <Note kind="resolved" title="Resolved by the sender, not necessarily fixed">
          <p>
            Prometheus stopped firing this alert{' '}
            {alert.endsAt ? (
              <>
                at <Moment at={alert.endsAt} view={view} show="both" />
              </>
            ) : null}
            .{report.analysis ? ' What is below was found while it fired, and may still be so.' : ''}
          </p>
        </Note>
      ) : null}
      {alert.status === 'stale' ? (
        <Note kind="stale" title="No news for a long time">
          <p>
            Alertmanager last mentioned this alert <Moment at={alert.last_seen_at} view={view} show="both" />, and never said that it is resolved. What follows
            may be out of date.
          </p>
        </Note>
      ) : null}
      {report.flapping ? (
        <Note kind="stale" title={`Flapping: fired ${report.flapping.times} times within ${spanOf(report.flapping)}`}>
          <p>
            What it measures crosses its threshold again and again. Each time is an alert and an incident of its own; <code>keep_firing_for</code>, or a longer{' '}
            <code>for</code>, in its rule makes one of them.
          </p>
        </Note>
      ) : null}
      {alert.truncated_alerts > 0 ? (
        <Note kind="gap" title={`${count(alert.truncated_alerts, 'alert')} of this group never arrived`}>
          <p>
            Alertmanager cut them off (<code>max_alerts</code>). OnCallM can neither show nor investigate them: remove <code>max_alerts</code> from its{' '}
            <code>webhook_configs</code>.
          </p>
        </Note>
      ) : null}
    </>
  );
}

function spanOf({ since, last }: NonNullable<Report['flapping']>): string {
  return lengthOfTime(Date.parse(last) - Date.parse(since));
}

/** How far the investigation is, why it failed, or why there is none. */
export function InvestigationState({
  report,
  progress,
  view,
}: {
  readonly report: Report;
  readonly progress: readonly ProgressStep[];
  readonly view: View;
}): VNode | null {
  const reason = report.status_reason ? displayLine(report.status_reason, 600) : null;
  if (report.status === 'failed') {
    return (
      <Note kind="failed" title={report.analysis ? 'The investigation did not finish' : 'The investigation failed'}>
        <p>{reason ?? 'No reason was recorded.'}</p>
        {report.analysis ? <p>What it had found until then is below.</p> : null}
        <InvestigateAgain report={report} view={view} />
      </Note>
    );
  }
  if (report.status === 'skipped') {
    return (
      <Note kind="skipped" title="Not investigated">
        <p>{reason ?? 'Alerts of this kind are stored, never investigated.'}</p>
        <InvestigateAgain report={report} view={view} />
      </Note>
    );
  }
  return isLive(report) ? <LiveState report={report} progress={progress} view={view} /> : null;
}

function LiveState({ report, progress, view }: { readonly report: Report; readonly progress: readonly ProgressStep[]; readonly view: View }): VNode {
  if (report.status === 'queued') return <QueuedState report={report} view={view} />;
  const told = progress.filter(({ kind }) => kind === 'step').slice(-50);
  const steps = (
    <ol class="steps" data-steps>
      {told.map((step) => (
        <li key={step.seq} data-seq={step.seq}>
          {displayLine(step.what)}
        </li>
      ))}
    </ol>
  );
  const begun = report.investigation?.started_at;
  return (
    <section class="note note-live" aria-labelledby="live-title" aria-live="polite">
      <h2 id="live-title">
        <span class="pulse" aria-hidden="true" /> {report.analysis ? 'First answer; the investigation goes on' : 'Investigating now'}
      </h2>
      {/* The answer, once there is one, must not be pushed off the screen by how it was found. */}
      {report.analysis ? (
        <>
          {/* What goes on now stays in sight. */}
          <p data-step-now>{displayLine(told.at(-1)?.what ?? '')}</p>
          <details>
            <summary>Steps so far</summary>
            {steps}
          </details>
        </>
      ) : (
        steps
      )}
      <p class="quiet">
        {begun ? (
          <>
            Begun <Moment at={begun} view={view} />.{' '}
          </>
        ) : null}
        <LiveText text={report.analysis ? 'This page updates by itself.' : undefined} />
      </p>
    </section>
  );
}

function QueuedState({ report, view }: { readonly report: Report; readonly view: View }): VNode {
  const ahead = report.investigation?.queue_position ?? 0;
  return (
    <section class="note note-live" aria-labelledby="live-title" aria-live="polite">
      <h2 id="live-title">
        <span class="pulse" aria-hidden="true" /> Waiting for its turn
      </h2>
      <p>{ahead > 0 ? `${count(ahead, 'investigation')} ${ahead === 1 ? 'goes' : 'go'} first.` : 'It is next.'}</p>
      <p class="quiet">
        Queued <Moment at={report.investigation?.created_at ?? report.created_at} view={view} />. <LiveText />
      </p>
    </section>
  );
}

/** The client says here when the connection is lost. */
function LiveText({ text = 'This page turns into the answer by itself.' }: { readonly text?: string | undefined }): VNode {
  return <span data-live-text>{text}</span>;
}

/** A form, so that it works without JavaScript. */
export function InvestigateAgain({ report, view }: { readonly report: Pick<Report, 'incident'>; readonly view: View }): VNode | null {
  if (report.incident === null) return null;
  return (
    <form method="post" action={view.href(`/api/v1/incidents/${encodeURIComponent(report.incident.id)}/investigate`)}>
      <button type="submit" class="button">
        Investigate again
      </button>
    </form>
  );
}

/** What an unexplained alert needs most: what to look at next. */
export function NextSteps({ report }: { readonly report: Report }): VNode {
  const namespace = /^[a-z0-9-]{1,63}$/.test(report.namespace) ? report.namespace : null;
  return (
    <section class="card" aria-labelledby="next-title">
      <h2 id="next-title">Where to look next</h2>
      <p>The quickest overview by hand:</p>
      <Command
        text={namespace ? `kubectl get pods,events -n ${namespace} --sort-by=.metadata.creationTimestamp` : 'kubectl get events -A --sort-by=.lastTimestamp'}
        label="overview command"
      />
      <p>Then the alert's own expression in Prometheus, and what was rolled out just before it began.</p>
    </section>
  );
}
