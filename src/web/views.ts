import { alertNameOf, namespaceOf } from '#domain/alert.ts';
import { aboutOf } from '#domain/alert-subject.ts';
import type { Investigation } from '#domain/investigation.ts';
import type { ReaderQuestion } from '#domain/reader-question.ts';
import { severityOf } from '#domain/severity.ts';
import type { IncidentDetail, IncidentSummary, ReportSummary } from '#domain/views.ts';
import { statusOf, statusReasonOf } from '#report/to-report.ts';
import type { ReportLink } from './access/report-links.ts';
import type { IncidentLine, InvestigationLine } from './schemas/incident.ts';
import type { ReportLine } from './schemas/report.ts';

/** One line of `GET /reports`. */
export function reportLine(summary: ReportSummary, reportLink: ReportLink): ReportLine {
  const { episode, investigation, incident, cause } = summary;
  return {
    fingerprint: episode.fingerprint,
    alert_name: alertNameOf(episode.labels),
    namespace: namespaceOf(episode.labels),
    cluster: episode.cluster,
    status: statusOf(summary),
    status_reason: statusReasonOf(summary),
    created_at: investigation?.createdAt ?? episode.firstSeenAt,
    completed_at: investigation?.completedAt ?? null,
    alert_status: episode.state === 'open' ? 'firing' : episode.state,
    severity: severityOf(episode.labels['severity']),
    startsAt: episode.startsAt,
    endsAt: episode.endsAt,
    incident_id: incident?.id ?? null,
    cause,
    report_url: reportLink(episode.fingerprint, episode.cluster),
  };
}

/** One line of `GET /api/v1/incidents`. */
export function incidentLine({ incident, investigation, cause, alerts, lead, healthy, inconclusive }: IncidentSummary, reportLink: ReportLink): IncidentLine {
  return {
    id: incident.id,
    title: incident.title,
    cluster: incident.cluster,
    severity: incident.severity,
    state: incident.state,
    opened_at: incident.openedAt,
    updated_at: incident.updatedAt,
    closed_at: incident.closedAt,
    split_from: incident.splitFrom ?? null,
    alerts,
    lead: { fingerprint: lead.fingerprint, alert_name: lead.alertName, namespace: lead.namespace },
    cause,
    healthy,
    inconclusive,
    investigation: investigation && investigationLine(investigation),
    report_url: reportLink(lead.fingerprint, incident.cluster),
  };
}

/** `GET /api/v1/incidents/{id}`. */
export function incidentView(detail: IncidentDetail, reportLink: ReportLink) {
  return {
    ...incidentLine(detail, reportLink),
    members: detail.members.map((episode) => ({
      fingerprint: episode.fingerprint,
      alert_name: alertNameOf(episode.labels),
      namespace: namespaceOf(episode.labels),
      status: episode.state === 'open' ? ('firing' as const) : episode.state,
      startsAt: episode.startsAt,
      endsAt: episode.endsAt,
      about: aboutOf(episode.labels),
      joined_by: episode.joinedBy ?? '',
      report_url: reportLink(episode.fingerprint, episode.cluster),
    })),
    investigations: detail.investigations.map(investigationLine),
    analysis: detail.analysis,
  };
}

/** One of `GET /api/v1/investigations/{id}/questions`. */
export function readerQuestionView({ id, askedAt, question, state, answeredAt, answer, hasTranscript }: ReaderQuestion) {
  return {
    id,
    asked_at: askedAt,
    question,
    state,
    answered_at: answeredAt,
    sentences: (answer?.sentences ?? []).filter(({ verified }) => verified).map(({ text, evidence }) => ({ text, evidence: [...evidence] })),
    evidence: (answer?.evidence ?? []).map(({ subject: _, data: __, ...shown }) => shown),
    has_transcript: hasTranscript,
    problem: answer?.problem ?? '',
  };
}

function investigationLine({ id, state, attempts, createdAt, startedAt, completedAt, problem }: Investigation): InvestigationLine {
  return { id, state, attempts, created_at: createdAt, started_at: startedAt, completed_at: completedAt, problem };
}
