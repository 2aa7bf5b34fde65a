import type { VNode } from 'preact';
import type { LabelSet } from '#domain/alert.ts';
import type { Report } from '#domain/report.ts';
import { severityOf } from '#domain/severity.ts';
import { displayLine, webUrl } from '#lib/display-text.ts';
import { Fact } from './fact.tsx';
import { linksOf, reportHref } from './links.ts';
import { Moment } from './moment.tsx';
import type { View } from './view.ts';
import { count, SEVERITY } from './words.ts';

const STATE: Readonly<Record<Report['alert']['status'], string>> = { firing: 'Firing', resolved: 'Resolved', stale: 'Stale' };

/** What the alert itself said. */
export function AlertCard({ report, view }: { readonly report: Report; readonly view: View }): VNode {
  const { alert } = report;
  const description = alert.annotations['description'] ?? alert.annotations['message'] ?? alert.annotations['summary'];
  return (
    <section class="card" aria-labelledby="alert-title">
      <h2 id="alert-title">The alert</h2>
      {description ? <p>{displayLine(description, 800)}</p> : null}
      <dl class="facts">
        <Fact name="State">{STATE[alert.status]}</Fact>
        <Fact name="Severity">{SEVERITY[severityOf(alert.labels['severity'])]}</Fact>
        <Fact name="Fired">
          <Moment at={alert.startsAt} view={view} show="both" />
        </Fact>
        {alert.endsAt ? (
          <Fact name="Ended">
            <Moment at={alert.endsAt} view={view} show="both" />
          </Fact>
        ) : null}
        <Fact name="Last message">
          <Moment at={alert.last_seen_at} view={view} show="both" />
          {alert.repeats > 0 ? `, ${count(alert.repeats, 'repeat')}` : ''}
        </Fact>
        <Fact name="Cluster">{displayLine(report.cluster, 120)}</Fact>
        <Fact name="Namespace">{displayLine(report.namespace, 120)}</Fact>
      </dl>
      <LabelTable title="Labels" labels={alert.labels} />
      <LabelTable title="Annotations" labels={alert.annotations} />
    </section>
  );
}

/** Longer sets are cut: the whole is in the JSON report. */
const LABELS_SHOWN = 60;

function LabelTable({ title, labels }: { readonly title: string; readonly labels: LabelSet }): VNode | null {
  const names = Object.keys(labels).sort();
  if (names.length === 0) return null;
  return (
    <details>
      <summary>{count(names.length, title.slice(0, -1).toLowerCase())}</summary>
      <dl class="labels">
        {names.slice(0, LABELS_SHOWN).map((name) => (
          <div key={name}>
            <dt>{displayLine(name, 100)}</dt>
            <dd>
              <LabelValue value={labels[name] ?? ''} />
            </dd>
          </div>
        ))}
      </dl>
      {names.length > LABELS_SHOWN ? <p class="quiet">and {names.length - LABELS_SHOWN} more, in the JSON report</p> : null}
    </details>
  );
}

function LabelValue({ value }: { readonly value: string }): VNode {
  const url = webUrl(value);
  const text = displayLine(value, 400);
  return url === null ? <span>{text || '(empty)'}</span> : <a href={url}>{text}</a>;
}

/** Ways on: runbook, Prometheus, silence, and the report as data. */
export function Links({ report, view }: { readonly report: Report; readonly view: View }): VNode {
  return (
    <section class="card" aria-labelledby="links-title">
      <h2 id="links-title">Links</h2>
      <ul class="links">
        {linksOf(report).map(({ text, href }) => (
          <li key={text}>
            <a href={href}>{text}</a>
          </li>
        ))}
        <li>
          <a href={reportHref(view, { ...report, suffix: '.md' })}>This report as Markdown</a>
        </li>
        <li>
          <a href={reportHref(view, { ...report, suffix: '.json' })}>This report as JSON</a>
        </li>
      </ul>
    </section>
  );
}
