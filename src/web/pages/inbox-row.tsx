import type { VNode } from 'preact';
import type { IncidentSummary } from '#domain/views.ts';
import { displayLine } from '#lib/display-text.ts';
import { SeverityBadge } from './icons.tsx';
import { reportHref } from './links.ts';
import { Moment } from './moment.tsx';
import type { View } from './view.ts';
import { count } from './words.ts';

/** One incident in one glance: how bad, what and why, how many, how old. The whole row is one big link. */
export function IncidentRow({ summary, view }: { readonly summary: IncidentSummary; readonly view: View }): VNode {
  const { incident, lead, alerts } = summary;
  const answer = answerOf(summary);
  return (
    <li class="incident" data-incident={incident.id}>
      <SeverityBadge severity={incident.severity} />
      <div class="incident-text">
        <a href={reportHref(view, { fingerprint: lead.fingerprint, cluster: incident.cluster })} class={answer.known ? 'cause' : 'cause unknown'}>
          {answer.text}
        </a>
        <p class="meta">
          <span>{displayLine(lead.alertName, 120)}</span>
          {lead.namespace === 'Unknown' ? null : <span>{displayLine(lead.namespace, 80)}</span>}
          {incident.cluster === 'default' ? null : <span>cluster {displayLine(incident.cluster, 60)}</span>}
        </p>
      </div>
      <p class="meta incident-side">
        <span>
          {incident.state === 'open' ? (
            <Moment at={incident.openedAt} view={view} />
          ) : (
            <>
              closed <Moment at={incident.closedAt ?? incident.updatedAt} view={view} />
            </>
          )}
        </span>
        <span>{alertsText(alerts)}</span>
        <span class={`status status-${answer.status}`}>{answer.word}</span>
      </p>
    </li>
  );
}

function alertsText({ total, firing }: IncidentSummary['alerts']): string {
  if (firing === 0 || firing === total) return count(total, 'alert');
  return `${firing} of ${count(total, 'alert')} firing`;
}

interface RowAnswer {
  readonly text: string;
  readonly known: boolean;
  readonly word: string;
  readonly status: 'answered' | 'open' | 'working' | 'trouble';
}

function answerOf({ cause, healthy, inconclusive, investigation, lead }: IncidentSummary): RowAnswer {
  if (cause) return { text: displayLine(cause.title, 240), known: true, word: displayLine(cause.confidence, 20), status: 'answered' };
  const name = displayLine(lead.alertName, 120);
  if (healthy) return { text: `${name}: nothing wrong found`, known: false, word: 'nothing wrong', status: 'answered' };
  if (inconclusive) return { text: `${name}: no cause found`, known: false, word: 'no cause found', status: 'open' };
  const problem = investigation?.problem ? `: ${displayLine(investigation.problem, 160)}` : '';
  switch (investigation?.state) {
    case 'queued':
      return { text: `${name} waits to be investigated`, known: false, word: 'queued', status: 'working' };
    case 'running':
      return { text: `Looking for the cause of ${name}`, known: false, word: 'investigating', status: 'working' };
    case 'failed':
      return { text: `${name} could not be investigated${problem}`, known: false, word: 'failed', status: 'trouble' };
    case 'cancelled':
      return { text: `${name} resolved before it was investigated`, known: false, word: 'not investigated', status: 'open' };
    default:
      return { text: name, known: false, word: 'not investigated', status: 'open' };
  }
}
