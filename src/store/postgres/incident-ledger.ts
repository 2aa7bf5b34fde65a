import { type Alert, alertNameOf, type Delivery, namespaceOf } from '#domain/alert.ts';
import { groupOf } from '#domain/incident.ts';
import type { InvestigationState } from '#domain/investigation.ts';
import { mostUrgent, type Severity, severityOf, urgency } from '#domain/severity.ts';
import { apartKey, groupKeyOf, takesMore, waysOf } from '../correlation.ts';
import { indexed } from '../incident-facts.ts';
import type { RecordPolicy } from '../store.ts';
import { storableText } from './storable.ts';

/** An incident while a transaction that holds its row works on it; `changed`: to be written. */
export interface LedgerIncident {
  readonly id: string;
  readonly cluster: string;
  readonly group: string;
  readonly openedAt: string;
  readonly leadAlertName: string;
  readonly leadNamespace: string;
  readonly leadFingerprint: string;
  readonly causeTitle: string | null;
  /** The incident that a person took its alerts out of. */
  readonly splitFrom: string | null;
  /** It is not in the database yet. */
  readonly fresh: boolean;
  severity: Severity;
  state: 'open' | 'closed';
  updatedAt: string;
  closedAt: string | null;
  total: number;
  firing: number;
  investigations: LedgerInvestigation[];
  changed: boolean;
  /** Its current investigation may be another one now. */
  moved: boolean;
}

export interface LedgerInvestigation {
  readonly id: string;
  readonly fresh: boolean;
  readonly attempts: number;
  readonly origin: 'alert' | 'person';
  /** Of a fresh one: when it is due. */
  readonly runAt?: string;
  state: InvestigationState;
  priority: number;
  changed: boolean;
}

export interface Ledger {
  readonly incidents: ReadonlyMap<string, LedgerIncident>;
  /** Which incident a key leads to, by leadName; what was found and what is new. */
  readonly leads: ReadonlyMap<string, string>;
  readonly newLeads: ReadonlyMap<string, { readonly cluster: string; readonly key: string; readonly incidentId: string }>;
  /** Begins what belongs together: one delivery. */
  begin(policy: RecordPolicy): LedgerPage;
}

/** The incident that an alert belongs to, and why (Episode.joinedBy). */
export interface Joined {
  readonly incidentId: string;
  readonly joinedBy: string;
}

type Group = Pick<Delivery, 'cluster' | 'groupKey' | 'groupLabels'>;

/** What one delivery does to incidents; the words are those of the SQLite ledger. */
export interface LedgerPage {
  /** The incident that a newly fired alert belongs to: the one a person put it into, else the open one of its group, else of one of its further keys, if that takes more; else a new one. */
  join(delivery: Group, alert: Alert): Joined;
  /** An episode of the incident is over. */
  leave(incidentId: string): void;
  /** The group speaks of this incident's alerts too: what is new in it joins the same incident. */
  associate(delivery: Group, alert: Alert, incidentId: string): void;
  /** Closes what is over, queues and cancels investigations; their ids. */
  settle(): { readonly queued: readonly string[]; readonly cancelled: readonly string[] };
}

export interface LedgerStart {
  readonly incidents: readonly LedgerIncident[];
  readonly leads: Iterable<readonly [string, string]>;
  readonly now: string;
  readonly newId: () => string;
}

/** One name for what is one row. */
export function leadName(cluster: string, key: string): string {
  return `${storableText(cluster)}\0${storableText(key)}`;
}

/** Works on incidents in memory only: everything it may touch was read, and is held, before. */
export function createLedger({ incidents: read, leads: known, now, newId }: LedgerStart): Ledger {
  const incidents = new Map(read.map((incident) => [incident.id, incident]));
  const leads = new Map(known);
  const newLeads = new Map<string, { readonly cluster: string; readonly key: string; readonly incidentId: string }>();

  const leadTo = (cluster: string, key: string): LedgerIncident | undefined => incidents.get(leads.get(leadName(cluster, key)) ?? '');
  const leadOf = (cluster: string, key: string): LedgerIncident | undefined => {
    const lead = leadTo(cluster, key);
    return lead?.state === 'open' ? lead : undefined;
  };
  /** The incident that a person put the alert into, open or not. */
  const apartOf = (cluster: string, alert: Alert): LedgerIncident | undefined => {
    const apart = leadTo(cluster, apartKey(alert.fingerprint));
    return apart?.splitFrom ? apart : undefined;
  };
  const point = (cluster: string, key: string, incidentId: string): void => {
    if (leads.get(leadName(cluster, key)) === incidentId) return;
    leads.set(leadName(cluster, key), incidentId);
    newLeads.set(leadName(cluster, key), { cluster, key, incidentId });
  };

  const begin = (policy: RecordPolicy): LedgerPage => {
    const joined = new Set<LedgerIncident>();
    const left = new Set<LedgerIncident>();
    const opened = new Set<LedgerIncident>();
    const add = (incident: LedgerIncident, alert: Alert, joinedBy: string): Joined => {
      joined.add(incident);
      incident.updatedAt = now;
      incident.total += 1;
      incident.firing += 1;
      incident.severity = mostUrgent([incident.severity, severityOf(alert.labels['severity'])]);
      return { incidentId: incident.id, joinedBy };
    };
    return {
      join(delivery, alert) {
        const apart = apartOf(delivery.cluster, alert);
        if (apart?.state === 'open') return add(apart, alert, '');
        const left = apart?.splitFrom ?? null;
        const ways = waysOf(delivery, alert, policy).map(({ key, by, shares }) => {
          const lead = leadOf(delivery.cluster, key);
          const barred = lead !== undefined && lead.id === left;
          const takes =
            lead && !barred && takesMore({ openedAt: lead.openedAt, joinedAt: lead.updatedAt, alerts: lead.total }, by, now, policy.correlationWindowMs);
          return { key, shares, barred, lead: takes ? lead : undefined };
        });
        const way = ways.find(({ lead }) => lead);
        const splitFrom = ways.some(({ barred }) => barred) ? left : null;
        const incident = way?.lead ?? openIncident(newId(), delivery.cluster, groupOf(delivery, alert), alert, { now, splitFrom });
        if (way === undefined) {
          incidents.set(incident.id, incident);
          opened.add(incident);
        }
        if (incident.splitFrom === null) {
          for (const { key, lead, barred } of ways) if (lead === undefined && !barred) point(delivery.cluster, key, incident.id);
        } else {
          point(delivery.cluster, apartKey(alert.fingerprint), incident.id);
        }
        return add(incident, alert, way?.shares ?? '');
      },

      leave(incidentId) {
        const incident = incidents.get(incidentId);
        if (incident === undefined) return;
        incident.firing = Math.max(0, incident.firing - 1);
        left.add(incident);
      },

      associate(delivery, alert, incidentId) {
        const key = groupKeyOf(delivery, alert);
        const incident = incidents.get(incidentId);
        // What was taken out of an incident has no share in its group any more.
        if (incident?.state === 'open' && incident.splitFrom === null && leadOf(delivery.cluster, key) === undefined) point(delivery.cluster, key, incidentId);
      },

      settle() {
        const queued: string[] = [];
        const cancelled: string[] = [];
        for (const incident of new Set([...joined, ...left])) {
          const over = incident.firing === 0;
          const closes = over && incident.state === 'open';
          incident.changed = true;
          if (closes) {
            incident.state = 'closed';
            incident.closedAt = now;
          }
          if (closes || joined.has(incident)) incident.moved = true;
          // What fired and was over within one delivery is not investigated.
          if (closes && !opened.has(incident)) cancelled.push(...cancelQueued(incident));
          if (joined.has(incident) && !over)
            queued.push(...ensureQueued(incident, newId, incident.fresh ? now : new Date(Date.parse(now) + (policy.gatherMs ?? 0)).toISOString()));
        }
        return { queued, cancelled };
      },
    };
  };
  return { incidents, leads, newLeads, begin };
}

/** The investigation that stands for the incident: the running one, else the queued, else the newest that was not cancelled. */
export function currentInvestigation({ investigations }: LedgerIncident): LedgerInvestigation | undefined {
  const order: Readonly<Record<InvestigationState, number>> = { running: 0, queued: 1, completed: 2, failed: 2, cancelled: 3 };
  return investigations.toSorted((a, b) => order[a.state] - order[b.state] || (a.id < b.id ? 1 : -1))[0];
}

/** Sees to it that one investigation waits: the queued one, made more urgent if need be, or a new one. */
function ensureQueued(incident: LedgerIncident, newId: () => string, runAt: string): readonly string[] {
  const priority = urgency(incident.severity);
  const waiting = incident.investigations.filter(({ state }) => state === 'queued');
  for (const investigation of waiting) {
    if (investigation.priority >= priority) continue;
    investigation.priority = priority;
    investigation.changed = true;
  }
  if (waiting.length > 0) return [];
  const id = newId();
  incident.investigations.push({ id, fresh: true, attempts: 0, origin: 'alert', state: 'queued', priority, runAt, changed: true });
  return [id];
}

/** Cancels what waits, unless it has begun or a person asked for it. */
function cancelQueued({ investigations }: LedgerIncident): readonly string[] {
  const cancelled = investigations.filter(({ state, attempts, origin }) => state === 'queued' && attempts === 0 && origin === 'alert');
  for (const investigation of cancelled) {
    investigation.state = 'cancelled';
    investigation.changed = true;
  }
  return cancelled.map(({ id }) => id);
}

function openIncident(
  id: string,
  cluster: string,
  group: string,
  alert: Alert,
  { now, splitFrom }: { readonly now: string; readonly splitFrom: string | null },
): LedgerIncident {
  return {
    id,
    cluster,
    group,
    openedAt: now,
    leadAlertName: indexed(alertNameOf(alert.labels)),
    leadNamespace: indexed(namespaceOf(alert.labels)),
    leadFingerprint: alert.fingerprint,
    causeTitle: null,
    splitFrom,
    fresh: true,
    severity: 'none',
    state: 'open',
    updatedAt: now,
    closedAt: null,
    total: 0,
    firing: 0,
    investigations: [],
    changed: true,
    moved: true,
  };
}
