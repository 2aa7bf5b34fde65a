import type { VNode } from 'preact';
import type { Analysis, Report, ReportTimelineEntry } from '#domain/report.ts';
import { displayLine } from '#lib/display-text.ts';
import { EvidenceLinks } from './answer.tsx';
import { Moment } from './moment.tsx';
import { TimelinePicture } from './timeline-picture.tsx';
import { scaleTimeline } from './timeline-scale.ts';
import type { View } from './view.ts';

const SHOWN = 30;

interface Row {
  /** NaN when the source gave no usable time: such rows come last. */
  readonly time: number;
  /** null for what the alert itself did. */
  readonly number: number | null;
  readonly at: string;
  readonly what: string;
  readonly evidence: string | null;
}

/** What happened, as a picture and as a list with the same numbers. */
export function Timeline({ report, analysis, view }: { readonly report: Report; readonly analysis: Analysis; readonly view: View }): VNode | null {
  if (analysis.timeline.length === 0) return null;
  const rows = rowsOf(report, analysis.timeline);
  const points = rows.flatMap(({ time, number }) => (number === null || Number.isNaN(time) ? [] : [{ at: time, number }]));
  const scale = scaleTimeline(points, Date.parse(report.alert.startsAt), Date.parse(view.now));
  const since = Date.parse(analysis.root_causes[0]?.since ?? '');
  return (
    <section class="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      {scale ? <TimelinePicture scale={scale} firedAt={Date.parse(report.alert.startsAt)} onset={Number.isNaN(since) ? null : since} /> : null}
      {scale && scale.earlier > 0 ? <p class="quiet">{scale.earlier} earlier, not in the picture.</p> : null}
      <ol class="timeline">
        {rows.slice(0, SHOWN).map((row, index) => (
          <li key={index} class={row.number === null ? 'of-alert' : undefined}>
            <span class="number" aria-hidden="true">
              {row.number ?? '!'}
            </span>
            <span class="at">
              <Moment at={row.at} view={view} show="clock" />
            </span>
            <span class="what">
              {displayLine(row.what)} {row.evidence ? <EvidenceLinks ids={[row.evidence]} /> : null}
            </span>
          </li>
        ))}
      </ol>
      {rows.length > SHOWN ? <p class="quiet">and {rows.length - SHOWN} more, in the JSON report</p> : null}
    </section>
  );
}

function rowsOf(report: Report, entries: readonly ReportTimelineEntry[]): readonly Row[] {
  const { startsAt, endsAt } = report.alert;
  const byTime = (a: { readonly time: number }, b: { readonly time: number }) => (Number.isNaN(a.time) ? 1 : Number.isNaN(b.time) ? -1 : a.time - b.time);
  const events = entries
    .map((entry) => ({ ...entry, time: Date.parse(entry.at) }))
    .toSorted(byTime)
    .map((entry, index) => ({ ...entry, number: index + 1 }));
  const own = [
    { at: startsAt, what: `Alert ${displayLine(report.alert_name, 120)} fires` },
    ...(endsAt === null ? [] : [{ at: endsAt, what: 'Alert is resolved' }]),
  ].map((row) => ({ ...row, time: Date.parse(row.at), number: null, evidence: null }));
  const told = (row: { readonly at: string }): boolean => entries.some(({ at, what }) => Date.parse(at) === Date.parse(row.at) && what.startsWith('Alert '));
  return [...events, ...own.filter((row) => !told(row))].toSorted(byTime);
}
