import type { LabelSet } from '#domain/alert.ts';
import type { Report } from '#domain/report.ts';
import { webUrl } from '#lib/display-text.ts';
import type { View } from './view.ts';

export interface Link {
  readonly text: string;
  readonly href: string;
}

/** Where to look further: only addresses that are http(s). What an annotation or a sender made of something else is left out. */
export function linksOf(report: Pick<Report, 'alert'>): readonly Link[] {
  const { alert } = report;
  const wanted: readonly (readonly [string, string | null])[] = [
    ['Runbook', webUrl(alert.annotations['runbook_url'] ?? alert.annotations['runbook'] ?? '')],
    ['Dashboard', webUrl(alert.annotations['dashboard_url'] ?? alert.annotations['dashboard'] ?? '')],
    ['The alert in Prometheus', webUrl(alert.generatorURL)],
    ['Silence this alert', silenceUrl(alert.externalURL, alert.labels)],
  ];
  return wanted.flatMap(([text, href]) => (href === null ? [] : [{ text, href }]));
}

/** Browsers and proxies give up on longer ones. */
const URL_LIMIT = 4_000;

/**
 * Alertmanager's form for a new silence, filled with the labels of this alert; null when its address is not http(s) or the labels are too long for a link.
 * Form of the link: https://github.com/prometheus/alertmanager/blob/main/template/email.tmpl (`/#/silences/new?filter=`).
 */
export function silenceUrl(externalUrl: string, labels: LabelSet): string | null {
  const base = webUrl(externalUrl);
  const names = Object.keys(labels);
  if (base === null || names.length === 0) return null;
  const matchers = names.map((name) => `${/^[a-zA-Z_]\w*$/.test(name) ? name : quoted(name)}=${quoted(labels[name] ?? '')}`);
  const length = matchers.reduce((sum, matcher) => sum + matcher.length, 0);
  if (length > URL_LIMIT) return null;
  const url = `${base.replace(/[/#]+$/, '')}/#/silences/new?filter=${encodeURIComponent(`{${matchers.join(', ').toWellFormed()}}`)}`;
  return url.length > URL_LIMIT ? null : url;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** Only ids as OnCallM gives them may become anchors. */
export function evidenceAnchor(id: string): string | null {
  return /^E\d{1,5}$/.test(id) ? `evidence-${id}` : null;
}

interface ReportAddress {
  readonly fingerprint: string;
  readonly cluster: string;
  /** `.json` or `.md`: the same report as data. */
  readonly suffix?: '.json' | '.md';
  /** An earlier episode. */
  readonly episode?: string;
}

/** Where the page of a report is, on the host the reader came by. Senders choose fingerprints: half a surrogate pair must not break the page. */
export function reportHref(view: View, { fingerprint, cluster, suffix, episode }: ReportAddress): string {
  return view.href(
    `/report/${encodeURIComponent(fingerprint.toWellFormed())}${suffix ?? ''}${queryOf({ cluster: cluster === 'default' ? undefined : cluster, episode, ...signatureFor(view, fingerprint, cluster) })}`,
  );
}

/** Where the live progress of a report is. */
export function eventsHref(view: View, fingerprint: string, cluster = 'default'): string {
  const query = queryOf({ cluster: cluster === 'default' ? undefined : cluster, ...signatureFor(view, fingerprint, cluster) });
  return view.href(`/api/v1/reports/${encodeURIComponent(fingerprint.toWellFormed())}/events${query}`);
}

/** Where the live progress of the answer to a question is. */
export function questionEventsHref(view: View, { investigationId, id }: { readonly investigationId: string; readonly id: string }): string {
  return view.href(`/api/v1/investigations/${encodeURIComponent(investigationId)}/questions/${encodeURIComponent(id)}/events`);
}

/** Where what a model was asked and did is shown: in an investigation, or for a question about its report. */
export function transcriptHref(view: View, investigationId: string, questionId?: string): string {
  const question = questionId === undefined ? '' : `/questions/${encodeURIComponent(questionId)}`;
  return view.href(`/investigations/${encodeURIComponent(investigationId)}${question}/transcript`);
}

/** What the reader's link opens: this report, not others. */
function signatureFor({ link }: View, fingerprint: string, cluster: string): { readonly exp?: string; readonly sig?: string } {
  return link !== undefined && link.fingerprint === fingerprint.toWellFormed() && link.cluster === cluster ? { exp: link.exp, sig: link.sig } : {};
}

function queryOf(fields: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value) query.set(name, value);
  return query.size > 0 ? `?${query}` : '';
}
