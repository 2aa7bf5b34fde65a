import type { VNode } from 'preact';
import type { Report } from '#domain/report.ts';
import { severityOf } from '#domain/severity.ts';
import { displayLine } from '#lib/display-text.ts';
import type { ReportExtra } from '../pages.ts';
import { FeedbackForm, History, Usage } from './afterwards.tsx';
import { AlertCard, Links } from './alert-card.tsx';
import { Answer, headline, leadAction, MoreActions } from './answer.tsx';
import { Action } from './command.tsx';
import { EvidenceList } from './evidence-list.tsx';
import { Frame } from './frame.tsx';
import { SeverityBadge } from './icons.tsx';
import { eventsHref } from './links.ts';
import { Members } from './members.tsx';
import { Moment } from './moment.tsx';
import { Consequences, CouldNotBeRead, OtherCauses, RuledOut } from './more-causes.tsx';
import { isAwaited, Questions } from './questions.tsx';
import { InvestigateAgain, InvestigationState, isLive, NextSteps, Note, StateNotes } from './report-state.tsx';
import { SignInToAct } from './sign-in-page.tsx';
import { Timeline } from './timeline.tsx';
import type { View } from './view.ts';

interface ReportPageProps {
  readonly report: Report;
  readonly extra: ReportExtra;
  readonly view: View;
}

/** The page that a link in a chat message opens at night: the answer first, then what it rests on. */
export function ReportPage({ report, extra, view }: ReportPageProps): VNode {
  const live = isLive(report);
  return (
    <Frame
      view={view}
      title={`${headline(report)} · ${displayLine(report.alert_name, 80)} · OnCallM`}
      kind="report"
      events={live ? eventsHref(view, report.fingerprint, report.cluster) : undefined}
      refreshSeconds={live || isAwaited(extra.questions) ? 5 : undefined}
    >
      <article class="report">
        <div class="answer">
          <Eyebrow report={report} view={view} />
          <h1>{headline(report)}</h1>
          <StateNotes report={report} view={view} />
          <InvestigationState report={report} progress={extra.progress} view={view} />
          <Verdict report={report} view={view} />
        </div>
        <div class="body">
          <Basis report={report} hasTranscript={extra.hasTranscript ?? false} view={view} />
          {extra.questions && report.analysis && !live ? (
            <Questions report={report} questions={extra.questions} steps={extra.questionSteps} view={view} />
          ) : null}
        </div>
        <aside aria-label="About the alert">
          <AlertCard report={report} view={view} />
          <Members report={report} view={view} />
          <Links report={report} view={view} />
          <History report={report} view={view} />
          {view.link ? <SignInToAct view={view} report={report} /> : null}
          {report.analysis && !live && view.mayAct ? <FeedbackForm report={report} feedback={extra.feedback} view={view} /> : null}
          {report.status === 'completed' && view.mayAct ? (
            <div class="again no-print">
              <InvestigateAgain report={report} view={view} />
            </div>
          ) : null}
        </aside>
      </article>
    </Frame>
  );
}

function Eyebrow({ report, view }: { readonly report: Report; readonly view: View }): VNode {
  const { alert } = report;
  return (
    <p class="eyebrow">
      <SeverityBadge severity={severityOf(alert.labels['severity'])} />
      <span class={`badge state-${alert.status}`}>{alert.status === 'firing' ? 'Firing' : alert.status === 'resolved' ? 'Resolved' : 'Stale'}</span>
      <span>
        <b>{displayLine(report.alert_name, 160)}</b>
        {report.namespace === 'Unknown' ? '' : ` in ${displayLine(report.namespace, 80)}`}
        {report.cluster === 'default' ? '' : `, cluster ${displayLine(report.cluster, 80)}`}
      </span>
      <span class="quiet">
        fired <Moment at={alert.startsAt} view={view} show="both" />
      </span>
    </p>
  );
}

/** The answer in whichever form there is one: a cause, nothing wrong, or not known. */
function Verdict({ report, view }: { readonly report: Report; readonly view: View }): VNode | null {
  const { analysis } = report;
  if (analysis === null) return null;
  const [cause] = analysis.root_causes;
  if (cause) return <Answer cause={cause} analysis={analysis} view={view} />;
  const lead = leadAction(analysis);
  return (
    <>
      <p class="explanation">{displayLine(analysis.summary, 2_000)}</p>
      {analysis.healthy && report.alert.status === 'firing' ? (
        <Note kind="stale" title="The alert still fires">
          <p>Everything that could be looked at is as it should be. What the alert measures is in its own expression: see the link to Prometheus.</p>
        </Note>
      ) : null}
      {lead ? (
        <section class="card lead" aria-labelledby="lead-title">
          <h2 id="lead-title">Do this next</h2>
          <Action action={lead} />
        </section>
      ) : null}
    </>
  );
}

/** What the answer rests on, and what goes with it. */
function Basis({ report, hasTranscript, view }: { readonly report: Report; readonly hasTranscript: boolean; readonly view: View }): VNode | null {
  const { analysis } = report;
  if (analysis === null) return report.status === 'failed' ? <NextSteps report={report} /> : null;
  return (
    <>
      {analysis.impact ? (
        <section class="card" aria-labelledby="impact-title">
          <h2 id="impact-title">Impact</h2>
          <p>{displayLine(analysis.impact, 1_000)}</p>
        </section>
      ) : null}
      <CouldNotBeRead analysis={analysis} />
      <MoreActions analysis={analysis} />
      {analysis.inconclusive && analysis.actions.length === 0 ? <NextSteps report={report} /> : null}
      <OtherCauses analysis={analysis} />
      {analysis.root_causes.length === 0 ? <RuledOut analysis={analysis} /> : null}
      <EvidenceList analysis={analysis} view={view} />
      <Timeline report={report} analysis={analysis} view={view} />
      <Consequences analysis={analysis} />
      {analysis.root_causes.length > 0 ? <RuledOut analysis={analysis} /> : null}
      <Usage report={report} analysis={analysis} hasTranscript={hasTranscript} view={view} />
    </>
  );
}
