import { alertNameOf, namespaceOf } from '#domain/alert.ts';
import { aboutOf } from '#domain/alert-subject.ts';
import { flappingOf } from '#domain/flapping.ts';
import type { Report, ReportStatus } from '#domain/report.ts';
import type { ReportRecord, ReportSummary } from '#domain/views.ts';

/** Where people find the report of a fingerprint. */
export function reportUrl(baseUrl: string, fingerprint: string, cluster = 'default'): string {
  return `${baseUrl.replace(/\/+$/, '')}/report/${encodeURIComponent(fingerprint.toWellFormed())}${cluster === 'default' ? '' : `?cluster=${encodeURIComponent(cluster)}`}`;
}

/** What a reader is told about the state of an episode's investigation. */
export function statusOf({ incident, investigation }: Pick<ReportSummary, 'incident' | 'investigation'>): ReportStatus {
  if (incident === null || investigation === null) return 'skipped';
  return ({ queued: 'queued', running: 'investigating', completed: 'completed', failed: 'failed', cancelled: 'skipped' } as const)[investigation.state];
}

/** Why a report is failed or skipped, in a sentence; null otherwise. */
export function statusReasonOf({ episode, incident, investigation }: Pick<ReportSummary, 'episode' | 'incident' | 'investigation'>): string | null {
  if (incident === null || investigation === null)
    return episode.state === 'resolved'
      ? 'It had already resolved when it was first seen.'
      : 'This alert always fires by design; it is recorded and never investigated.';
  return investigation.state === 'failed' || investigation.state === 'cancelled' ? investigation.problem : null;
}

/** The report of one episode, in its public shape. */
export function toReport(record: ReportRecord, baseUrl: string): Report {
  const { episode, incident, investigation, members, history } = record;
  return {
    fingerprint: episode.fingerprint,
    alert_name: alertNameOf(episode.labels),
    namespace: namespaceOf(episode.labels),
    cluster: episode.cluster,
    status: statusOf(record),
    status_reason: statusReasonOf(record),
    created_at: investigation?.createdAt ?? episode.firstSeenAt,
    completed_at: investigation?.completedAt ?? null,
    report_url: reportUrl(baseUrl, episode.fingerprint, episode.cluster),
    alert: {
      status: episode.state === 'open' ? 'firing' : episode.state,
      labels: episode.labels,
      annotations: episode.annotations,
      startsAt: episode.startsAt,
      endsAt: episode.endsAt,
      generatorURL: episode.generatorUrl,
      last_seen_at: episode.lastSeenAt,
      repeats: episode.repeats,
      truncated_alerts: episode.truncatedAlerts,
      externalURL: episode.externalUrl,
    },
    incident: incident && {
      id: incident.id,
      title: incident.title,
      severity: incident.severity,
      state: incident.state,
      split_from: record.splitFrom ?? null,
      alerts: members.map(({ fingerprint, labels, state, joinedBy = '' }) => ({
        fingerprint,
        alert_name: alertNameOf(labels),
        namespace: namespaceOf(labels),
        status: state === 'open' ? 'firing' : state,
        about: aboutOf(labels),
        joined_by: joinedBy,
      })),
    },
    investigation: investigation && {
      id: investigation.id,
      attempts: investigation.attempts,
      created_at: investigation.createdAt,
      started_at: investigation.startedAt,
      queue_position: record.queuePosition,
    },
    flapping: flappingOf(history.map(({ episode }) => episode)),
    history: history.map(({ episode: { id, startsAt, endsAt, state }, cause }) => ({ episode: id, startsAt, endsAt, state, cause })),
    analysis: record.analysis,
  };
}
