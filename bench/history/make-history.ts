import type { Insertable } from 'kysely';
import { mostUrgent, type Severity, urgency } from '#domain/severity.ts';
import { incidentRank, incidentTitle } from '#store/incident-facts.ts';
import type { Tables } from '#store/tables.ts';
import { ALERTS, CLUSTERS, type Place, placeIn } from './population.ts';
import { createRandom, type Random } from './random.ts';

/** Rows as they would be there after a while of use, oldest first; incidents with everything that belongs to them. */
export interface HistoryPart {
  readonly incidents: readonly Insertable<Tables['incidents']>[];
  readonly investigations: readonly Insertable<Tables['investigations']>[];
  /** In the order of creation, which is not that of their incidents: alerts join later. */
  readonly episodes: readonly Insertable<Tables['episodes']>[];
}

export interface HistoryOptions {
  readonly episodes: number;
  readonly days: number;
  /** UTC RFC 3339: the time at which it ends. */
  readonly until: string;
  readonly seed: number;
}

/** Incidents whose alerts may be mixed in time. */
const PART_INCIDENTS = 500;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * A made-up history: incidents of one to a few alerts, storms of 2,000 now and then, most of it over and investigated, the last hours half open, a queue, failed and
 * cancelled investigations, incidents that others took in, alerts that fire again and again, and a Watchdog for each cluster.
 */
export function* makeHistory({ episodes: total, days, until, seed }: HistoryOptions): Generator<HistoryPart> {
  const random = createRandom(seed);
  const endMs = Date.parse(until);
  const spanMs = days * 24 * HOUR_MS;
  let made = 0;
  let serial = 0;
  yield { incidents: [], investigations: [], episodes: watchdogs(endMs, spanMs) };
  made += CLUSTERS.length;
  while (made < total) {
    const incidents = [];
    const investigations = [];
    const episodes = [];
    let oldest: string | undefined;
    for (let nth = 0; nth < PART_INCIDENTS && made < total; nth += 1) {
      const size = Math.min(total - made, sizeOf(random));
      const openedMs = endMs - spanMs + (made / total) * spanMs;
      const one = makeIncident(random, { serial: serial++, size, openedMs, endMs, mergedInto: random.chance(0.05) ? oldest : undefined });
      if (one.incident.merged_into === null) oldest ??= one.incident.id;
      incidents.push(one.incident);
      investigations.push(...one.investigations);
      episodes.push(...one.episodes);
      made += size;
    }
    yield { incidents, investigations, episodes: episodes.toSorted((left, right) => (left.first_seen_at < right.first_seen_at ? -1 : 1)) };
  }
}

function sizeOf(random: Random): number {
  if (random.chance(0.0005)) return 2_000;
  return 1 + Math.floor(-7 * Math.log(1 - random.next()));
}

interface Made {
  readonly serial: number;
  readonly size: number;
  readonly openedMs: number;
  readonly endMs: number;
  readonly mergedInto: string | undefined;
}

function makeIncident(random: Random, { serial, size, openedMs, endMs, mergedInto }: Made) {
  const place = placeIn(random);
  const ageMs = endMs - openedMs;
  const open = mergedInto === undefined && (ageMs < 6 * HOUR_MS ? random.chance(0.5) : random.chance(0.002));
  const state = open ? 'open' : 'closed';
  const ending = endOf(random, open, ageMs);
  const id = idOf('1', serial);
  const investigationId = idOf('2', serial);
  const alerts = Array.from({ length: size }, () => makeAlert(random, place));
  const severity = mostUrgent(alerts.map((alert) => alert.severity));
  const [lead] = alerts;
  const done = ending === 'completed';
  const closedAt = open ? null : timeOf(openedMs + 40 * MINUTE_MS);
  const incident = {
    id,
    cluster: place.cluster,
    group_key: `{}:{namespace="${place.namespace}"}`,
    title: incidentTitle(done ? place.cause.title : null, lead?.name ?? '', size),
    severity,
    state,
    rank: incidentRank(state, severity),
    opened_at: timeOf(openedMs),
    updated_at: timeOf(openedMs + 10 * MINUTE_MS),
    closed_at: closedAt,
    lead_alert_name: lead?.name ?? '',
    lead_namespace: place.namespace,
    lead_fingerprint: lead?.fingerprint ?? '',
    alerts_total: size,
    alerts_firing: open ? size : 0,
    investigation_id: investigationId,
    analysis_id: done ? investigationId : null,
    cause_code: done ? place.cause.code : null,
    cause_title: done ? place.cause.title : null,
    cause_confidence: done ? 'likely' : null,
    cause_key: done ? `${place.cause.code} Deployment/${place.namespace}/${place.workload}` : null,
    merged_into: mergedInto ?? null,
    healthy: 0,
    inconclusive: 0,
  } as const satisfies Insertable<Tables['incidents']>;
  const first = investigation(investigationId, incident, ending, openedMs);
  const earlier = done && random.chance(0.1) ? [investigation(idOf('0', serial), incident, 'completed', openedMs)] : [];
  const episodes = alerts.map((alert, index) =>
    episode(alert, { incident, status: STATUS[ending], open, seenMs: openedMs + random.whole(10 * MINUTE_MS), id: idOf('3', serial, index) }),
  );
  return { incident, investigations: [...earlier, first], episodes };
}

const STATUS = { queued: 'queued', running: 'investigating', completed: 'completed', failed: 'failed', cancelled: 'skipped' } as const;
type Ending = keyof typeof STATUS;

/** The newest open ones wait or run. */
function endOf(random: Random, open: boolean, ageMs: number): Ending {
  if (open && ageMs < 30 * MINUTE_MS) return random.chance(0.05) ? 'running' : 'queued';
  const at = random.next();
  return at < 0.04 ? 'failed' : at < 0.12 && !open ? 'cancelled' : 'completed';
}

interface MadeAlert {
  readonly name: string;
  readonly severity: Severity;
  readonly namespace: string;
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
}

function makeAlert(random: Random, { namespace, workload }: Place): MadeAlert {
  const { name, severity, about } = random.oftenFirst(ALERTS);
  const where = about === 'node' ? 'monitoring' : namespace;
  // Some fire again and again under one fingerprint, most have a pod of their own.
  const number = random.chance(0.3) ? random.whole(20) : random.whole(1_000_000);
  const pod = `${workload}-6c9f7d5b8-${number.toString(36)}`;
  const labels = {
    alertname: name,
    namespace: where,
    severity,
    prometheus: 'monitoring/stack',
    ...(about === 'node' ? { node: `node-${number % 200}`, instance: `10.0.${number % 200}.9:9100` } : { pod, container: 'server', workload }),
  };
  return { name, severity, namespace: where, fingerprint: fingerprintOf(Object.values(labels).join(' ')), labels };
}

interface Belonging {
  readonly incident: Pick<Insertable<Tables['incidents']>, 'id' | 'cluster' | 'closed_at' | 'merged_into'>;
  readonly status: (typeof STATUS)[Ending];
  readonly open: boolean;
  readonly seenMs: number;
  readonly id: string;
}

function episode(alert: MadeAlert, { incident, status, open, seenMs, id }: Belonging): Insertable<Tables['episodes']> {
  return {
    id,
    cluster: incident.cluster,
    fingerprint: alert.fingerprint,
    state: open ? 'open' : 'resolved',
    firing: open ? 1 : 0,
    starts_at: timeOf(seenMs - 5 * MINUTE_MS),
    ends_at: open ? null : (incident.closed_at ?? null),
    alert_name: alert.name,
    namespace: alert.namespace,
    labels: JSON.stringify(alert.labels),
    annotations: JSON.stringify({ summary: `${alert.name} in ${alert.namespace}`, runbook_url: `https://runbooks.example.com/${alert.name}` }),
    generator_url: 'http://prometheus.monitoring:9090/graph?g0.expr=up%7B%7D',
    external_url: 'http://alertmanager.monitoring:9093',
    truncated_alerts: 0,
    first_seen_at: timeOf(seenMs),
    last_seen_at: timeOf(seenMs + 30 * MINUTE_MS),
    repeats: 2,
    incident_id: incident.merged_into ?? incident.id,
    joined_by: '',
    status,
  };
}

/** Always firing, of no incident. */
function watchdogs(endMs: number, spanMs: number): readonly Insertable<Tables['episodes']>[] {
  return CLUSTERS.map((cluster, index) => ({
    ...episode(
      {
        name: 'Watchdog',
        severity: 'none',
        namespace: 'monitoring',
        fingerprint: fingerprintOf(`Watchdog ${cluster}`),
        labels: { alertname: 'Watchdog', namespace: 'monitoring' },
      },
      { incident: { id: '', cluster, closed_at: null, merged_into: null }, status: 'skipped', open: true, seenMs: endMs - spanMs, id: idOf('4', index) },
    ),
    incident_id: null,
    last_seen_at: timeOf(endMs),
  }));
}

function investigation(
  id: string,
  { id: incidentId, cluster, severity }: { readonly id: string; readonly cluster: string; readonly severity: Severity },
  state: Ending,
  atMs: number,
): Insertable<Tables['investigations']> {
  const ended = state !== 'queued' && state !== 'running';
  return {
    id,
    incident_id: incidentId,
    cluster,
    state,
    priority: urgency(severity),
    attempts: state === 'queued' || state === 'cancelled' ? 0 : 1,
    fence: 1,
    origin: 'alert',
    run_at: timeOf(atMs),
    lease_until: state === 'running' ? timeOf(atMs + MINUTE_MS) : null,
    worker: state === 'running' ? 'worker-1' : null,
    created_at: timeOf(atMs),
    started_at: state === 'queued' || state === 'cancelled' ? null : timeOf(atMs),
    completed_at: ended ? timeOf(atMs + 3_000) : null,
    problem: state === 'failed' ? 'The Kubernetes API did not answer within 10 s.' : null,
  };
}

/** Sorts by creation, as the product's ids do. */
function idOf(kind: string, serial: number, member = 0): string {
  return `0190${serial.toString(16).padStart(8, '0')}-${kind}${member.toString(16).padStart(11, '0')}`;
}

/** 64 bits of FNV-1a, as hexadecimal digits: what Alertmanager's fingerprints look like. */
function fingerprintOf(text: string): string {
  let [high, low] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    high = Math.imul(high ^ text.charCodeAt(at), 0x01000193);
    low = Math.imul(low ^ text.charCodeAt(at), 0x01000193) ^ (high >>> 15);
  }
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
