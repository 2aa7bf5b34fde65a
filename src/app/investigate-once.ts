import { type Alert, alertNameOf, type Delivery, isAlwaysFiring } from '#domain/alert.ts';
import type { Episode } from '#domain/episode.ts';
import { groupOf, type Incident } from '#domain/incident.ts';
import type { Investigation } from '#domain/investigation.ts';
import type { Report } from '#domain/report.ts';
import { mostUrgent, severityOf } from '#domain/severity.ts';
import { investigate } from '#investigate/investigate.ts';
import { toReport } from '#report/to-report.ts';
import type { Rule } from '#rules/rule.ts';
import type { World } from './world.ts';

export interface OneInvestigation {
  /** At least one alert. */
  readonly delivery: Delivery;
  readonly world: World;
  readonly rules: readonly Rule[];
  readonly baseUrl: string;
  readonly newId: () => string;
  readonly signal: AbortSignal;
  readonly step: (what: string) => void;
}

/** Investigates the alerts of one delivery at once and together, without a database: the report of the first that is ever investigated. */
export async function investigateOnce({ delivery, world, rules, baseUrl, newId, signal, step }: OneInvestigation): Promise<Report> {
  const now = world.clock().toISOString();
  const incidentId = newId();
  const wanted = delivery.alerts.filter(({ labels }) => !isAlwaysFiring(labels));
  const alerts = wanted.length > 0 ? wanted : delivery.alerts;
  const members = alerts.map((alert) => episodeOf(alert, delivery, incidentId, newId(), now));
  const [lead] = members;
  const [first] = alerts;
  if (lead === undefined || first === undefined) throw new Error('A delivery without alerts cannot be investigated.');
  const incident: Incident = {
    id: incidentId,
    cluster: delivery.cluster,
    group: groupOf(delivery, first),
    title: alertNameOf(lead.labels),
    severity: mostUrgent(members.map(({ labels }) => severityOf(labels['severity']))),
    state: 'open',
    openedAt: now,
    updatedAt: now,
    closedAt: null,
  };
  const analysis = await investigate(
    { incident, episodes: members },
    {
      sources: world.sources,
      rules,
      clock: world.clock,
      stopwatch: () => performance.now(),
      ...(world.metricsServer && { metricsServer: world.metricsServer }),
      ...(world.kubernetesRequests && { kubernetesRequests: world.kubernetesRequests }),
      signal,
      step,
    },
  );
  const investigation: Investigation = {
    id: newId(),
    incidentId,
    cluster: delivery.cluster,
    state: 'completed',
    priority: 0,
    attempts: 1,
    createdAt: now,
    startedAt: now,
    completedAt: now,
    problem: null,
  };
  const [cause] = analysis.root_causes;
  return toReport(
    {
      episode: lead,
      incident: { ...incident, title: cause?.title ?? incident.title },
      investigation,
      cause: cause ?? null,
      analysis,
      members,
      history: [{ episode: lead, cause: cause?.title ?? null }],
      queuePosition: null,
    },
    baseUrl,
  );
}

function episodeOf(alert: Alert, delivery: Delivery, incidentId: string, id: string, now: string): Episode {
  return {
    id,
    cluster: delivery.cluster,
    fingerprint: alert.fingerprint,
    state: alert.status === 'resolved' ? 'resolved' : 'open',
    startsAt: alert.startsAt,
    endsAt: alert.endsAt,
    labels: alert.labels,
    annotations: alert.annotations,
    generatorUrl: alert.generatorUrl,
    externalUrl: delivery.externalUrl,
    truncatedAlerts: delivery.truncatedAlerts,
    firstSeenAt: now,
    lastSeenAt: now,
    repeats: 0,
    incidentId,
  };
}
