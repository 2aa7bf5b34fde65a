import { type Alert, alertNameOf, type Delivery, namespaceOf } from '#domain/alert.ts';
import { groupOf } from '#domain/incident.ts';
import { mostUrgent, severityOf, urgency } from '#domain/severity.ts';
import { apartKey, groupKeyOf, takesMore, waysOf } from '../correlation.ts';
import { indexed } from '../incident-facts.ts';
import type { RecordPolicy } from '../store.ts';
import { cancelQueued, ensureQueued, insertInvestigation, refreshIncident, type Writing } from './investigation-writes.ts';
import { type Entry, insertIncident, updateIncident } from './write-incident.ts';

/**
 * The incidents that one transaction touches: read once, changed here while its alerts are placed, and written once at the end, so that an incident of
 * 10,000 alerts costs one row.
 */
export interface IncidentLedger {
  /** The incident that a newly fired alert belongs to: the one a person put it into, else the open one of its group, else of one of its further keys, if that takes more; else a new one. */
  join(delivery: Pick<Delivery, 'cluster' | 'groupKey' | 'groupLabels'>, alert: Alert): Joined;
  /** An episode of the incident is over. */
  leave(incidentId: string): void;
  /** The group speaks of this incident's alerts too: what is new in it joins the same incident. */
  associate(delivery: Pick<Delivery, 'cluster' | 'groupKey' | 'groupLabels'>, alert: Alert, incidentId: string): void;
  /** Writes the incidents, queues and cancels investigations. */
  settle(): void;
}

/** The incident that an alert belongs to, and why (Episode.joinedBy). */
export interface Joined {
  readonly incidentId: string;
  readonly joinedBy: string;
}

interface Touched {
  readonly entry: Entry;
  readonly fresh: boolean;
  /** `read`: nothing to write; `left`: episodes ended; `joined`: there is something new to investigate. */
  change: 'read' | 'left' | 'joined';
}

export function createIncidentLedger(writing: Writing, policy: RecordPolicy): IncidentLedger {
  const { connection, now, newId } = writing;
  const touched = new Map<string, Touched>();
  /** Keys are `cluster\0key`; the incident each leads to, as far as this transaction has looked. */
  const leads = new Map<string, string | null>();

  const touch = (id: string): Touched | undefined => {
    const known = touched.get(id);
    if (known !== undefined) return known;
    const entry = connection.get<Entry>('SELECT * FROM incidents WHERE id = ?', id);
    if (entry === undefined) return undefined;
    const read: Touched = { entry, fresh: false, change: 'read' };
    touched.set(id, read);
    return read;
  };
  const leadTo = (cluster: string, key: string): Touched | undefined => {
    const name = `${cluster}\0${key}`;
    if (!leads.has(name)) {
      const row = connection.get<{ incident_id: string }>('SELECT incident_id FROM incident_keys WHERE cluster = ? AND key = ?', cluster, key);
      leads.set(name, row?.incident_id ?? null);
    }
    const id = leads.get(name);
    return id ? touch(id) : undefined;
  };
  const leadOf = (cluster: string, key: string): Touched | undefined => {
    const lead = leadTo(cluster, key);
    return lead?.entry.state === 'open' ? lead : undefined;
  };
  /** The incident that a person put the alert into, open or not. */
  const apartOf = (cluster: string, alert: Alert): Touched | undefined => {
    const apart = leadTo(cluster, apartKey(alert.fingerprint));
    return apart?.entry.split_from ? apart : undefined;
  };
  /** Keys to write once the incidents they point to are there. */
  const newLeads = new Map<string, { readonly cluster: string; readonly key: string; readonly incidentId: string }>();
  const point = (cluster: string, key: string, incidentId: string): void => {
    if (leads.get(`${cluster}\0${key}`) === incidentId) return;
    leads.set(`${cluster}\0${key}`, incidentId);
    newLeads.set(`${cluster}\0${key}`, { cluster, key, incidentId });
  };

  const add = (joined: Touched, alert: Alert, joinedBy: string): Joined => {
    joined.change = 'joined';
    joined.entry.updated_at = now;
    joined.entry.alerts_total += 1;
    joined.entry.alerts_firing += 1;
    joined.entry.severity = mostUrgent([joined.entry.severity, severityOf(alert.labels['severity'])]);
    return { incidentId: joined.entry.id, joinedBy };
  };

  return {
    join(delivery, alert) {
      const apart = apartOf(delivery.cluster, alert);
      if (apart?.entry.state === 'open') return add(apart, alert, '');
      const left = apart?.entry.split_from ?? null;
      const ways = waysOf(delivery, alert, policy).map(({ key, by, shares }) => {
        const lead = leadOf(delivery.cluster, key);
        const barred = lead !== undefined && lead.entry.id === left;
        const takes =
          lead &&
          !barred &&
          takesMore({ openedAt: lead.entry.opened_at, joinedAt: lead.entry.updated_at, alerts: lead.entry.alerts_total }, by, now, policy.correlationWindowMs);
        return { key, shares, barred, lead: takes ? lead : undefined };
      });
      const way = ways.find(({ lead }) => lead);
      const splitFrom = ways.some(({ barred }) => barred) ? left : null;
      const joined = way?.lead ?? openIncident(newId(), delivery.cluster, groupOf(delivery, alert), alert, { now, splitFrom });
      touched.set(joined.entry.id, joined);
      if (joined.entry.split_from === null) {
        for (const { key, lead, barred } of ways) if (lead === undefined && !barred) point(delivery.cluster, key, joined.entry.id);
      } else {
        point(delivery.cluster, apartKey(alert.fingerprint), joined.entry.id);
      }
      return add(joined, alert, way?.shares ?? '');
    },

    leave(incidentId) {
      const left = touch(incidentId);
      if (left === undefined) return;
      left.entry.alerts_firing = Math.max(0, left.entry.alerts_firing - 1);
      if (left.change === 'read') left.change = 'left';
    },

    associate(delivery, alert, incidentId) {
      const key = groupKeyOf(delivery, alert);
      const { entry } = touch(incidentId) ?? {};
      // What was taken out of an incident has no share in its group any more.
      if (entry?.state === 'open' && entry.split_from === null && leadOf(delivery.cluster, key) === undefined) point(delivery.cluster, key, incidentId);
    },

    settle() {
      for (const incident of touched.values()) settleIncident(writing, incident, policy.gatherMs ?? 0);
      for (const { cluster, key, incidentId } of newLeads.values()) {
        connection.run(
          'INSERT INTO incident_keys (cluster, key, incident_id) VALUES (?, ?, ?) ON CONFLICT (cluster, key) DO UPDATE SET incident_id = excluded.incident_id',
          cluster,
          key,
          incidentId,
        );
      }
    },
  };
}

function openIncident(
  id: string,
  cluster: string,
  group: string,
  alert: Alert,
  { now, splitFrom }: { readonly now: string; readonly splitFrom: string | null },
): Touched {
  const entry: Entry = {
    id,
    cluster,
    group_key: group,
    opened_at: now,
    lead_alert_name: indexed(alertNameOf(alert.labels)),
    lead_namespace: indexed(namespaceOf(alert.labels)),
    lead_fingerprint: alert.fingerprint,
    cause_title: null,
    split_from: splitFrom,
    severity: 'none',
    state: 'open',
    updated_at: now,
    alerts_total: 0,
    alerts_firing: 0,
  };
  return { entry, fresh: true, change: 'joined' };
}

/** `ms` after a time; both UTC RFC 3339. */
function later(time: string, ms: number): string {
  return ms === 0 ? time : new Date(Date.parse(time) + ms).toISOString();
}

function settleIncident(writing: Writing, { entry, fresh, change }: Touched, gatherMs: number): void {
  if (change === 'read') return;
  const over = entry.alerts_firing === 0;
  const closes = over && entry.state === 'open';
  if (closes) entry.state = 'closed';
  if (fresh) {
    writeFresh(writing, entry);
    return;
  }
  updateIncident(writing, entry, closes);
  if (closes) cancelQueued(writing, entry.id);
  if (change === 'joined' && !over) ensureQueued(writing, entry, urgency(entry.severity), later(writing.now, gatherMs));
  if (closes || change === 'joined') refreshIncident(writing.connection, entry.id);
}

/** A new incident has nothing to look up: its investigation is queued with it, unless it is over already. */
function writeFresh(writing: Writing, entry: Entry): void {
  const over = entry.state === 'closed';
  const investigationId = over ? null : writing.newId();
  insertIncident(writing, entry, investigationId);
  if (investigationId === null) {
    refreshIncident(writing.connection, entry.id);
  } else {
    insertInvestigation(writing, investigationId, entry, urgency(entry.severity), 'alert');
    writing.effects.queued.push(investigationId);
  }
}
