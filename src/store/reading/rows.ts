import type { Selectable } from 'kysely';
import type { LabelSet } from '#domain/alert.ts';
import type { Episode } from '#domain/episode.ts';
import type { Incident } from '#domain/incident.ts';
import type { Investigation } from '#domain/investigation.ts';
import type { Severity } from '#domain/severity.ts';
import type { IncidentSummary, ReportSummary } from '#domain/views.ts';
import type { Tables } from '../tables.ts';

export type EpisodeRow = Selectable<Tables['episodes']>;
export type IncidentRow = Selectable<Tables['incidents']>;
export type InvestigationRow = Pick<Selectable<Tables['investigations']>, (typeof INVESTIGATION_COLUMNS)[number]>;

/** What a reader needs of an investigation. */
export const INVESTIGATION_COLUMNS = [
  'id',
  'incident_id',
  'cluster',
  'state',
  'priority',
  'attempts',
  'created_at',
  'started_at',
  'completed_at',
  'problem',
] as const;

export function toEpisode(row: EpisodeRow): Episode {
  return {
    id: row.id,
    cluster: row.cluster,
    fingerprint: row.fingerprint,
    state: row.state,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    labels: JSON.parse(row.labels) as LabelSet,
    annotations: JSON.parse(row.annotations) as LabelSet,
    generatorUrl: row.generator_url,
    externalUrl: row.external_url,
    truncatedAlerts: row.truncated_alerts,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    repeats: row.repeats,
    incidentId: row.incident_id,
    joinedBy: row.joined_by,
  };
}

export function toIncident(row: IncidentRow): Incident {
  return {
    id: row.id,
    cluster: row.cluster,
    group: row.group_key,
    title: row.title,
    severity: row.severity as Severity,
    state: row.state,
    openedAt: row.opened_at,
    updatedAt: row.updated_at,
    closedAt: row.closed_at,
    splitFrom: row.split_from,
  };
}

export function toInvestigation(row: InvestigationRow): Investigation {
  return {
    id: row.id,
    incidentId: row.incident_id,
    cluster: row.cluster,
    state: row.state,
    priority: row.priority,
    attempts: row.attempts,
    createdAt: row.created_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    problem: row.problem,
  };
}

/** The first root cause of an incident; null until there is one. */
export function toCause(row: Pick<IncidentRow, 'cause_code' | 'cause_title' | 'cause_confidence'>): ReportSummary['cause'] {
  return row.cause_code === null ? null : { code: row.cause_code, title: row.cause_title ?? '', confidence: row.cause_confidence ?? '' };
}

export function toIncidentSummary(row: IncidentRow, investigation: InvestigationRow | undefined): IncidentSummary {
  return {
    incident: toIncident(row),
    investigation: investigation ? toInvestigation(investigation) : null,
    cause: toCause(row),
    alerts: { total: row.alerts_total, firing: row.alerts_firing },
    lead: { alertName: row.lead_alert_name, namespace: row.lead_namespace, fingerprint: row.lead_fingerprint },
    healthy: row.healthy === 1,
    inconclusive: row.inconclusive === 1,
  };
}
